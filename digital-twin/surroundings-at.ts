import type { NewRelation } from '../core/relation.ts'
import type { Micros } from '../core/time.ts'
import type { Db } from '../store/db.ts'
import { relationsDuring } from '../store/relations.ts'
import { LEVELS } from './dependants.ts'
import { Graph } from './relations/graph.ts'

/** Those beside one entity that are looked at: a zone with more customers shows no losses of the past. */
export const BESIDE_MAX = 20_000

export interface RelationChange {
  readonly time: Micros
  readonly isMade: boolean
  readonly relation: NewRelation
}

export interface PastSurroundings {
  /** As it was at the beginning. */
  readonly graph: Graph
  /** What changed in it until the end, in order. */
  readonly changes: readonly RelationChange[]
  /** All that were reached at some time, with those that it began from. */
  readonly entities: ReadonlySet<string>
}

/** What stood around these entities in a span of time, as far as derived quantities look (see dependants.ts): what fed them,
 *  and what they fed, some levels far. Null: that is more than is looked at. */
export async function surroundingsDuring(
  db: Db,
  lookers: readonly string[],
  span: { readonly from: Micros; readonly to: Micros },
): Promise<PastSurroundings | null> {
  const relations = new Map<number, Awaited<ReturnType<typeof relationsDuring>>[number]>()
  const entities = new Set(lookers)
  const read = async (end: 'from' | 'to', ends: readonly string[]): Promise<ReadonlySet<string>> => {
    const found = await relationsDuring(db, 'feeds', end, ends, span, BESIDE_MAX + 1)
    for (const relation of found) relations.set(relation.id, relation)
    const reached = new Set(found.map(({ from, to }) => (end === 'from' ? to : from)))
    for (const one of reached) entities.add(one)
    return reached
  }
  for (const end of ['from', 'to'] as const) {
    let level = lookers
    const walked = new Set<string>()
    for (let far = 0; far < LEVELS && level.length > 0 && relations.size <= BESIDE_MAX; far++) {
      for (const one of level) walked.add(one)
      level = [...(await read(end, level))].filter((one) => !walked.has(one))
    }
  }
  if (relations.size > BESIDE_MAX) return null
  const graph = new Graph()
  const changes: RelationChange[] = []
  for (const relation of [...relations.values()].sort((a, b) => a.id - b.id)) {
    const { createdAt, removedAt } = relation
    if (createdAt <= span.from) graph.add(relation)
    else changes.push({ time: createdAt, isMade: true, relation })
    if (removedAt !== null && removedAt <= span.to) changes.push({ time: removedAt, isMade: false, relation })
  }
  return { graph, changes: changes.sort((a, b) => a.time - b.time), entities }
}

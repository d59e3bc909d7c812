import { type Neighbours, type NewRelation, RELATION_KINDS, type RelationKind } from '../../core/relation.ts'

type Side = 'after' | 'before'

const NONE: readonly string[] = []

/** Entities joined by relations, each kind a directed graph without loops. In memory; about 200 bytes a relation. */
export class Graph implements Neighbours {
  readonly #sides: Readonly<Record<Side, Map<string, string[]>>> = { after: new Map(), before: new Map() }

  after = (entity: string, kind: RelationKind): readonly string[] =>
    this.#sides.after.get(key(entity, kind)) ?? NONE
  before = (entity: string, kind: RelationKind): readonly string[] =>
    this.#sides.before.get(key(entity, kind)) ?? NONE

  has = ({ kind, from, to }: NewRelation): boolean => this.after(from, kind).includes(to)

  add({ kind, from, to }: NewRelation): void {
    join(this.#sides.after, key(from, kind), to)
    join(this.#sides.before, key(to, kind), from)
  }

  remove({ kind, from, to }: NewRelation): void {
    part(this.#sides.after, key(from, kind), to)
    part(this.#sides.before, key(to, kind), from)
  }

  /** The way round that this relation would close, beginning and ending with where it comes from; null: none. */
  loopOf({ kind, from, to }: NewRelation): string[] | null {
    if (from === to) return [from, to]
    const cameFrom = new Map<string, string>([[to, from]])
    const queue = [to]
    for (const entity of queue)
      for (const next of this.after(entity, kind)) {
        if (cameFrom.has(next)) continue
        cameFrom.set(next, entity)
        if (next === from) return wayTo(from, cameFrom)
        queue.push(next)
      }
    return null
  }

  /** All that can be reached, nearest first, each with its distance; the entity itself is not among them. */
  walk(entity: string, side: Side, kinds: readonly RelationKind[] = RELATION_KINDS, depthMax = Infinity) {
    const depths = new Map<string, number>([[entity, 0]])
    for (const [at, depth] of depths) {
      if (depth >= depthMax) continue
      for (const kind of kinds)
        for (const next of this[side](at, kind)) if (!depths.has(next)) depths.set(next, depth + 1)
    }
    depths.delete(entity)
    return depths
  }

  /**
   * What loses supply once an entity lets nothing through, and what below it is still fed by another way. A source is what
   * nothing feeds. In time linear in what is below the entity and its feeders.
   */
  impact(entity: string): { lost: string[]; stillFed: string[] } {
    const below = [...this.walk(entity, 'after', ['feeds']).keys()]
    const inQuestion = new Set([entity, ...below])
    // Fed from outside of what is below: by somebody whom the entity does not feed, so that its loss is no loss to him.
    const fed = new Set<string>()
    for (const one of below)
      if (this.before(one, 'feeds').some((feeder) => !inQuestion.has(feeder))) fed.add(one)
    for (const one of fed)
      for (const next of this.after(one, 'feeds')) if (inQuestion.has(next) && next !== entity) fed.add(next)
    return { lost: below.filter((one) => !fed.has(one)), stillFed: below.filter((one) => fed.has(one)) }
  }
}

const key = (entity: string, kind: RelationKind): string => `${kind} ${entity}`

function join(side: Map<string, string[]>, at: string, other: string): void {
  const known = side.get(at)
  if (!known) side.set(at, [other])
  else if (!known.includes(other)) known.push(other)
}

function part(side: Map<string, string[]>, at: string, other: string): void {
  const left = (side.get(at) ?? []).filter((one) => one !== other)
  if (left.length > 0) side.set(at, left)
  else side.delete(at)
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end]
  for (let at = cameFrom.get(end); at !== undefined && at !== end; at = cameFrom.get(at)) way.unshift(at)
  return [end, ...way]
}

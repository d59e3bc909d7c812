import type { Neighbours, RelationKind } from '../../core/relation.ts'
import { inSlices } from '../../core/slices.ts'
import type { Micros } from '../../core/time.ts'
import { readingsOf, type TriedReading } from '../../store/alarm-rules.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { lastObservationsAt } from '../../store/twin-state.ts'
import { derivedOf } from '../derive.ts'
import { EMPTY_STATE, reduce, type TwinState } from '../twin-state.ts'
import { begun } from './detectors/detector.ts'
import { truth } from './detectors/truth.ts'
import { EntityFacts, type FactSource } from './entity-facts.ts'
import { evaluate } from './expression/evaluate.ts'
import { SIDES } from './expression/expression.ts'
import { type Tried, TriedAlarms } from './tried-alarms.ts'
import type { ExpressionWatch } from './watch.ts'

export interface PastParts {
  readonly store: { readonly db: Db }
  readonly registry: { entity(id: string): Entity | undefined }
  readonly relations: Neighbours
  readonly twins: { intervalS(entity: Entity): number }
}

/** Those beside the entity whose past is read with it; more are left out. */
const BESIDE_MAX = 50
/** How long other work may wait. */
const SLICE_MS = 4

/** Plays the readings of an entity and of those beside it again, in the order of their times, with the relations, attributes and
 *  areas as they are now. Readings of one instant are looked at together. */
export async function triedExpression(
  parts: PastParts,
  { entity, rule, expression }: ExpressionWatch,
  { from, to }: { from: Micros; to: Micros },
  limit: number,
): Promise<Tried> {
  const sides = [...expression.beside.keys()].map((side) => SIDES[side])
  const beside = sides.flatMap(([kind, direction]) => parts.relations[direction](entity.id, kind))
  const ids = [...new Set([entity.id, ...beside.slice(0, BESIDE_MAX)])]
  const past = new Past(parts, new Set(ids))
  const readings: (TriedReading & { readonly entity: string })[] = []
  for (const last of await lastObservationsAt(parts.store.db, ids, from)) past.observe(last)
  for (const id of ids) {
    const left = limit - readings.length
    const rows = await readingsOf(parts.store.db, { entity: id, quantity: null, from, to, limit: left })
    readings.push(...rows.map((row) => ({ ...row, entity: id })))
  }
  readings.sort((a, b) => a.time - b.time)
  const items = new TriedAlarms(entity.id)
  let [state, unjudged] = [begun(false), 0]
  await inSlices(readings.entries(), SLICE_MS, ([i, reading]) => {
    past.observe(reading)
    const { time } = reading
    if (readings[i + 1]?.time === time) return
    const { is } = evaluate(expression, new EntityFacts(entity, past))
    if (is === null) unjudged += 1
    const step = truth(rule.condition, state, { is, time })
    state = step.state
    items.stepped(step, { quantity: null, channel: '', value: null, time })
  })
  return { items: items.all, readings: readings.length, unjudged, isCut: beside.length > BESIDE_MAX }
}

/** The twins as they were, of those that were read. */
class Past implements FactSource {
  /** Of those beside, only who was read: a zone has thousands, who would tell nothing. */
  readonly neighbours: Neighbours
  readonly #parts: PastParts
  readonly #states = new Map<string, TwinState>()
  /** Of the newest reading. */
  #now: Micros = 0

  constructor(parts: PastParts, read: ReadonlySet<string>) {
    this.#parts = parts
    const known = new Map<string, readonly string[]>()
    const beside = (side: keyof Neighbours) => (id: string, kind: RelationKind) => {
      const key = `${side} ${kind} ${id}`
      const found = known.get(key) ?? parts.relations[side](id, kind).filter((one) => read.has(one))
      known.set(key, found)
      return found
    }
    this.neighbours = { after: beside('after'), before: beside('before') }
  }

  observe({ entity, ...reading }: TriedReading & { readonly entity: string }): void {
    this.#now = Math.max(this.#now, reading.time)
    const state = this.#states.get(entity) ?? EMPTY_STATE
    this.#states.set(entity, reduce(state, { type: 'observed', label: null, ...reading }))
  }

  entity = (id: string): Entity | undefined => this.#parts.registry.entity(id)
  latest = (id: string): TwinState['latest'] => this.#states.get(id)?.latest ?? {}

  derived = (id: string) => {
    const entity = this.entity(id)
    const state = this.#states.get(id)
    if (!entity) return {}
    return derivedOf(entity, state ?? EMPTY_STATE, {
      // All: of a part of its meters a zone's loss would be another one.
      neighbours: this.#parts.relations,
      now: this.#now,
      intervalS: (one) => this.#parts.twins.intervalS(one),
      of: (other) => {
        const found = this.entity(other)
        return found ? { entity: found, state: this.#states.get(other) ?? EMPTY_STATE } : null
      },
    })
  }
}

import { type Neighbours, NO_NEIGHBOURS } from '../core/relation.ts'
import type { Micros } from '../core/time.ts'
import type { Db } from '../store/db.ts'
import type { Entity } from '../store/device.ts'
import { areasAt } from '../store/device-moves.ts'
import { sessionsAt } from '../store/sessions.ts'
import { lastObservationsAt } from '../store/twin-state.ts'
import { desiredAt } from './commands/desired.ts'
import { isLooking } from './dependants.ts'
import { derivedOf, heardOf } from './derive.ts'
import { type EntityDocument, toDocument } from './document.ts'
import { freshnessOf } from './freshness.ts'
import { surroundingsDuring } from './surroundings-at.ts'
import { EMPTY_STATE, reduce, type TwinState } from './twin-state.ts'

/** Where the past, and what of today stands for it, is read. */
export interface PastSources {
  readonly db: Db
  entity(id: string): Entity | undefined
  /** Today's. */
  intervalS(entity: Entity): number
  /** Whether it has a device of its own, today. */
  isObserved(entity: string): boolean
}

/** So many entities' observations are asked for at once: the embedded database is held up for some 50 ms. */
const ENTITIES_A_QUERY = 250

/** The states of entities at an instant, as they were known then: by the same reducer as the live twin, over what had been
 *  received by that instant, with the relations and areas of then. What the store keeps no dates of is today's: name,
 *  location, attributes and interval. */
export async function statesAt(
  sources: PastSources,
  entities: readonly Entity[],
  at: Micros,
): Promise<EntityDocument[]> {
  const ids = entities.map(({ id }) => id)
  const [states, areas, desired] = await Promise.all([
    twinStatesAt(sources.db, ids, at),
    areasAt(sources.db, ids, at),
    desiredAt(sources.db, entities, at),
  ])
  const derived = await derivedAt(
    sources,
    entities.filter(({ type }) => isLooking(type)),
    at,
  )
  return entities.map((entity) => {
    const state = states.get(entity.id) ?? EMPTY_STATE
    const intervalS = sources.intervalS(entity)
    const area = areas.has(entity.id) ? (areas.get(entity.id) ?? null) : entity.area
    const alone = {
      neighbours: NO_NEIGHBOURS,
      now: at,
      of: () => null,
      intervalS: (one: Entity) => sources.intervalS(one),
    }
    const follows = derived.get(entity.id) ?? derivedOf(entity, state, alone)
    const lastSeen = heardOf(state, sources.isObserved(entity.id), follows)
    const freshness = freshnessOf(lastSeen, intervalS, at)
    return toDocument({ ...entity, area }, { ...state, lastSeen }, freshness, intervalS, 0, {
      derived: follows,
      desired: desired.get(entity.id) ?? {},
    })
  })
}

/** What readings and sessions had made of each of these entities by an instant. */
async function twinStatesAt(
  db: Db,
  entities: readonly string[],
  at: Micros,
): Promise<Map<string, TwinState>> {
  const states = new Map<string, TwinState>()
  const apply = (entity: string, event: Parameters<typeof reduce>[1]): void =>
    void states.set(entity, reduce(states.get(entity) ?? EMPTY_STATE, event))
  for (let i = 0; i < entities.length; i += ENTITIES_A_QUERY) {
    const some = entities.slice(i, i + ENTITIES_A_QUERY)
    for (const last of await lastObservationsAt(db, some, at))
      apply(last.entity, { type: 'observed', ...last })
    for (const { entity, device, session } of await sessionsAt(db, some, at))
      if (session) apply(entity, { type: 'session-changed', device, session })
  }
  return states
}

/** What followed, for those that look at others beside them. Of those with too many beside them: nothing that needs them. */
async function derivedAt(
  sources: PastSources,
  lookers: readonly Entity[],
  at: Micros,
): Promise<Map<string, EntityDocument['derived']>> {
  if (lookers.length === 0) return new Map()
  const ids = lookers.map(({ id }) => id)
  const around = await surroundingsDuring(sources.db, ids, { from: at, to: at })
  if (!around && lookers.length > 1) {
    const half = lookers.length >> 1
    const first = await derivedAt(sources, lookers.slice(0, half), at)
    return new Map([...first, ...(await derivedAt(sources, lookers.slice(half), at))])
  }
  const states = await twinStatesAt(sources.db, around ? [...around.entities] : ids, at)
  const of = statesBeside(sources, (id) => states.get(id) ?? EMPTY_STATE)
  const neighbours: Neighbours = around?.graph ?? NO_NEIGHBOURS
  return new Map(
    lookers.map((entity) => [
      entity.id,
      derivedOf(entity, states.get(entity.id) ?? EMPTY_STATE, {
        neighbours,
        now: at,
        of,
        intervalS: (one: Entity) => sources.intervalS(one),
      }),
    ]),
  )
}

const statesBeside = (sources: PastSources, stateOf: (id: string) => TwinState) => (id: string) => {
  const entity = sources.entity(id)
  return entity ? { entity, state: stateOf(id) } : null
}

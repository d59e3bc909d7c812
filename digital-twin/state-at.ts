import { NO_NEIGHBOURS } from '../core/relation.ts'
import type { Micros } from '../core/time.ts'
import type { Db } from '../store/db.ts'
import type { Entity } from '../store/device.ts'
import { sessionsAt } from '../store/sessions.ts'
import { lastObservationsAt } from '../store/twin-state.ts'
import { desiredAt } from './commands/desired.ts'
import { derivedOf } from './derive.ts'
import { type EntityDocument, toDocument } from './document.ts'
import { freshnessOf } from './freshness.ts'
import { EMPTY_STATE, reduce } from './twin-state.ts'

/** An entity's state at an instant, as it was known then: by the same reducer as the live twin, over what had been
 *  received by that instant. Its place and area are today's. */
export async function stateAt(
  db: Db,
  entity: Entity,
  devices: readonly string[],
  intervalS: number,
  at: Micros,
): Promise<EntityDocument> {
  const [observations, sessions, desired] = await Promise.all([
    lastObservationsAt(db, entity.id, at),
    sessionsAt(db, devices, at),
    desiredAt(db, entity, at),
  ])
  let state = EMPTY_STATE
  for (const observation of observations) state = reduce(state, { type: 'observed', ...observation })
  for (const [device, session] of sessions)
    if (session) state = reduce(state, { type: 'session-changed', device, session })
  // Of those beside it only today's state is at hand: what follows from them is left out.
  const alone = { neighbours: NO_NEIGHBOURS, now: at, of: () => null, intervalS: () => intervalS }
  const derived = derivedOf(entity, state, alone)
  const freshness = freshnessOf(state.lastSeen, intervalS, at)
  return toDocument(entity, state, freshness, intervalS, 0, { derived, desired })
}

import type { Entity } from '../wire/entity.ts'

/** A zone, a plant: nothing speaks for it, so that it cannot be silent. */
export function isWithoutDevice({ lastSeen, session, quantities }: Entity): boolean {
  return lastSeen === null && session === 'unknown' && Object.keys(quantities).length === 0
}

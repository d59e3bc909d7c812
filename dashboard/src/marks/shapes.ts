import type { Entity, Freshness } from '../wire/entity.ts'

/** One drawing for the map, the table and the legend, in a box of 24 × 24. Shapes differ so that no state is told
 *  by colour alone; the worse, the larger. */
export const SHAPES: Readonly<Record<Freshness, string>> = {
  fresh: 'M12 7.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z',
  late: 'M12 4.6l7.6 13.2h-15.2z',
  silent: 'M5.5 5.5h13v13h-13z',
}
/** Cut into the square of a silent entity. */
export const CROSS = 'M9 9l6 6M15 9l-6 6'
export const RING_RADIUS = 10.8
export const FRESHNESSES: readonly Freshness[] = ['silent', 'late', 'fresh']

/** The lower, the worse. Orders the table, and what lies on top on the map. `alarmRank`: that of the worst alarm that nobody
 *  has acknowledged, -1 for none; it comes before all else. */
export function badness(entity: Pick<Entity, 'freshness' | 'session'>, alarmRank = -1): number {
  return (
    FRESHNESSES.indexOf(entity.freshness) * 2 +
    (entity.session === 'disconnected' ? 0 : 1) -
    (alarmRank + 1) * 10
  )
}

import { entityTypes } from '../state/catalogue.ts'
import { type ShownValue, shownValue } from '../state/values.ts'
import type { Entity, QuantityState } from '../wire/entity.ts'

/** Of every device, and of interest only when something is wrong with it. */
const HOUSEKEEPING: ReadonlySet<string> = new Set([
  'battery-voltage',
  'battery-level',
  'battery-low',
  'signal-strength',
  'signal-to-noise-ratio',
  'link-margin',
  'link-quality',
  'spreading-factor',
  'uptime',
  'operating-time',
])

/** All quantities, most telling first: in the order of the entity's type, then by name, housekeeping last. */
export function orderedQuantities(entity: Entity): [key: string, state: QuantityState][] {
  const order = entityTypes.value.get(entity.type)?.quantities ?? []
  const rank = (key: string): number => {
    const [id = key] = key.split('/')
    const place = order.indexOf(id)
    return (HOUSEKEEPING.has(id) ? 2_000 : 0) + (place === -1 ? 1_000 : place)
  }
  return Object.entries(entity.quantities).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

/** The few values of a row: the most telling one, what follows from the values (a transformer's load says more than its
 *  third phase), then the others. */
export function mainValues(entity: Entity, max: number): [key: string, value: ShownValue][] {
  const [first, ...measured] = orderedQuantities(entity).map(([key]) => key)
  const order = entityTypes.value.get(entity.type)?.derived ?? []
  const [follows, ...more] = Object.keys(entity.derived).sort((a, b) => order.indexOf(a) - order.indexOf(b))
  return [first, follows, ...measured, ...more]
    .filter((key) => key !== undefined)
    .slice(0, max)
    .flatMap((key) => {
      const value = shownValue(entity, key)
      return value === null ? [] : [[key, value] satisfies [string, ShownValue]]
    })
}

import type { AlarmSpan, Bound } from '../curves/frame.ts'
import { rankOf } from '../state/alarms.ts'
import type { Alarm } from '../wire/alarm.ts'
import { quantityOf } from './quantities.ts'
import { valueWithUnit } from './read-out.ts'
import { w } from './words.ts'

/** How long each lasted, the worst last: it lies on top. One of a reading is drawn with its quantity; one of silence, or of
 *  what follows from several readings, with all. */
export function alarmSpans(
  alarms: readonly Alarm[],
  keys: readonly string[],
  drawable: readonly string[],
  nowMs: number,
): AlarmSpan[] {
  return alarms
    .filter(({ quantity }) => quantity === null || isOf(quantity, keys) || !isOf(quantity, drawable))
    .map(({ raisedAt, clearedAt, severity }) => ({
      severity,
      fromS: Date.parse(raisedAt) / 1_000,
      toS: (clearedAt === null ? nowMs : Date.parse(clearedAt)) / 1_000,
    }))
    .sort((a, b) => rankOf(a) - rankOf(b))
}

/** Each bound once, with the worst of its alarms. */
export function alarmBounds(alarms: readonly Alarm[], keys: readonly string[]): Bound[] {
  const bounds = new Map<number, Bound>()
  for (const { quantity, bound, severity, unit } of alarms) {
    if (bound === null || quantity === null || !isOf(quantity, keys)) continue
    const known = bounds.get(bound)
    if (known !== undefined && rankOf(known) >= rankOf({ severity })) continue
    const text = w('alarms.bound', { bound: valueWithUnit(bound, unit ?? '') })
    bounds.set(bound, { value: bound, severity, text })
  }
  return [...bounds.values()]
}

/** An alarm names the quantity, whatever its channel. */
const isOf = (quantity: string, keys: readonly string[]): boolean =>
  keys.some((key) => quantityOf(key) === quantityOf(quantity))

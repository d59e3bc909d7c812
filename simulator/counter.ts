import type { Shape } from './curves.ts'
import { momentOf, SLOTS, SLOTS_PER_HOUR } from './local-time.ts'
import { unit } from './random.ts'

/** How far the total of a day may lie from the usual, as a share of a weekday. */
const DAY_SPREAD = 0.12

interface Counter {
  readonly seed: number
  /** What a usual weekday adds. */
  readonly perDay: number
  readonly shape: Shape
  /** How uneven neighbouring slots are, 0 to below 1. */
  readonly roughness: number
}

/** A cumulative quantity since the epoch, and its rate per hour at that instant.
 *
 *  Closed form: nothing is added up over time. The total at each boundary of a day, and of a slot in it, is the
 *  usual total plus an offset by chance that is smaller than half of the least part beside it, so the total
 *  can never fall and yet differs from day to day; within a slot it is linear, and the rate is its slope. */
export function counterAt(counter: Counter, tMs: number): { total: number; perHour: number } {
  const { day, weekday, at } = momentOf(tMs)
  const before = dayBoundary(counter, day)
  const ofDay = dayBoundary(counter, day + 1) - before
  const slot = Math.floor(at)
  const from = slotBoundary(counter, day, weekday, slot)
  const share = slotBoundary(counter, day, weekday, slot + 1) - from
  return {
    total: before + ofDay * (from + share * (at - slot)),
    perHour: ofDay * share * SLOTS_PER_HOUR,
  }
}

function dayBoundary({ seed, perDay, shape }: Counter, day: number): number {
  const week = Math.floor(day / 7)
  const rest = day - week * 7
  const weekdays = week * 5 + Math.min(rest, 5)
  const weekendDays = week * 2 + Math.max(rest - 5, 0)
  return perDay * (weekdays + weekendDays * shape.weekendWeight + DAY_SPREAD * (unit(seed, day, 11) - 0.5))
}

function slotBoundary(
  { seed, shape, roughness }: Counter,
  day: number,
  weekday: number,
  slot: number,
): number {
  const parts = weekday >= 5 ? shape.weekend : shape.weekday
  const sum = (weekday >= 5 ? shape.weekendSum : shape.weekdaySum)[slot] ?? 1
  if (slot === 0 || slot === SLOTS) return sum
  const least = Math.min(parts[slot - 1] ?? 0, parts[slot] ?? 0)
  return sum + least * roughness * (unit(seed, day * SLOTS + slot, 13) - 0.5)
}

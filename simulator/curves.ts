import { momentOf, SLOTS, SLOTS_PER_HOUR } from './local-time.ts'

/** How a day's demand falls over its hours, in slots of five minutes, each a share of the day's total. */
export interface Shape {
  readonly weekday: readonly number[]
  readonly weekend: readonly number[]
  /** Shares added up from midnight; one more entry than there are slots. */
  readonly weekdaySum: readonly number[]
  readonly weekendSum: readonly number[]
  /** A weekend day's total beside a weekday's. */
  readonly weekendWeight: number
}

type Profile = (hour: number) => number

/** A rise and fall around an hour of the day, 1 at its centre, that goes on over midnight. */
export function bump(hour: number, centreH: number, widthH: number): number {
  const apartH = Math.abs(hour - centreH)
  return Math.exp(-0.5 * (Math.min(apartH, 24 - apartH) / widthH) ** 2)
}

export function shapeOf(weekday: Profile, weekend: Profile, weekendWeight: number): Shape {
  const a = shares(weekday)
  const b = shares(weekend)
  return { weekday: a, weekend: b, weekdaySum: sums(a), weekendSum: sums(b), weekendWeight }
}

function shares(profile: Profile): number[] {
  const weights = Array.from({ length: SLOTS }, (_, slot) => profile((slot + 0.5) / SLOTS_PER_HOUR))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function sums(parts: readonly number[]): number[] {
  let sum = 0
  return [0, ...parts.map((part) => (sum += part))]
}

/** Demand at an instant beside the mean of a weekday (1), smooth, without anything by chance. */
export function demandAt(shape: Shape, tMs: number): number {
  const { weekday, at } = momentOf(tMs)
  const weekend = weekday >= 5
  const parts = weekend ? shape.weekend : shape.weekday
  const left = Math.floor(at - 0.5)
  const from = parts[(left + SLOTS) % SLOTS] ?? 0
  const to = parts[(left + 1) % SLOTS] ?? 0
  const share = from + (to - from) * (at - 0.5 - left)
  return share * SLOTS * (weekend ? shape.weekendWeight : 1)
}

/** The highest demand of a weekday beside its mean. */
export const peakOf = (shape: Shape): number => Math.max(...shape.weekday) * SLOTS

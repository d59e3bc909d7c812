const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The province keeps UTC+7 without daylight saving. */
const LOCAL_OFFSET_MS = 7 * HOUR_MS
/** Monday 2024-01-01, local midnight: cumulative quantities are counted from here. */
export const EPOCH_MS = Date.UTC(2024, 0, 1) - LOCAL_OFFSET_MS
/** Five minutes each. */
export const SLOTS = 288
export const SLOTS_PER_HOUR = SLOTS / 24

interface Moment {
  /** Local days since the epoch, and the weekday of it, Monday 0. */
  readonly day: number
  readonly weekday: number
  /** Position in the day, in slots. */
  readonly at: number
}

export function momentOf(tMs: number): Moment {
  const sinceMs = tMs - EPOCH_MS
  const day = Math.floor(sinceMs / DAY_MS)
  return { day, weekday: ((day % 7) + 7) % 7, at: ((sinceMs - day * DAY_MS) / DAY_MS) * SLOTS }
}

export const localHour = (tMs: number): number => momentOf(tMs).at / SLOTS_PER_HOUR

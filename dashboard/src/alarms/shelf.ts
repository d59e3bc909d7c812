import { midnight } from '../text/province-time.ts'

export const SHELF_MINUTES_MAX = 7 * 1440
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SHIFT_BEGINS_MS = 7 * HOUR_MS

/** The next time it is seven in the morning here: when the day shift comes. */
export function nextMorning(nowMs: number): number {
  const todayMs = midnight(nowMs) + SHIFT_BEGINS_MS
  return todayMs > nowMs ? todayMs : todayMs + DAY_MS
}

/** Null: no number of minutes that an alarm may be shelved for. */
export function shelfMinutes(text: string): number | null {
  const minutes = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0
  return minutes >= 1 && minutes <= SHELF_MINUTES_MAX ? minutes : null
}

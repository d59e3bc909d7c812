import type { Micros } from '../core/time.ts'

export type Freshness = 'fresh' | 'late' | 'silent'

const LATE_INTERVALS = 2
export const SILENT_INTERVALS = 5

/** By the age of the newest reading, in expected intervals: late after 2, silent after 5 or without any reading. */
export function freshnessOf(lastSeen: Micros | null, intervalS: number, now: Micros): Freshness {
  if (lastSeen === null) return 'silent'
  const intervals = (now - lastSeen) / (intervalS * 1_000_000)
  if (intervals <= LATE_INTERVALS) return 'fresh'
  return intervals <= SILENT_INTERVALS ? 'late' : 'silent'
}

/** Whether a value of that time says nothing of now any more: its entity would be silent by it. */
export const isOutdated = (time: Micros, intervalS: number, now: Micros): boolean =>
  freshnessOf(time, intervalS, now) === 'silent'

/** When the freshness will next change by itself; null when it is silent already. */
export function nextChange(lastSeen: Micros | null, intervalS: number, now: Micros): Micros | null {
  if (lastSeen === null) return null
  const interval = intervalS * 1_000_000
  for (const limit of [lastSeen + LATE_INTERVALS * interval, lastSeen + SILENT_INTERVALS * interval])
    if (limit >= now) return limit + 1
  return null
}

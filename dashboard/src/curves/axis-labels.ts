import { formatClock, formatDayMonth, formatHourMinute, formatMonth, formatValue } from '../text/format.ts'

const MINUTE_S = 60
const DAY_S = 86_400
const MONTH_S = 28 * DAY_S
/** Midnight in the province is at 17:00 UTC. */
const OFFSET_S = 7 * 3_600

/** As much of each time as its step tells: seconds, the minute, the day where one begins, the month. */
export function timeLabels(splits: readonly number[]): string[] {
  const stepS = (splits[1] ?? 0) - (splits[0] ?? 0)
  return splits.map((timeS) => {
    const timeMs = timeS * 1_000
    if (stepS >= MONTH_S) return formatMonth(timeMs)
    if ((timeS + OFFSET_S) % DAY_S === 0) return formatDayMonth(timeMs)
    return stepS < MINUTE_S ? formatClock(timeMs) : formatHourMinute(timeMs)
  })
}

/** Large numbers shortened, so that they fit beside the chart. */
export function valueLabels(splits: readonly (number | null)[]): string[] {
  return splits.map((value) => (value === null ? '' : formatValue(value)))
}

import { formatClock, formatDayMonth, formatDecimal, formatHourMinute, formatMonth } from '../text/format.ts'
import { midnight } from '../text/province-time.ts'

const MINUTE_S = 60
const MONTH_S = 28 * 86_400

/** As much of each time as its step tells: seconds, the minute, the day where one begins, the month. */
export function timeLabels(splits: readonly number[]): string[] {
  const stepS = (splits[1] ?? 0) - (splits[0] ?? 0)
  return splits.map((timeS) => {
    const timeMs = timeS * 1_000
    if (stepS >= MONTH_S) return formatMonth(timeMs)
    if (midnight(timeMs) === timeMs) return formatDayMonth(timeMs)
    return stepS < MINUTE_S ? formatClock(timeMs) : formatHourMinute(timeMs)
  })
}

/** With as many decimals as tell one from the next. */
export function valueLabels(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 0) - (splits[0] ?? 0))
  const isWhole = (decimals: number): boolean => {
    const scaled = step * 10 ** decimals
    return Math.abs(scaled - Math.round(scaled)) < 1e-6
  }
  const decimals = [0, 1, 2, 3, 4, 5].find(isWhole) ?? 6
  return splits.map((value) => formatDecimal(value.toFixed(decimals)))
}

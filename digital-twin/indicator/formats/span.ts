import { isDate, lastDayOf } from '../period.ts'

/** First and last local day of a TIME_PERIOD: a year, quarter, month or day. Null: it is none. */
export function spanOf(period: string): { readonly from: string; readonly to: string } | null {
  if (isDate(period)) return { from: period, to: period }
  const to = lastDayOf(period)
  if (to === null) return null
  const months = period.includes('Q') ? 2 : period.length === 4 ? 11 : 0
  const month = Number(to.slice(5, 7)) - months
  return { from: `${to.slice(0, 4)}-${String(month).padStart(2, '0')}-01`, to }
}

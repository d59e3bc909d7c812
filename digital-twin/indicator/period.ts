import { addDays } from '../../core/time.ts'

/** The last local day of a period: `2025` → 2025-12-31, `2025-Q4` → 2025-12-31, `2025-11` → 2025-11-30. Null: no period. */
export function lastDayOf(period: string): string | null {
  const match = /^(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/.exec(period)
  if (!match) return null
  const [, year, quarter, month] = match
  const last = quarter ? Number(quarter) * 3 : Number(month ?? 12)
  const next =
    last === 12
      ? `${String(Number(year) + 1).padStart(4, '0')}-01-01`
      : `${year}-${String(last + 1).padStart(2, '0')}-01`
  return addDays(next, -1)
}

/** Whether the text is a day of the calendar, `YYYY-MM-DD`. */
export const isDate = (text: string): boolean => {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

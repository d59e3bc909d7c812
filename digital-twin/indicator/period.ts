import { addDays } from '../../core/time.ts'
import type { Frequency } from './codes.ts'

/** Of four digits, with a day after its last one that has four too. */
const PERIOD = /^((?!9999)[1-9]\d{3})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/

/** The last local day of a period: `2025` → 2025-12-31, `2025-Q4` → 2025-12-31, `2025-11` → 2025-11-30. Null: no period. */
export function lastDayOf(period: string): string | null {
  const match = PERIOD.exec(period)
  if (!match) return null
  const [, year, quarter, month] = match
  return lastDay(Number(year), quarter ? Number(quarter) * 3 : Number(month ?? 12))
}

function lastDay(year: number, month: number): string {
  return month === 12
    ? `${yearText(year)}-12-31`
    : addDays(`${yearText(year)}-${String(month + 1).padStart(2, '0')}-01`, -1)
}

/** A period as it is asked for; a day is a period of its own. */
export interface Period {
  readonly period: string
  readonly freq: Frequency
  /** Its last local day. */
  readonly referenceDate: string
}

/** Null: neither a period nor a day. */
export function readPeriod(text: string): Period | null {
  if (isDate(text)) return { period: text, freq: 'D', referenceDate: text }
  const referenceDate = lastDayOf(text)
  if (referenceDate === null) return null
  return { period: text, freq: text.length === 4 ? 'A' : text[5] === 'Q' ? 'Q' : 'M', referenceDate }
}

const MONTHS_MAX = 600

/** The periods of a frequency whose last days lie between two days, both inclusive, oldest first; at most 600. */
export function periodsBetween(freq: 'A' | 'Q' | 'M', from: string, to: string): Period[] {
  const step = { A: 12, Q: 3, M: 1 }[freq]
  const periods: Period[] = []
  const [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]
  for (let at = Math.ceil(month / step) * step; periods.length < MONTHS_MAX; at += step) {
    const y = year + Math.floor((at - 1) / 12)
    const m = ((at - 1) % 12) + 1
    const referenceDate = lastDay(y, m)
    if (referenceDate > to) break
    if (referenceDate >= from) periods.push({ period: nameOf(freq, y, m), freq, referenceDate })
  }
  return periods
}

const nameOf = (freq: 'A' | 'Q' | 'M', year: number, month: number): string => {
  if (freq === 'A') return yearText(year)
  return freq === 'Q'
    ? `${yearText(year)}-Q${month / 3}`
    : `${yearText(year)}-${String(month).padStart(2, '0')}`
}

const yearText = (year: number): string => String(year).padStart(4, '0')

/** Whether the text is a day of the calendar, `YYYY-MM-DD`, from the year 1000 to 9998. */
export const isDate = (text: string): boolean => {
  const ms = /^(?!9999)[1-9]\d{3}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

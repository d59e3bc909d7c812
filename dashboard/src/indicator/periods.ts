import { dayOf } from '../text/province-time.ts'

const YEARS = 6
const QUARTERS = 8
const MONTHS = 24
export type Frequency = 'A' | 'Q' | 'M'

/** Periods that are over, newest first, as SDMX writes them. */
export function periodsBefore(timeMs: number): Readonly<Record<Frequency, readonly string[]>> {
  const [year = 0, month = 1] = dayOf(timeMs).split('-').map(Number)
  const months = year * 12 + month - 1
  const quarters = Math.floor(months / 3)
  return {
    A: back(year, YEARS, String),
    Q: back(quarters, QUARTERS, (at) => `${Math.floor(at / 4)}-Q${(at % 4) + 1}`),
    M: back(months, MONTHS, (at) => `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`),
  }
}

function back(from: number, count: number, name: (at: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => name(from - 1 - i))
}

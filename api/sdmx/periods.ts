import { err, ok, type Result } from '../../core/result.ts'
import { localDate, microsNow } from '../../core/time.ts'
import { spanOf } from '../../digital-twin/indicator/formats/span.ts'
import type { ComponentFilter } from './component-filter.ts'

/** Each period asked for is computed where it was not published. */
const PERIODS_MAX = 60

/** Which periods a filter of the time needs: those it names; those between its ends, where both and the frequency are given;
 *  else null, all that were published. */
export function periodsOf(
  filter: ComponentFilter | undefined,
  frequencies: readonly string[] | null,
): Result<readonly string[] | null, string> {
  if (!filter) return ok(null)
  const periods = new Set<string>()
  for (const conditions of filter.alternatives) {
    const [first] = conditions
    if (conditions.length === 1 && first?.operator === 'eq') {
      periods.add(first.value)
      continue
    }
    const from = conditions.find(({ operator }) => operator === 'ge')
    const to = conditions.find(({ operator }) => operator === 'le')
    if (!from || !to || !frequencies) return ok(null)
    for (const frequency of frequencies)
      for (const period of between(frequency, from.value, to.value)) {
        periods.add(period)
        if (periods.size > PERIODS_MAX)
          return err(`c[TIME_PERIOD]: takes at most ${PERIODS_MAX} periods at once; ask for a shorter time`)
      }
  }
  return periods.size > PERIODS_MAX
    ? err(`c[TIME_PERIOD]: takes at most ${PERIODS_MAX} periods at once`)
    : ok([...periods].filter(hasBegun))
}

/** Of what is to come nothing is counted. */
const hasBegun = (period: string): boolean => (spanOf(period)?.from ?? '') <= localDate(microsNow())

/** The whole periods of a frequency from the beginning of one period to the end of another. Days: none but by name. */
function* between(frequency: string, first: string, last: string): Generator<string> {
  const from = spanOf(first)?.from
  const to = spanOf(last)?.to
  if (!from || !to) return
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++)
    for (const period of ofYear(frequency, String(year).padStart(4, '0'))) {
      const span = spanOf(period)
      if (span && span.from >= from && span.to <= to) yield period
    }
}

function ofYear(frequency: string, year: string): string[] {
  if (frequency === 'A') return [year]
  if (frequency === 'Q') return [1, 2, 3, 4].map((quarter) => `${year}-Q${quarter}`)
  if (frequency === 'M')
    return Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`)
  return []
}

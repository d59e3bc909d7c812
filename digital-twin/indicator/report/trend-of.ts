import type { ReleasedPoint } from '../../../store/released-course.ts'
import type { ObsStatus } from '../codes.ts'
import type { PeriodInputs } from '../inputs.ts'
import { POINTS_MIN, trend } from '../trend.ts'
import { trendWords } from '../trend-words.ts'
import type { ReportTrend } from './content.ts'

/** The finest first. */
const FREQUENCIES = ['M', 'Q', 'A']
const POINTS_MAX = 24

const hasValue = ({ value }: ReleasedPoint): boolean => value !== null

/** The trend through what was published up to the year's end, of the finest frequency that has enough of it. Null: none has. */
export function trendOf(
  published: readonly ReleasedPoint[],
  { referenceDate, targets }: PeriodInputs,
): ReportTrend | null {
  const past = published.filter((point) => point.referenceDate <= referenceDate)
  const course = FREQUENCIES.map((freq) => past.filter((point) => point.freq === freq)).find(
    (found) => found.filter(hasValue).length >= POINTS_MIN,
  )
  if (!course) return null
  const points = course.filter(hasValue)
  // One without a value may begin a series, too.
  const usable = course.map((point) => ({ ...point, status: point.status as ObsStatus }))
  return {
    points: points
      .slice(-POINTS_MAX)
      .map(({ period, referenceDate: date, value }) => ({ period, date, value })),
    results: targets.flatMap(({ value: target, by }) => {
      if (target === null) return []
      const found = trend(usable, { target, by })
      const words = { vi: trendWords(found, 'vi'), en: trendWords(found, 'en') }
      const meets = found.status === 'met' ? null : found.date
      return [{ target, meets, slopePerYear: found.slopePerYear, words }]
    }),
  }
}

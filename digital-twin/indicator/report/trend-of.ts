import type { ReleasedPoint } from '../../../store/released-course.ts'
import type { ObsStatus } from '../codes.ts'
import type { PeriodInputs } from '../inputs.ts'
import { POINTS_MIN, trend } from '../trend.ts'
import { trendWords } from '../trend-words.ts'
import type { ReportTrend } from './content.ts'

/** The finest first. */
const FREQUENCIES = ['M', 'Q', 'A']
const POINTS_MAX = 24

/** The trend through what was published up to the year's end, of the finest frequency that has enough of it. Null: none has. */
export function trendOf(
  published: readonly ReleasedPoint[],
  { referenceDate, targets }: PeriodInputs,
): ReportTrend | null {
  const past = published.filter((point) => point.referenceDate <= referenceDate && point.value !== null)
  const points = FREQUENCIES.map((freq) => past.filter((point) => point.freq === freq)).find(
    (found) => found.length >= POINTS_MIN,
  )
  if (!points) return null
  const usable = points.map((point) => ({ ...point, status: point.status as ObsStatus }))
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

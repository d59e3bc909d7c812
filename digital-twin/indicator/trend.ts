/** When the present trend reaches a target.
 *
 *  A line is fitted by least squares to connections per person over the last 24 points (months, by default; six at least) since
 *  the newest break of the series. The date is where the line meets the target; the interval holds the dates at which a
 *  figure of that size is to be expected with 95 % (inverse prediction: E. C. Fieller, J. R. Stat. Soc. B 16 (1954) 175;
 *  F. A. Graybill, Theory and Application of the Linear Model (1976)). It exists only if the slope differs from zero at
 *  the same level.
 *
 *      trend(points, { target: '4', by: '2030-12-31' })
 *      // { status: 'reached-on', date: '2029-05-17', low: '2029-01-30', high: '2029-10-02', isOnTime: true, … } */
import type { ObsStatus } from './codes.ts'
import { gap } from './ratio.ts'
import { beginsSeries } from './status.ts'
import { studentT } from './trend-quantile.ts'

export interface TrendPoint {
  readonly referenceDate: string
  /** Null, here or below: none, or withheld; such points are left out. */
  readonly connections: number | null
  readonly population: number | null
  /** B: a new series begins with this point; where a graver status holds, the comment says so. */
  readonly status: ObsStatus
  readonly comment?: string | null
}

export interface TrendTarget {
  /** Connections per person, decimal text. */
  readonly target: string
  readonly by: string
}

export interface Trend extends TrendTarget {
  /** `met`: the last point has reached it, judged on integers. `not-at-this-trend`: the series does not rise, or reaches the
   *  target too late (then `date` says when) or not before 2101. */
  readonly status: 'met' | 'reached-on' | 'not-at-this-trend' | 'too-few-points'
  /** When the line meets the target; where it is met, the first point from which on it has been. Null: never, or not known. */
  readonly date: string | null
  /** Null: open to this side. */
  readonly low: string | null
  readonly high: string | null
  /** Whether `date` is not after `by`; null where there is no date. */
  readonly isOnTime: boolean | null
  /** Connections per person and year, decimal text. */
  readonly slopePerYear: string | null
  /** Share of the variance that the line explains, decimal text. */
  readonly r2: string | null
  readonly points: number
  /** Reference dates of the first and last point used. */
  readonly from: string | null
  readonly to: string | null
}

export const POINTS_MIN = 6
const POINTS_MAX = 24
const LEVEL = 0.95
const DAYS_PER_YEAR = 365.2425
const DAY_MS = 86_400_000
const LAST_DAY = '2100-12-31'

export function trend(points: readonly TrendPoint[], target: TrendTarget): Trend {
  const run = usable(points)
  const base = {
    ...target,
    points: run.length,
    from: run[0]?.referenceDate ?? null,
    to: run.at(-1)?.referenceDate ?? null,
  }
  const line = run.length >= POINTS_MIN ? lineThrough(run) : null
  const fitted = { slopePerYear: line && decimals(line.slope), r2: line && decimals(line.r2) }
  const none = { date: null, low: null, high: null, isOnTime: null }
  const metSince = sinceWhenMet(run, target.target)
  if (metSince !== null)
    return { ...base, ...fitted, ...none, status: 'met', date: metSince, isOnTime: metSince <= target.by }
  if (!line) return { ...base, ...fitted, ...none, status: 'too-few-points' }
  const crossing = cross(line, Number(target.target))
  const date = crossing && dayOf(crossing.at)
  if (!crossing || date === null || date === undefined)
    return { ...base, ...fitted, ...none, status: 'not-at-this-trend' }
  // The last point has not reached it, so neither the date nor what may be the date lies before that.
  const notBefore = (day: string): string => (base.to !== null && day < base.to ? base.to : day)
  const reached = {
    date: notBefore(date),
    low: notBefore(dayOf(crossing.low) ?? date),
    high: mapDay(dayOf(crossing.high), notBefore),
    isOnTime: notBefore(date) <= target.by,
  }
  return { ...base, ...fitted, ...reached, status: reached.isOnTime ? 'reached-on' : 'not-at-this-trend' }
}

interface Usable {
  readonly referenceDate: string
  readonly connections: number
  readonly population: number
}

/** The newest run without a break, by date. */
function usable(points: readonly TrendPoint[]): Usable[] {
  const byDate = [...points].sort((a, b) => (a.referenceDate < b.referenceDate ? -1 : 1))
  const newestBreak = byDate.findLastIndex(beginsSeries)
  return byDate
    .slice(Math.max(0, newestBreak))
    .flatMap(({ referenceDate, connections, population }) =>
      connections === null || population === null || population <= 0
        ? []
        : [{ referenceDate, connections, population }],
    )
    .slice(-POINTS_MAX)
}

function sinceWhenMet(run: readonly Usable[], target: string): string | null {
  const lastMissed = run.findLastIndex(
    ({ connections, population }) => gap(connections, population, target) > 0,
  )
  return run[lastMissed + 1]?.referenceDate ?? null
}

/** A line through points, x in days since 1970, with what its uncertainty follows from. */
interface Line {
  readonly n: number
  readonly meanX: number
  readonly meanY: number
  readonly slopePerDay: number
  readonly slope: number
  readonly sumXX: number
  /** Variance about the line. */
  readonly variance: number
  readonly r2: number
}

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS

function lineThrough(run: readonly Usable[]): Line | null {
  const n = run.length
  const xs = run.map(({ referenceDate }) => dayNumber(referenceDate))
  const ys = run.map(({ connections, population }) => connections / population)
  const meanX = sum(xs) / n
  const meanY = sum(ys) / n
  const sumXX = sum(xs.map((x) => (x - meanX) ** 2))
  if (sumXX === 0) return null
  const slopePerDay = sum(xs.map((x, i) => (x - meanX) * ((ys[i] ?? 0) - meanY))) / sumXX
  const residual = sum(xs.map((x, i) => ((ys[i] ?? 0) - meanY - slopePerDay * (x - meanX)) ** 2))
  const total = sum(ys.map((y) => (y - meanY) ** 2))
  return {
    ...{ n, meanX, meanY, sumXX, slopePerDay },
    slope: slopePerDay * DAYS_PER_YEAR,
    variance: residual / (n - 2),
    r2: total === 0 ? 0 : Math.max(0, 1 - residual / total),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** Where the line meets a value, and the roots d of (y - ȳ - b·d)² = t²s²(1 + 1/n + d²/Sxx) about it, in days since 1970. Null:
 *  the line does not rise for sure, and so there is no interval. */
function cross(line: Line, value: number): { at: number; low: number; high: number } | null {
  const { n, meanX, meanY, slopePerDay: b, sumXX, variance } = line
  const t2s2 = studentT(n - 2, LEVEL) ** 2 * variance
  const c = b ** 2 - t2s2 / sumXX
  if (b <= 0 || c <= 0) return null
  const rise = value - meanY
  const spread = Math.sqrt(t2s2 * ((1 + 1 / n) * c + rise ** 2 / sumXX))
  return {
    at: meanX + rise / b,
    low: meanX + (b * rise - spread) / c,
    high: meanX + (b * rise + spread) / c,
  }
}

/** The day on which a moment lies or that it is the start of; null: after 2100. */
function dayOf(days: number): string | null {
  // Rounding of a sum over 24 points must not turn a day's start into the next day.
  const whole = Math.ceil(days - 1e-6)
  return whole > dayNumber(LAST_DAY) ? null : new Date(whole * DAY_MS).toISOString().slice(0, 10)
}

const mapDay = (day: string | null, change: (day: string) => string): string | null =>
  day === null ? null : change(day)

/** Four places, and no minus before zero. */
const decimals = (value: number): string => (Math.round(value * 1e4) / 1e4 || 0).toFixed(4)

import { QUANTITIES } from '../../core/quantity.ts'
import { LOCAL_OFFSET_MS, type Micros } from '../../core/time.ts'

/** What one hour of a rollup says. */
export interface HourOfRollup {
  readonly time: Micros
  readonly avg: number | null
  readonly min: number | null
  readonly max: number | null
}

/** What is usual in one hour of the week. */
export interface Usual {
  /** Of the local week: 0 is Monday from 00 to 01. */
  readonly hour: number
  readonly median: number
  /** A standard deviation, as the robust estimators have it. */
  readonly sigma: number
  /** How many weeks it is known from. */
  readonly weeks: number
}

export const HOUR_US = 3_600_000_000
export const WEEK_HOURS = 168
/** Of how many weeks an hour must be known, or nothing is usual in it. */
const WEEKS_MIN = 3
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const THURSDAY = 3 * 24
/** Makes the MAD of a normal distribution its standard deviation. */
const MAD_TO_SIGMA = 1.4826
/** About the range of some thirty readings of a normal distribution, in standard deviations. */
const RANGE_TO_SIGMA = 4

/** The hour of the local week that an instant falls into: 0 is Monday from 00 to 01. */
export const hourOfWeek = (time: Micros): number =>
  (Math.floor((time + LOCAL_OFFSET_MS * 1000) / HOUR_US) + THURSDAY) % WEEK_HOURS

/**
 * Of each hour of the week the median and the median absolute deviation from it (MAD), which a burst or a dead sensor in one
 * of the weeks does not move: Hampel, The influence curve and its role in robust estimation, JASA 69 (1974); Rousseeuw and
 * Croux, Alternatives to the median absolute deviation, JASA 88 (1993). Four weeks are few, so that the hours before and after
 * go in as well. In fields of four bytes: 1.5 KiB a series.
 */
export class WeekPattern {
  static readonly BYTES = WEEK_HOURS * (4 + 4 + 1)
  readonly #medians = new Float32Array(WEEK_HOURS)
  readonly #sigmas = new Float32Array(WEEK_HOURS)
  readonly #weeks = new Uint8Array(WEEK_HOURS)

  constructor(quantity: string, hours: readonly HourOfRollup[]) {
    const byHour: HourOfRollup[][] = Array.from({ length: WEEK_HOURS }, () => [])
    for (const hour of hours) if (hour.avg !== null) byHour[hourOfWeek(hour.time)]?.push(hour)
    for (let at = 0; at < WEEK_HOURS; at++) {
      const near = [at - 1, at, at + 1].flatMap((one) => byHour[(one + WEEK_HOURS) % WEEK_HOURS] ?? [])
      const values = near.flatMap(({ avg }) => avg ?? [])
      const median = medianOf(values)
      this.#medians[at] = median
      this.#sigmas[at] = Math.max(
        MAD_TO_SIGMA * medianOf(values.map((value) => Math.abs(value - median))),
        // Single readings are judged, and they vary more than the averages of hours.
        medianOf(near.map(({ min, max }) => (max ?? 0) - (min ?? 0))) / RANGE_TO_SIGMA,
        leastSigma(quantity, median),
      )
      this.#weeks[at] = byHour[at]?.length ?? 0
    }
  }

  /** Null: it is not known for long enough what is usual then. */
  at(time: Micros): Usual | null {
    const hour = hourOfWeek(time)
    const weeks = this.#weeks[hour] ?? 0
    if (weeks < WEEKS_MIN) return null
    return { hour, median: this.#medians[hour] ?? 0, sigma: this.#sigmas[hour] ?? 0, weeks }
  }
}

/** What never varied must not raise at the first decimal: a hundredth of it, or a tenth of a unit (less where the whole scale
 *  of the quantity is small). */
function leastSigma(quantity: string, median: number): number {
  const { min, max } = QUANTITIES.get(quantity)?.plausible ?? { min: 0, max: 100 }
  return Math.max(Math.abs(median) / 100, Math.min(0.1, (max - min) / 1000))
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

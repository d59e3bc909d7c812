import { DAY_US, type Micros } from '../core/time.ts'

export type Resolution = '1m' | '1h' | '1d'

export interface Rollup {
  readonly resolution: Resolution
  readonly view: string
  readonly widthUs: number
  /** Some instant at which a bucket begins. */
  readonly originUs: Micros
  /** Refreshed up to so long ago; what is newer, the view computes from the raw rows. */
  readonly behindUs: number
  /** How often a server's policy moves that limit on, and how often the platform does in the embedded database. */
  readonly policyEveryUs: number
  readonly passEveryMs: number
  /** Embedded: a slice of a pass is never shorter, or a slow machine would never get through. */
  readonly sliceBucketsMin: number
}

export const MINUTE_US = 60_000_000
const HOUR_US = 60 * MINUTE_US

/** The rollups as store/migrations/0004_rollups has them. Each bucket lies within one bucket of the next. */
export const ROLLUPS: readonly Rollup[] = [
  {
    resolution: '1m',
    view: 'observation_1m',
    widthUs: MINUTE_US,
    originUs: 0,
    behindUs: 10 * MINUTE_US,
    policyEveryUs: MINUTE_US,
    passEveryMs: 10 * 60_000,
    sliceBucketsMin: 30,
  },
  {
    resolution: '1h',
    view: 'observation_1h',
    widthUs: HOUR_US,
    originUs: 0,
    behindUs: HOUR_US,
    policyEveryUs: 10 * MINUTE_US,
    passEveryMs: 30 * 60_000,
    sliceBucketsMin: 6,
  },
  {
    resolution: '1d',
    view: 'observation_1d',
    widthUs: DAY_US,
    // Midnight in the province.
    originUs: 17 * HOUR_US,
    behindUs: DAY_US,
    policyEveryUs: HOUR_US,
    passEveryMs: 120 * 60_000,
    sliceBucketsMin: 1,
  },
]

type Buckets = Pick<Rollup, 'widthUs' | 'originUs'>

/** The beginning of the bucket that an instant falls into. */
export const bucketOf = (time: Micros, { widthUs, originUs }: Buckets): Micros =>
  Math.floor((time - originUs) / widthUs) * widthUs + originUs

/** The first beginning of a bucket at or after an instant. */
export const bucketFrom = (time: Micros, { widthUs, originUs }: Buckets): Micros =>
  Math.ceil((time - originUs) / widthUs) * widthUs + originUs

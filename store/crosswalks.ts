import type { Micros } from '../core/time.ts'
import { type DatedTable, knownIn } from './dated-table.ts'
import type { Db } from './db.ts'

/** How an area of one geography lies in one of another. */
export interface Crosswalk {
  readonly fromCode: string
  readonly fromVersion: string
  readonly toCode: string
  readonly toVersion: string
  /** full: one lies wholly in the other, the former commune in the new one, or the new commune in the former district;
   *  partial: they overlap in part. */
  readonly overlap: 'full' | 'partial'
  /** Decimal text above 0 and up to 1: the share of the first area that is in the second; null: not known. */
  readonly weight: string | null
  /** What the weight is a share of, in words, e.g. the population of a census; null without a weight. */
  readonly weightBasis: string | null
  readonly source: string
}

export const CROSSWALKS: DatedTable<Crosswalk> = {
  name: 'area_crosswalk',
  key: [
    ['fromVersion', 'from_version', 'text'],
    ['toVersion', 'to_version', 'text'],
    ['fromCode', 'from_code', 'text'],
    ['toCode', 'to_code', 'text'],
  ],
  rest: [
    ['overlap', 'overlap', 'text'],
    ['weight', 'weight', 'numeric'],
    ['weightBasis', 'weight_basis', 'text'],
    ['source', 'source', 'text'],
  ],
}

/** Every pair of areas known at an instant (null: by now), by geographies and codes: provinces, districts and communes of 2025-03
 *  to provinces and communes of 2025-07, and whatever else was entered. */
export const crosswalksKnownAt = (db: Db, asOf: Micros | null): Promise<Crosswalk[]> =>
  knownIn(db, CROSSWALKS, { asOf })

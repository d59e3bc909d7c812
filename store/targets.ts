import type { Micros } from '../core/time.ts'
import { type DatedTable, knownIn } from './dated-table.ts'
import type { Db } from './db.ts'

export interface Target {
  readonly kind: 'per-person' | 'upper-average'
  /** Connections per person, decimal text; null for a comparison with other localities. */
  readonly value: string | null
  /** The day by which it is to be met. */
  readonly by: string
  readonly source: string
}

export const TARGETS: DatedTable<Target> = {
  name: 'target',
  key: [
    ['by', 'by_date', 'date'],
    ['kind', 'kind', 'text'],
  ],
  rest: [
    ['value', 'value', 'numeric'],
    ['source', 'source', 'text'],
  ],
}

/** The newest revision of each target (kind and day) known at an instant (null: by now), by day; without those withdrawn. */
export const targetsKnownAt = (db: Db, asOf: Micros | null): Promise<Target[]> =>
  knownIn(db, TARGETS, { asOf })

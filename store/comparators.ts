import type { Micros } from '../core/time.ts'
import { type DatedTable, knownIn } from './dated-table.ts'
import type { Db } from './db.ts'

/** A figure of another locality or of the country, as somebody published it. */
export interface Comparator {
  /** A code, e.g. of the province, or `VN`. */
  readonly locality: string
  readonly nameVi: string
  readonly nameEn: string
  readonly isNational: boolean
  readonly indicator: 'IOT_CONN_PC' | 'M2M_SIM_P100'
  readonly period: string
  /** Decimal text. */
  readonly value: string
  readonly source: string
}

export const COMPARATORS: DatedTable<Comparator> = {
  name: 'comparator',
  key: [
    ['period', 'period', 'text'],
    ['indicator', 'indicator', 'text'],
    ['locality', 'locality', 'text'],
  ],
  rest: [
    ['nameVi', 'name_vi', 'text'],
    ['nameEn', 'name_en', 'text'],
    ['isNational', 'is_national', 'boolean'],
    ['value', 'value', 'numeric'],
    ['source', 'source', 'text'],
  ],
}

/** The figures of others for a period that were known at an instant (null: by now), by indicator and locality. */
export const comparatorsKnownAt = (db: Db, period: string, asOf: Micros | null): Promise<Comparator[]> =>
  knownIn(db, COMPARATORS, { asOf, where: { period } })

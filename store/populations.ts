import type { Micros } from '../core/time.ts'
import { type Dated, type DatedTable, insertDated, knownIn } from './dated-table.ts'
import type { Db } from './db.ts'

export interface Population {
  readonly area: string
  readonly geoVersion: string
  readonly year: number
  readonly basis: 'average' | 'census' | 'registered' | 'mid-year' | 'end-year'
  /** Persons. */
  readonly value: number
  readonly source: string
  readonly publishedOn: string | null
  /** Made up for a demonstration. */
  readonly isSynthetic: boolean
}

export const POPULATIONS: DatedTable<Population> = {
  name: 'population',
  key: [
    ['area', 'area', 'text'],
    ['geoVersion', 'geo_version', 'text'],
    ['year', 'ref_year', 'int'],
    ['basis', 'basis', 'text'],
  ],
  rest: [
    ['value', 'value', 'int'],
    ['source', 'source', 'text'],
    ['publishedOn', 'published_on', 'date'],
    ['isSynthetic', 'is_synthetic', 'boolean'],
  ],
}

/** The newest revision of each population known at an instant (null: by now), by area, geography, year and basis; those of one
 *  geography, if it is named. */
export const populationsKnownAt = (
  db: Db,
  asOf: Micros | null,
  geoVersion: string | null = null,
): Promise<Population[]> =>
  knownIn(db, POPULATIONS, { asOf, where: geoVersion === null ? {} : { geoVersion } })

export const insertPopulation = (
  db: Db,
  row: Population & Pick<Dated, 'recordedAt'> & Partial<Dated>,
): Promise<void> =>
  insertDated(db, POPULATIONS, [{ imported: false, isWithdrawn: false, enteredAt: row.recordedAt, ...row }])

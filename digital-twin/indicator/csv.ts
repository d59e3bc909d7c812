import type { Figure } from './figures.ts'
import { csvLine } from './formats/csv-line.ts'

type Row = Figure & { readonly computedAt: string }

const COLUMNS: readonly [name: string, cell: (row: Row) => string | number | boolean | null][] = [
  ['indicator', (row) => row.indicator],
  ['area', (row) => row.area],
  ['area_name_vi', (row) => row.areaName.vi],
  ['area_name_en', (row) => row.areaName.en],
  ['geo_version', (row) => row.geoVersion],
  ['period', (row) => row.period],
  ['reference_date', (row) => row.referenceDate],
  ['connections', (row) => row.connections],
  ['population', (row) => row.population],
  ['population_year', (row) => row.populationYear],
  ['population_basis', (row) => row.populationBasis],
  ['population_source', (row) => row.populationSource],
  ['synthetic', (row) => row.synthetic],
  ['per_person', (row) => row.perPerson],
  ['status', (row) => row.status],
  ['target_met', (row) => row.target.met],
  ['target_gap', (row) => row.target.gap],
  ['window_from', (row) => row.window.from],
  ['window_to', (row) => row.window.to],
  ['coverage', (row) => row.coverage],
  ['method_version', (row) => row.methodVersion],
  ['as_of', (row) => row.asOf],
]

/** RFC 4180, with a header line. Empty: no value. */
export const toCsv = (rows: readonly Row[]): string =>
  [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))]
    .map(csvLine)
    .join('')

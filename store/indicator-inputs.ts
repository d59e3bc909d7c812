import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'

type PopulationBasis = 'average' | 'census' | 'registered' | 'mid-year' | 'end-year'

export interface Population {
  readonly area: string
  readonly geoVersion: string
  readonly year: number
  readonly basis: PopulationBasis
  readonly value: number
  readonly source: string
  readonly publishedOn: string | null
  readonly isSynthetic: boolean
  readonly recordedAt: Micros
}

export interface Target {
  readonly kind: 'per-person' | 'upper-average'
  /** Decimal text; null for a comparison with other localities. */
  readonly value: string | null
  readonly by: string
  readonly source: string
}

const POPULATION_COLUMNS = `area, geo_version as "geoVersion", ref_year as year, basis, value, source, published_on as "publishedOn",
  is_synthetic as "isSynthetic", recorded_at as "recordedAt"`

export async function insertPopulation(db: Db, row: Population): Promise<void> {
  await db.query({
    text: `insert into population (area, geo_version, ref_year, basis, value, source, published_on, is_synthetic, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, from_us($9))`,
    values: [
      row.area,
      row.geoVersion,
      row.year,
      row.basis,
      row.value,
      row.source,
      row.publishedOn,
      row.isSynthetic,
      row.recordedAt,
    ],
  })
}

/** The newest revision of each population known at an instant. */
export async function populationsKnownAt(
  db: Db,
  asOf: Micros,
  geoVersion: string | null,
): Promise<Population[]> {
  const { rows } = await db.query<Population>({
    text: `select distinct on (area, geo_version, ref_year, basis) ${POPULATION_COLUMNS} from population
           where recorded_at <= from_us($1) and ($2::text is null or geo_version = $2)
           order by area, geo_version, ref_year, basis, recorded_at desc, id desc limit 100000`,
    values: [asOf, geoVersion],
  })
  return rows
}

export async function insertTarget(db: Db, target: Target, recordedAt: Micros): Promise<void> {
  await db.query({
    text: 'insert into target (kind, value, by_date, source, recorded_at) values ($1, $2, $3, $4, from_us($5))',
    values: [target.kind, target.value, target.by, target.source, recordedAt],
  })
}

/** The newest revision of each target (kind and date) known at an instant, by date. */
export async function targetsKnownAt(db: Db, asOf: Micros): Promise<Target[]> {
  const { rows } = await db.query<Target>({
    text: `select distinct on (by_date, kind) kind, value, by_date as by, source from target where recorded_at <= from_us($1)
           order by by_date, kind, recorded_at desc, id desc`,
    values: [asOf],
  })
  return rows
}

export interface CountWindow {
  /** Local days, both inclusive. */
  readonly from: string
  readonly to: string
  /** The first instant after the reference date. */
  readonly end: Micros
  readonly asOf: Micros
}

/** IOT_CONN by area of the reference date (null: no area known): distinct end devices, not test, in service at the end of
 *  the reference date, heard on a local day of the window. Only what was recorded or received by `asOf` counts. */
export async function countConnections(
  db: Db,
  { from, to, end, asOf }: CountWindow,
): Promise<Map<string | null, number>> {
  const { rows } = await db.query<{ area: string | null; connections: number }>({
    text: `select place.area, count(*) as connections
           from device d
           left join lateral (
             select area from device_area
             where device_id = d.id and valid_from < from_us($3) and recorded_at <= from_us($4)
             order by valid_from desc, recorded_at desc limit 1
           ) place on true
           where d.role = 'end-device' and not d.is_test
             and d.valid_from < from_us($3) and d.recorded_at <= from_us($4)
             and (d.retired_at is null or d.retired_at >= from_us($3) or d.retired_recorded_at > from_us($4))
             and exists (
               select from activity_day a
               where a.device_id = d.id and a.local_date between $1::date and $2::date and a.first_received_at <= from_us($4))
           group by place.area`,
    values: [from, to, end, asOf],
  })
  return new Map(rows.map((row) => [row.area, row.connections]))
}

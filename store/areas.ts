import { type Db, pgArray, type SqlValue } from './db.ts'

export type AreaLevel = 'province' | 'district' | 'commune'

export interface AreaRow {
  readonly code: string
  readonly geoVersion: string
  readonly level: AreaLevel
  readonly kind: string
  readonly nameVi: string
  readonly nameEn: string
  readonly parent: string | null
  /** Local days, both inclusive; null: unbounded. */
  readonly validFrom: string | null
  readonly validTo: string | null
  readonly areaKm2: string | null
  /** GeoJSON geometry, WGS 84. */
  readonly geometry: object | null
}

const COLUMNS = `code, geo_version as "geoVersion", level, kind, name_vi as "nameVi", name_en as "nameEn", parent,
  valid_from as "validFrom", valid_to as "validTo", area_km2 as "areaKm2"`

const IN_FORCE =
  '(valid_from is null or valid_from <= $1::date) and (valid_to is null or valid_to >= $1::date)'

/** Areas in force on a local day. */
export async function listAreas(
  db: Db,
  on: string,
  level: AreaLevel | null,
  withGeometry = false,
): Promise<AreaRow[]> {
  const { rows } = await db.query<AreaRow>({
    text: `select ${COLUMNS}, ${withGeometry ? 'geometry' : 'null as geometry'} from area
           where ${IN_FORCE} and ($2::text is null or level = $2) order by code limit 10000`,
    values: [on, level],
  })
  return rows
}

export async function listGeography(
  db: Db,
  geoVersion: string,
  level: AreaLevel | null,
  withGeometry = false,
): Promise<AreaRow[]> {
  const { rows } = await db.query<AreaRow>({
    text: `select ${COLUMNS}, ${withGeometry ? 'geometry' : 'null as geometry'} from area
           where geo_version = $1 and ($2::text is null or level = $2) order by code limit 10000`,
    values: [geoVersion, level],
  })
  return rows
}

/** Of all geographies, newest first, without their shapes. */
export async function listAllAreas(db: Db): Promise<AreaRow[]> {
  const { rows } = await db.query<AreaRow>({
    text: `select ${COLUMNS}, null as geometry from area order by geo_version desc, code limit 20000`,
  })
  return rows
}

export type AreaKey = Pick<AreaRow, 'code' | 'geoVersion' | 'level' | 'parent' | 'validFrom' | 'validTo'>

/** Every area of every geography, in short. */
export async function listAreaKeys(db: Db): Promise<AreaKey[]> {
  const { rows } = await db.query<AreaKey>({
    text: `select code, geo_version as "geoVersion", level, parent, valid_from as "validFrom", valid_to as "validTo"
           from area order by geo_version, code limit 100000`,
  })
  return rows
}

/** Whether an area with this code was in force on a local day, or has been since: of a device that has not moved, the area of
 *  today may be all that is known. */
export async function isAreaSince(db: Db, code: string, on: string): Promise<boolean> {
  const { rows } = await db.query({
    text: 'select from area where code = $2 and (valid_to is null or valid_to >= $1::date) limit 1',
    values: [on, code],
  })
  return rows.length > 0
}

/** The codes of an area and all below it, among the areas of one geography. */
export function codesBelow(areas: readonly Pick<AreaRow, 'code' | 'parent'>[], code: string): Set<string> {
  const codes = new Set([code])
  for (let before = 0; before < codes.size; ) {
    before = codes.size
    for (const area of areas) if (area.parent !== null && codes.has(area.parent)) codes.add(area.code)
  }
  return codes
}

export async function insertAreas(db: Db, areas: readonly AreaRow[]): Promise<void> {
  const column = (pick: (area: AreaRow) => string | null): SqlValue => pgArray(areas.map(pick))
  await db.query({
    text: `insert into area (code, geo_version, level, kind, name_vi, name_en, parent, valid_from, valid_to, area_km2, geometry)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                                $8::date[], $9::date[], $10::numeric[], $11::jsonb[])`,
    values: [
      column((area) => area.code),
      column((area) => area.geoVersion),
      column((area) => area.level),
      column((area) => area.kind),
      column((area) => area.nameVi),
      column((area) => area.nameEn),
      column((area) => area.parent),
      column((area) => area.validFrom),
      column((area) => area.validTo),
      column((area) => area.areaKm2),
      column((area) => (area.geometry ? JSON.stringify(area.geometry) : null)),
    ],
  })
}

/** How many areas there are, of all days: they only become more. */
export async function countAreas(db: Db): Promise<number> {
  const { rows } = await db.query<{ areas: number }>({ text: 'select count(*) as areas from area' })
  return rows[0]?.areas ?? 0
}

import { readFile } from 'node:fs/promises'
import type { AreaRow } from './areas.ts'
import { insertAreas } from './areas.ts'
import type { Db } from './db.ts'

const SEED = new URL('./seed/', import.meta.url)
const MERGER = '2025-07-01'
const BEFORE_MERGER = '2025-06-30'

/** The areas that ship with the platform: Đắk Lắk of today with its 102 communes and wards (geography 2025-07), and the
 *  two former provinces with their 24 districts, in force until 30 June 2025 (geography 2025-03). Idempotent. */
export async function seedAreas(db: Db): Promise<void> {
  const { rows } = await db.query({ text: "select from area where geo_version = '2025-07' limit 1" })
  if (rows.length > 0) return
  const [districts, communes, shapes] = await Promise.all([
    readSeed('districts_2025-03_66_54.csv'),
    readSeed('communes_2025-07_66.csv'),
    readFile(new URL('communes_2025-07_66.geojson', SEED), 'utf8'),
  ])
  const geometries = new Map(
    (
      JSON.parse(shapes) as { features: { geometry: object; properties: { commune_code: string } }[] }
    ).features.map((feature) => [feature.properties.commune_code, feature.geometry]),
  )
  await insertAreas(db, [...formerAreas(districts), ...todaysAreas(communes, geometries)])
}

type Line = Readonly<Record<string, string>>

function formerAreas(districts: readonly Line[]): AreaRow[] {
  const of = (
    code: string,
    level: AreaRow['level'],
    kind: string,
    nameVi: string,
    nameEn: string,
    parent: string | null,
  ): AreaRow => ({
    code,
    geoVersion: '2025-03',
    level,
    kind,
    nameVi,
    nameEn,
    parent,
    validFrom: null,
    validTo: BEFORE_MERGER,
    areaKm2: null,
    geometry: null,
  })
  return [
    of('66', 'province', 'province', 'Tỉnh Đắk Lắk', 'Dak Lak Province', null),
    of('54', 'province', 'province', 'Tỉnh Phú Yên', 'Phu Yen Province', null),
    ...districts.map(({ district_code = '', name_vi = '', name_en = '', province_code = '' }) =>
      of(
        district_code,
        'district',
        /City$/.test(name_en) ? 'city' : /Town$/.test(name_en) ? 'town' : 'district',
        name_vi,
        name_en,
        province_code,
      ),
    ),
  ]
}

function todaysAreas(communes: readonly Line[], geometries: ReadonlyMap<string, object>): AreaRow[] {
  const shared = { geoVersion: '2025-07', validFrom: MERGER, validTo: null }
  const province: AreaRow = {
    ...shared,
    code: '66',
    level: 'province',
    kind: 'province',
    nameVi: 'Tỉnh Đắk Lắk',
    nameEn: 'Dak Lak Province',
    parent: null,
    areaKm2: null,
    geometry: null,
  }
  const units = communes.map(
    ({ commune_code = '', kind = '', name_vi = '', name_en = '', area_km2 = '' }): AreaRow => ({
      ...shared,
      code: commune_code,
      level: 'commune',
      kind,
      nameVi: name_vi,
      nameEn: name_en,
      parent: '66',
      areaKm2: area_km2,
      geometry: geometries.get(commune_code) ?? null,
    }),
  )
  return [province, ...units]
}

/** The seed files are plain CSV without quotes. */
export async function readSeed(name: string): Promise<Line[]> {
  const [header = '', ...lines] = (await readFile(new URL(name, SEED), 'utf8')).trim().split('\n')
  const columns = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    if (cells.length !== columns.length)
      throw new Error(`seed ${name}: a line has ${cells.length} cells, not ${columns.length}`)
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']))
  })
}

import { localDayStart, microsNow } from '../core/time.ts'
import { CROSSWALKS, type Crosswalk } from './crosswalks.ts'
import { type Dated, insertDated } from './dated-table.ts'
import type { Db } from './db.ts'
import { readSeed } from './seed-areas.ts'

const BETWEEN = { fromVersion: '2025-03', toVersion: '2025-07', weight: null, weightBasis: null } as const
const SOURCE = 'Nghị quyết 1660/NQ-UBTVQH15, theo dvhcvn/20250701 (store/seed/PROVENANCE.md)'
/** Before all data, as the targets: an "as of" question about the past finds them. */
const RECORDED_AT = localDayStart('2025-01-01')

/** How the former provinces, districts and communes lie in the province and communes of today; without weights, for no openly
 *  licensed population of such units is known. Idempotent. */
export async function seedCrosswalks(db: Db): Promise<void> {
  const { rows } = await db.query({ text: 'select from area_crosswalk limit 1' })
  if (rows.length > 0) return
  const pairs = (await readSeed('crosswalk_2025-07-01_66.csv')).map(
    ({ old_commune_code = '', old_district_code = '', new_commune_code = '', overlap = '' }) => ({
      commune: old_commune_code,
      district: old_district_code,
      to: new_commune_code,
      overlap: overlap === 'full' ? ('full' as const) : ('partial' as const),
    }),
  )
  const crosswalks = [
    ...['66', '54'].map((code) => crosswalk(code, '66', 'full')),
    ...districtPairs(pairs),
    ...pairs.map(({ commune, to, overlap }) => crosswalk(commune, to, overlap)),
  ]
  const dated: Dated = { recordedAt: RECORDED_AT, imported: true, isWithdrawn: false, enteredAt: microsNow() }
  await db.transaction((tx) =>
    insertDated(
      tx,
      CROSSWALKS,
      crosswalks.map((row) => ({ ...row, ...dated })),
    ),
  )
}

const crosswalk = (fromCode: string, toCode: string, overlap: Crosswalk['overlap']): Crosswalk => ({
  ...BETWEEN,
  fromCode,
  toCode,
  overlap,
  source: SOURCE,
})

/** A commune of today that is made of communes of one former district lies wholly in it. */
function districtPairs(pairs: readonly { readonly district: string; readonly to: string }[]): Crosswalk[] {
  const districts = Map.groupBy(pairs, ({ to }) => to)
  return [...districts].flatMap(([to, parts]) => {
    const from = [...new Set(parts.map(({ district }) => district))]
    return from.map((district) => crosswalk(district, to, from.length === 1 ? 'full' : 'partial'))
  })
}

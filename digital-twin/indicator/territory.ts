/** Former provinces as territories, so that their series goes on over a change of boundaries.
 *
 *  After the change `66_PRE202507` is the sum of today's communes that lie in the districts of the former Đắk Lắk; before it, of
 *  these districts themselves. A commune made of districts of two former provinces goes to the one with more of its population
 *  (unknown: with more of its districts, then the lower code), and both territories are partial: estimates.
 *
 *      formerTerritories(crossings, formerAreas, areas)
 *      // [{ label: { code: '54_PRE202507', … }, members: ['22015', …], isPartial: false }, …] */
import type { Crosswalk } from '../../store/crosswalks.ts'
import type { AreaLabel } from './figure.ts'
import type { TerritoryInput } from './inputs.ts'

/** A row of area_crosswalk, from the older geography to the newer. */
export type Crossing = Omit<Crosswalk, 'source'>

/** `former`: the areas of the geography before the change, provinces and what is below them. `current`: of the one in force, which may
 *  still be the former. */
export function formerTerritories(
  crossings: readonly Crossing[],
  former: readonly AreaLabel[],
  current: readonly AreaLabel[],
): TerritoryInput[] {
  const provinceOf = provincesAbove(former)
  const claims = lowestOf(current).map(({ code, geoVersion }) => {
    const own = provinceOf.get(key(code, geoVersion))
    const into = crossings.filter((one) => one.toCode === code && one.toVersion === geoVersion)
    return { code, ...(own ? { province: own, rivals: [own] } : claimOf(into, provinceOf)) }
  })
  const changed = crossings[0]?.toVersion ?? ''
  const version = current[0]?.geoVersion ?? ''
  return former
    .filter(({ level }) => level === 'province')
    .map((province) => {
      const own = claims.filter(({ province: mine }) => mine === province.code)
      return {
        label: labelOf(province, changed, version),
        members: own.map(({ code }) => code).sort(),
        isPartial: claims.some(({ rivals }) => rivals.length > 1 && rivals.includes(province.code)),
      }
    })
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => (a.label.code < b.label.code ? -1 : 1))
}

/** Areas that no other is part of. */
function lowestOf(areas: readonly AreaLabel[]): AreaLabel[] {
  const parents = new Set(areas.map(({ parent }) => parent))
  return areas.filter(({ code }) => !parents.has(code))
}

/** Of each area that lies in a province: which. The province itself is none, for whole provinces lie in one of today too. */
function provincesAbove(areas: readonly AreaLabel[]): Map<string, string> {
  const byCode = new Map(areas.map((area) => [key(area.code, area.geoVersion), area]))
  const found = new Map<string, string>()
  for (const area of areas) {
    let above: AreaLabel | undefined = area
    while (above && above.level !== 'province')
      above = above.parent === null ? undefined : byCode.get(key(above.parent, above.geoVersion))
    if (above && above !== area) found.set(key(area.code, area.geoVersion), above.code)
  }
  return found
}

const key = (code: string, version: string): string => `${code} ${version}`

function claimOf(
  crossings: readonly Crossing[],
  provinceOf: ReadonlyMap<string, string>,
): { province: string | null; rivals: string[] } {
  const shares = new Map<string, number>()
  const isWeighed = crossings.every(hasPopulationWeight)
  for (const crossing of crossings) {
    const province = provinceOf.get(key(crossing.fromCode, crossing.fromVersion))
    if (province === undefined) continue
    shares.set(province, (shares.get(province) ?? 0) + (isWeighed ? Number(crossing.weight) : 1))
  }
  const rivals = [...shares.keys()].sort(
    (a, b) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0) || (a < b ? -1 : 1),
  )
  return { province: rivals[0] ?? null, rivals }
}

/** A weight that says where people live. A share of land says nothing of that, and is never used. */
export const hasPopulationWeight = ({ weight, weightBasis }: Crossing): boolean =>
  weight !== null && !/diện tích|area|km2|km²|land/iu.test(weightBasis ?? '')

function labelOf(province: AreaLabel, changed: string, geoVersion: string): AreaLabel {
  const [year = '', month = ''] = changed.split('-')
  return {
    code: `${province.code}_PRE${year}${month}`,
    geoVersion,
    nameVi: `${province.nameVi} (địa bàn trước 01/${month}/${year})`,
    nameEn: `${province.nameEn} (territory before ${year}-${month}-01)`,
    level: 'territory',
    parent: null,
  }
}

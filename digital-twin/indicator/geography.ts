import { populationsOfBefore, populationsOfToday } from './apportion.ts'
import type { AreaLabel } from './figure.ts'
import type { BreakInput, PopulationInput, Tally, TerritoryInput } from './inputs.ts'
import { breaksIn, referenceDateBefore } from './status-breaks.ts'
import { type Crossing, formerTerritories } from './territory.ts'
import { placer } from './territory-placing.ts'

/** An area with the local days it is in force, both inclusive; null: without end. */
export interface DatedArea extends AreaLabel {
  readonly validFrom: string | null
  readonly validTo: string | null
}

/** The areas of all geographies, and how they lie in each other. */
export interface Geographies {
  readonly areas: readonly DatedArea[]
  readonly crossings: readonly Crossing[]
}

/** Those in force on a local day. */
export const areasOn = (areas: readonly DatedArea[], day: string): AreaLabel[] =>
  areas
    .filter(
      ({ validFrom, validTo }) =>
        (validFrom === null || validFrom <= day) && (validTo === null || validTo >= day),
    )
    .map(labelOf)

const labelOf = ({ code, geoVersion, nameVi, nameEn, level, parent }: DatedArea): AreaLabel => ({
  code,
  geoVersion,
  nameVi,
  nameEn,
  level,
  parent,
})

/** Territories that keep a series whole over a change of boundaries (docs/methodology.md §7): the former provinces, `66_PRE202507`,
 *  before and after it; and before it what the province became, `66_FROM202507`. */
export function territoriesOf(
  { areas, crossings }: Geographies,
  current: readonly AreaLabel[],
  province: string,
): TerritoryInput[] {
  const version = current[0]?.geoVersion ?? ''
  const older = areas.filter(({ geoVersion }) => geoVersion < version).map(labelOf)
  const isBefore = areas.some(({ geoVersion }) => geoVersion > version)
  const former = isBefore
    ? formerTerritories(crossings, current, current).map((territory) => ({
        ...territory,
        sameAs: territory.label.code.slice(0, territory.label.code.indexOf('_')),
      }))
    : formerTerritories(crossings, older, current)
  return [...former, ...laterTerritories(areas, crossings, current, province)]
}

function laterTerritories(
  areas: readonly DatedArea[],
  crossings: readonly Crossing[],
  current: readonly AreaLabel[],
  province: string,
): TerritoryInput[] {
  const parents = new Set(current.map(({ parent }) => parent))
  return areas
    .filter(({ code, geoVersion }) => code === province && geoVersion > (current[0]?.geoVersion ?? ''))
    .flatMap((later): TerritoryInput[] => {
      const into = crossings.filter(
        ({ toCode, toVersion, overlap }) =>
          toCode === later.code && toVersion === later.geoVersion && overlap === 'full',
      )
      const provinces = new Set(into.map(({ fromCode }) => fromCode))
      const members = current
        .filter(({ code, parent }) => !parents.has(code) && parent !== null && provinces.has(parent))
        .map(({ code }) => code)
        .sort()
      if (members.length === 0) return []
      const [year = '', month = ''] = later.geoVersion.split('-')
      const label: AreaLabel = {
        ...labelOf(later),
        code: `${province}_FROM${year}${month}`,
        geoVersion: current[0]?.geoVersion ?? '',
        nameVi: `${later.nameVi} (địa bàn từ 01/${month}/${year})`,
        nameEn: `${later.nameEn} (territory from ${year}-${month}-01 on)`,
        level: 'territory',
        parent: null,
      }
      return [{ label, members, isPartial: false }]
    })
}

/** Devices whose declared area is of another geography are put into one in force; gives the areas in which some are by an
 *  estimate, too. */
export function placed(
  tallies: readonly Tally[],
  { crossings }: Geographies,
  current: readonly AreaLabel[],
  populations: readonly PopulationInput[],
): { tallies: Tally[]; estimatedAreas: string[] } {
  const parents = new Set(current.map(({ parent }) => parent))
  const lowest = new Set(current.flatMap(({ code }) => (parents.has(code) ? [] : [code])))
  const people = (code: string, version: string): number | null =>
    populations.find((row) => row.area === code && row.geoVersion === version)?.value ?? null
  const place = placer(crossings, lowest, people)
  const estimated = new Set<string>()
  const found = tallies.map((tally): Tally => {
    const { area, how } = place(tally.area)
    if (area !== null && how === 'estimated') estimated.add(area)
    return area === tally.area ? tally : { ...tally, area }
  })
  return { tallies: found, estimatedAreas: [...estimated].sort() }
}

/** With those that follow from another geography's, where nobody has published one. */
export function withApportioned(
  known: readonly PopulationInput[],
  { areas, crossings }: Geographies,
  current: readonly AreaLabel[],
): PopulationInput[] {
  const version = current[0]?.geoVersion ?? ''
  const has = new Set(known.map((row) => `${row.area} ${row.geoVersion} ${row.year} ${row.basis}`))
  const made = (['province', 'district'] as const).flatMap((level) => {
    const former = new Set(
      areas.flatMap((area) => (area.level === level && isCrossed(area, crossings) ? [area.code] : [])),
    )
    return [
      ...populationsOfToday(
        known.filter(({ geoVersion }) => geoVersion < version),
        crossings,
        former,
      ),
      ...populationsOfBefore(
        known.filter(({ geoVersion }) => geoVersion > version),
        crossings,
        former,
      ),
    ].filter(({ geoVersion }) => geoVersion === version)
  })
  return [
    ...known,
    ...made.filter((row) => {
      const key = `${row.area} ${row.geoVersion} ${row.year} ${row.basis}`
      return !has.has(key) && has.add(key)
    }),
  ]
}

const isCrossed = ({ code, geoVersion }: DatedArea, crossings: readonly Crossing[]): boolean =>
  crossings.some(({ fromCode, fromVersion }) => fromCode === code && fromVersion === geoVersion)

/** Series that go on in this period over a change. A code of which nothing could be divided before begins its series here. */
export function breaksOf(
  { areas }: Geographies,
  now: Parameters<typeof breaksIn>[1] & { readonly period: string },
  populations: readonly PopulationInput[],
): BreakInput[] {
  const day = referenceDateBefore(now.period)
  if (day === null) return []
  const had = new Set(populations.map(({ area, geoVersion }) => `${area} ${geoVersion}`))
  const series = (area: string) => (area === `${now.province}_U` ? now.province : area)
  return breaksIn({ areas: areasOn(areas, day), methodVersion: null }, now).filter(({ area, before }) =>
    had.has(`${series(area)} ${before}`),
  )
}

import { codesBelow } from '../../store/areas.ts'
import type { AreaSum } from './disclosure-cube.ts'
import type { AreaLabel } from './figure.ts'
import type { PeriodInputs, Tally } from './inputs.ts'

/** An area that has figures. */
export interface Place {
  readonly area: string
  readonly geoVersion: string
  /** The lowest areas it is the sum of; null: it is one of them itself. */
  readonly members: ReadonlySet<string> | null
  readonly isTerritory: boolean
  /** A territory some of whose members reach over its boundary. */
  readonly isPartial: boolean
  /** The area that a territory is the same as; null: none. */
  readonly sameAs: string | null
}

/** The line of devices without an area: the province's total has it, no other area does. */
export const unlocated = (province: string): string => `${province}_U`

/** Every area that has figures: those of the geography, the line without an area, and territories. */
export function placesOf({ areas, province, territories }: PeriodInputs): Place[] {
  const lowest = lowestAreas(areas)
  const home = areas.find(({ code }) => code === province)
  const plain = { members: null, isTerritory: false, isPartial: false, sameAs: null }
  return [
    ...areas.map(({ code, geoVersion }): Place => {
      if (lowest.has(code)) return { ...plain, area: code, geoVersion }
      const members = new Set([...codesBelow(areas, code)].filter((part) => lowest.has(part)))
      if (code === province) members.add(unlocated(province))
      return { ...plain, area: code, geoVersion, members }
    }),
    { ...plain, area: unlocated(province), geoVersion: home?.geoVersion ?? '' },
    ...territories.map(
      ({ label, members, isPartial, sameAs = null }): Place => ({
        area: label.code,
        geoVersion: label.geoVersion,
        members: new Set(members),
        isTerritory: true,
        isPartial,
        sameAs,
      }),
    ),
  ]
}

/** What is the sum of what. */
export const sumsOf = (places: readonly Place[]): AreaSum[] =>
  places.flatMap(({ area, members, isTerritory }) =>
    members ? [{ total: area, parts: [...members].sort(), isTerritory }] : [],
  )

/** Where each device counts: its own area, or the line without one, and all that this is part of. */
export function placing(inputs: PeriodInputs): (tally: Pick<Tally, 'area'>) => readonly string[] {
  const places = placesOf(inputs)
  const nowhere = unlocated(inputs.province)
  const within = (area: string) => places.flatMap((place) => (place.members?.has(area) ? [place.area] : []))
  const all = new Map(
    places.flatMap(({ area, members }) => (members ? [] : [[area, [area, ...within(area)]] as const])),
  )
  return ({ area }) => all.get(area ?? nowhere) ?? all.get(nowhere) ?? []
}

/** Those that no other is part of: only in these can a device be counted. */
function lowestAreas(areas: readonly AreaLabel[]): Set<string> {
  const parents = new Set(areas.map(({ parent }) => parent))
  return new Set(areas.flatMap(({ code }) => (parents.has(code) ? [] : [code])))
}

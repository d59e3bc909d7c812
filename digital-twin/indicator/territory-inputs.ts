/** What a change of boundaries means for the inputs of one period, on either side of it: devices declared in the other geography
 *  are placed, populations published for the other one only are carried over, and former provinces go on as territories.
 *
 *      const former = await listGeography(db, '2025-03', null)
 *      const inputs = { ...read, ...acrossChange(read, { former, crossings }) } */
import { populationsOfBefore, populationsOfToday } from './apportion.ts'
import type { AreaLabel } from './figure.ts'
import type { PeriodInputs, PopulationInput } from './inputs.ts'
import { populationFor } from './population.ts'
import { type Crossing, formerTerritories, lowestOf } from './territory.ts'
import { placer, placeTallies } from './territory-placing.ts'

export interface Change {
  /** Every area of the geography before it. */
  readonly former: readonly AreaLabel[]
  readonly crossings: readonly Crossing[]
}

type Changed = 'tallies' | 'estimatedAreas' | 'populations' | 'territories'

export function acrossChange(
  read: Pick<PeriodInputs, 'areas' | 'tallies' | 'populations' | 'referenceDate'>,
  { former, crossings }: Change,
): Pick<PeriodInputs, Changed> {
  const formerVersion = former[0]?.geoVersion ?? ''
  const ofFormer = crossings.filter(({ fromVersion }) => fromVersion === formerVersion)
  const year = Number(read.referenceDate.slice(0, 4))
  const people = Map.groupBy(read.populations, ({ area, geoVersion }) => `${area} ${geoVersion}`)
  const populationOf = (code: string, version: string): number | null =>
    populationFor(people.get(`${code} ${version}`) ?? [], year)?.value ?? null
  const lowest = new Set(lowestOf(read.areas).map(({ code }) => code))
  return {
    ...placeTallies(read.tallies, placer(ofFormer, lowest, populationOf)),
    populations: [...read.populations, ...carried(read, former, ofFormer, populationOf)],
    territories: formerTerritories(ofFormer, former, read.areas),
  }
}

/** Populations of areas in force that nobody has published, from those of the other geography: provinces from provinces, the
 *  lowest areas from the lowest. */
function carried(
  { areas, populations }: Pick<PeriodInputs, 'areas' | 'populations'>,
  former: readonly AreaLabel[],
  crossings: readonly Crossing[],
  populationOf: (code: string, version: string) => number | null,
): PopulationInput[] {
  const version = areas[0]?.geoVersion
  const others = populations.filter(({ geoVersion }) => geoVersion !== version)
  const isBefore = version === former[0]?.geoVersion
  const provinces = former.filter(({ level }) => level === 'province')
  const found = [provinces, lowestOf(former)].flatMap((level) => {
    const codes = new Set(level.map(({ code }) => code))
    return isBefore
      ? populationsOfBefore(others, crossings, codes, populationOf)
      : populationsOfToday(others, crossings, codes)
  })
  const published = new Set(populations.map(keyOf))
  const inForce = new Set(areas.map(({ code }) => code))
  return found.filter(
    (row) => row.geoVersion === version && inForce.has(row.area) && !published.has(keyOf(row)),
  )
}

const keyOf = ({ area, geoVersion, year, basis }: PopulationInput): string =>
  `${area} ${geoVersion} ${year} ${basis}`

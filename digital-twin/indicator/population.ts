import type { PeriodInputs, PopulationInput } from './inputs.ts'

export interface ChosenPopulation {
  readonly value: number
  readonly basis: PopulationInput['basis']
  readonly year: number
  readonly sources: readonly string[]
  readonly isEstimated: boolean
  /** The population of another year stands in, since none of the reference year is published yet. */
  readonly isOfOtherYear: boolean
}

const ORDER: readonly PopulationInput['basis'][] = ['average', 'mid-year', 'end-year', 'census', 'registered']

/** The population a figure of a year is divided by: the year's average; before it is published another basis of the year,
 *  then the newest earlier year (docs/methodology.md §6). Null: none is known. */
export function populationFor<P extends Pick<PopulationInput, 'year' | 'basis'>>(
  known: readonly P[],
  year: number,
): P | null {
  const usable = known.filter((population) => population.year <= year)
  const newest = Math.max(...usable.map((population) => population.year))
  const ofYear = usable.filter((population) => population.year === newest)
  return ORDER.flatMap((basis) => ofYear.filter((population) => population.basis === basis))[0] ?? null
}

/** Of one area of the geography, as chosen for the period. */
export function populationOf(
  inputs: Pick<PeriodInputs, 'populations' | 'referenceDate'>,
  area: string,
  geoVersion: string,
): ChosenPopulation | null {
  const year = Number(inputs.referenceDate.slice(0, 4))
  const known = inputs.populations.filter((row) => row.area === area && row.geoVersion === geoVersion)
  const chosen = populationFor(known, year)
  return (
    chosen && {
      value: chosen.value,
      basis: chosen.basis,
      year: chosen.year,
      sources: [chosen.source],
      isEstimated: chosen.isEstimated,
      isOfOtherYear: chosen.year !== year,
    }
  )
}

/** Of a territory: the sum of its members, where each is known on the same basis and for the same year. */
export function populationOfMembers(members: readonly (ChosenPopulation | null)[]): ChosenPopulation | null {
  const [first] = members
  if (!first) return null
  if (members.some((one) => one?.basis !== first.basis || one.year !== first.year)) return null
  const all = members.filter((one) => one !== null)
  return {
    ...first,
    value: all.reduce((sum, one) => sum + one.value, 0),
    sources: [...new Set(all.flatMap(({ sources }) => sources))].sort(),
    isEstimated: all.some(({ isEstimated }) => isEstimated),
  }
}

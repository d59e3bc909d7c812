import { atOnce, type InSteps, inTurns } from '../../core/slices.ts'
import { type Cell, cellsOf } from './cells.ts'
import type { Figure } from './figure.ts'
import { figuresOfCell, type Line } from './figures-of-cell.ts'
import type { OperatorReport, PeriodInputs } from './inputs.ts'
import { operatorCount, reportsOf, tellsOfPersons } from './operators.ts'
import { inOrderInSteps } from './order.ts'
import { type Place, placesOf, unlocated } from './places.ts'
import { type ChosenPopulation, populationOf, populationOfMembers } from './population.ts'

export interface ComposeOptions {
  /** Figures that the last release of the period withheld and that have not changed enough since, as releases name them: area,
   *  geography, indicator, access, domain, class and coverage, parted by `|`. */
  readonly withheldBefore?: ReadonlySet<string>
}

/** All figures of one period. Pure: the same inputs, in whatever order, give the same figures in the same order. */
export const compose = (inputs: PeriodInputs, options?: ComposeOptions): Figure[] =>
  atOnce(composeInSteps(inputs, options))

/** The same for the process that takes messages in, which must not wait for a whole province. */
export const composeInTurns = (inputs: PeriodInputs, options?: ComposeOptions): Promise<Figure[]> =>
  inTurns(composeInSteps(inputs, options))

function* composeInSteps(
  inputs: PeriodInputs,
  { withheldBefore = new Set() }: ComposeOptions = {},
): InSteps<Figure[]> {
  const places = placesOf(inputs)
  const cells = yield* cellsOf(inputs, places, cellsNamed(withheldBefore))
  const byArea = Map.groupBy(cells, ({ area }) => area)
  const isConfidential = tellsOfPersons(inputs, (area) =>
    (byArea.get(area) ?? []).some((cell) => isTotal(cell) && cell.withheld !== null),
  )
  const figures: Figure[] = []
  for (const place of places) {
    yield
    const line = lineOf(place, inputs, isConfidential)
    for (const cell of withTotal(byArea.get(place.area) ?? [], place.area))
      figures.push(...figuresOfCell(cell, line, inputs))
  }
  return yield* inOrderInSteps(figures)
}

/** What all figures of one area share. */
function lineOf(
  place: Place,
  inputs: PeriodInputs,
  isConfidential: (report: OperatorReport) => boolean,
): Line {
  const { area, geoVersion, members, isTerritory } = place
  const estimated = new Set(inputs.estimatedAreas)
  return {
    geoVersion,
    population: populationOfPlace(place, inputs),
    operators: operatorCount(reportsOf(inputs.reports, place), isConfidential),
    isPartial: place.isPartial,
    isEstimated:
      estimated.has(area) || (isTerritory && [...(members ?? [])].some((member) => estimated.has(member))),
    breaks: inputs.breaks.filter((one) => one.area === area),
  }
}

/** Nobody lives where nobody knows. */
function populationOfPlace(
  { area, geoVersion, members, isTerritory, sameAs }: Place,
  inputs: PeriodInputs,
): ChosenPopulation | null {
  if (area === unlocated(inputs.province)) return null
  if (!isTerritory || sameAs !== null) return populationOf(inputs, sameAs ?? area, geoVersion)
  const versions = new Map(inputs.areas.map((one) => [one.code, one.geoVersion]))
  return populationOfMembers(
    [...(members ?? [])].sort().map((member) => populationOf(inputs, member, versions.get(member) ?? '')),
  )
}

/** The total is there even where nothing was counted. */
function withTotal(cells: readonly Cell[], area: string): readonly Cell[] {
  if (cells.some(isTotal)) return cells
  const name = { area, access: '_T', domain: '_T', class: '_T' } as const
  return [...cells, { ...name, active: 0, registered: 0, sims: 0, withheld: null }]
}

const isTotal = ({ access, domain, class: kind }: Cell): boolean =>
  access === '_T' && domain === '_T' && kind === '_T'

function cellsNamed(figures: ReadonlySet<string>): Set<string> {
  return new Set(
    [...figures].map((name) => {
      const [area, , , access, domain, kind] = name.split('|')
      return `${area}|${access}|${domain}|${kind}`
    }),
  )
}

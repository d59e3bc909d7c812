import { atOnce, type InSteps, inTurns } from '../../core/slices.ts'
import type { CellName } from './cells.ts'
import { RULES } from './codes.ts'
import { withholdAllInSteps } from './disclosure.ts'
import { countedCellsInSteps } from './disclosure-cells.ts'
import { type CountedCell, cellKey } from './disclosure-cube.ts'
import type { PeriodInputs, Tally } from './inputs.ts'
import { placesOf, placing, sumsOf } from './places.ts'

const TOTAL = { access: '_T', domain: '_T', class: '_T' } as const

const found = new WeakMap<PeriodInputs, ReadonlySet<string>>()

/** Whether the steps of a cell by rule stay untold. Of an area, where so few persons' devices are behind one of them that they
 *  would show, and where the sums of others would tell those: one pattern for all rules, as for figures (disclosure.ts). Of a
 *  part of an area, where persons anywhere have devices of its kind: parts have no pattern of their own. */
export function areStepsWithheld(inputs: PeriodInputs, cell: CellName): boolean {
  const isWhole = cell.access === '_T' && cell.domain === '_T' && cell.class === '_T'
  if (!isWhole) return inputs.tallies.some((tally) => tally.ownerKind === 'person' && isOfKind(tally, cell))
  const areas = found.get(inputs) ?? atOnce(areasWithheld(inputs))
  found.set(inputs, areas)
  return areas.has(cell.area)
}

/** Finds that out for all areas, and lets others do their work in between: of a whole province it takes a while. */
export async function knowStepsWithheld(inputs: PeriodInputs): Promise<void> {
  if (!found.has(inputs)) found.set(inputs, await inTurns(areasWithheld(inputs)))
}

export const isOfKind = (tally: Tally, { access, domain, class: kind }: Omit<CellName, 'area'>): boolean =>
  (access === '_T' || access === tally.access) &&
  (domain === '_T' || domain === tally.domain) &&
  (kind === '_T' || kind === tally.class)

function* areasWithheld(inputs: PeriodInputs): InSteps<Set<string>> {
  const areasOf = placing(inputs)
  const whole = inputs.tallies.map((tally): Tally => ({ ...tally, ...TOTAL }))
  const counts: { cells: CountedCell[]; gatewaysApart: false }[] = []
  for (const { id } of RULES) {
    const ofRule = whole.filter(({ rule }) => rule === id)
    const cells = yield* countedCellsInSteps(ofRule, { areasOf, count: ({ devices }) => devices })
    counts.push({ cells, gatewaysApart: false })
  }
  const places = placesOf(inputs)
  const withheld = yield* withholdAllInSteps(counts, sumsOf(places))
  return new Set(places.map(({ area }) => area).filter((area) => withheld.has(cellKey({ area, ...TOTAL }))))
}

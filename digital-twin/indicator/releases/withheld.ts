import { isDeepStrictEqual } from 'node:util'
import type { InSteps } from '../../../core/slices.ts'
import { THRESHOLD_K } from '../disclosure.ts'
import { cellKey } from '../disclosure-cube.ts'
import type { Figure } from '../figure.ts'
import { figureKey } from '../figure-key.ts'
import type { PeriodInputs } from '../inputs.ts'
import { isWithheld } from './compared-figures.ts'
import type { ReleasedVintage } from './plan.ts'
import { countOf, noSums, sumsInSteps } from './tally-sums.ts'

/** Cells that must not become visible for what another release withheld. Where both count the same devices in the same places: those
 *  that it kept itself. The same pattern comes of it then, and nothing more has to be given up for the old one. */
export function* keptForInSteps(before: ReleasedVintage, now: PeriodInputs): InSteps<ReadonlySet<string>> {
  return isDeepStrictEqual(tableOf(before.inputs), tableOf(now))
    ? before.withheldBefore
    : yield* stillWithheldInSteps(before, now)
}

/** What a pattern of withheld cells follows from. */
const tableOf = ({ tallies, areas, province, territories, methodVersion }: PeriodInputs) => ({
  ...{ tallies, areas, province, territories, methodVersion },
})

/** Cells that were withheld and must stay so: their count differs by less than k from what it was, so that beside the old sums it
 *  would tell what was hidden in them. */
export function* stillWithheldInSteps(
  before: { readonly figures: readonly Figure[]; readonly inputs: PeriodInputs },
  now: PeriodInputs,
): InSteps<Set<string>> {
  const withheld = before.figures.filter(isWithheld)
  if (withheld.length === 0) return new Set()
  const wanted = new Set(withheld.map(cellKey))
  const then = yield* sumsInSteps(before.inputs, wanted)
  const today = yield* sumsInSteps(now, wanted)
  const isNear = (cell: Figure): boolean => {
    const [a, b] = [then, today].map((sums) => countOf(cell.indicator, sums.get(cellKey(cell)) ?? noSums()))
    return Math.abs((a ?? 0) - (b ?? 0)) < THRESHOLD_K
  }
  return new Set(withheld.filter(isNear).map(figureKey))
}

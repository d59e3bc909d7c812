import { cellKey } from '../disclosure-cube.ts'
import type { Figure } from '../figure.ts'
import { popBasisVi } from '../formats/code-lists.ts'
import type { PopulationInput } from '../inputs.ts'
import type { Compared, OperatorChange } from './compared.ts'
import { countReasons } from './count-reasons.ts'
import { type Reason, reason } from './reason-codes.ts'
import { EVERYWHERE, noSums, type Sums, wholeOf } from './tally-sums.ts'

/** Why a figure changed, as far as the inputs tell. Of one that is withheld only what says nothing of its count. */
export function inputReasons(
  was: Figure | null,
  is: Figure | null,
  compared: Compared,
  isHidden: boolean,
): Reason[] {
  const figure = (is ?? was) as Figure
  const reasons = commonReasons(figure, compared)
  if (isHidden) return reasons
  if (figure.indicator !== 'POP') {
    if (figure.coverage !== 'OPERATOR') reasons.push(...countReasons(stepsOf(figure, compared)))
    if (figure.coverage !== 'PLATFORM') reasons.push(...operatorReasons(figure, compared))
  }
  if (usesPopulation(figure)) reasons.push(...populationReasons(figure, compared))
  const { hasOther } = compared
  if (figure.indicator === 'TARGET_GAP' && hasOther.targets) reasons.push(reason('TARGET'))
  if (was?.obsStatus !== is?.obsStatus || was?.comment !== is?.comment) {
    if (hasOther.outageDays) reasons.push(reason('OUTAGE'))
    if (hasOther.estimatedAreas) reasons.push(reason('ESTIMATED'))
  }
  return reasons
}

function commonReasons({ area }: Figure, { before, after, redrawn }: Compared): Reason[] {
  const reasons: Reason[] = []
  if (before.methodVersion !== after.methodVersion || before.windowDays !== after.windowDays)
    reasons.push(reason('METHOD', `${before.methodVersion} → ${after.methodVersion}`))
  if (redrawn.has(area)) reasons.push(reason('GEOGRAPHY'))
  if (before.isFinal !== after.isFinal) reasons.push(reason('FINAL'))
  return reasons
}

function stepsOf(figure: Figure, { sumsBefore, sumsAfter }: Compared) {
  const step = (key: string) => ({ before: at(sumsBefore, key), after: at(sumsAfter, key) })
  return {
    indicator: figure.indicator,
    cell: step(cellKey(figure)),
    area: step(cellKey(wholeOf(figure))),
    everywhere: step(cellKey(wholeOf(EVERYWHERE))),
  }
}

const at = (sums: ReadonlyMap<string, Sums>, key: string): Sums => sums.get(key) ?? noSums()

const usesPopulation = ({ indicator }: Figure): boolean =>
  indicator !== 'IOT_CONN' && indicator !== 'IOT_REG' && indicator !== 'M2M_SIM'

function populationReasons({ area }: Figure, { after, popBefore, popAfter }: Compared): Reason[] {
  const [was, is] = [popBefore.get(area), popAfter.get(area)]
  const [old, now] = [was?.value ?? null, is?.value ?? null]
  if (old === now && basisOf(was) === basisOf(is)) return []
  const source = after.populations.find((row) => isOf(row, area, is))?.source
  const [en, vi] = [basisOf, basisViOf].map((name) => {
    const [before, basis] = [name(was), name(is)]
    return [
      `${area}: ${old ?? '–'} → ${now ?? '–'}`,
      before === basis || old === null ? basis : `${before} → ${basis}`,
      ...(source === undefined ? [] : [source]),
    ].join('; ')
  })
  return [reason(old === null ? 'POPULATION_NEW' : 'POPULATION_REVISED', en, vi)]
}

const basisOf = (figure: Figure | undefined): string =>
  figure?.popBasis == null ? '–' : `${figure.popBasis} ${figure.popYear ?? ''}`

const basisViOf = (figure: Figure | undefined): string =>
  figure?.popBasis == null ? '–' : `${popBasisVi(figure)} ${figure.popYear ?? ''}`

const isOf = (row: PopulationInput, area: string, figure: Figure | undefined): boolean =>
  row.area === area && row.year === figure?.popYear && String(row.value) === figure?.value

/** Operators and periods are named, their numbers are not: those are their business. */
function operatorReasons({ area }: Figure, { operators }: Compared): Reason[] {
  const here = operators.filter(({ areas }) => areas.includes(area))
  const [added, revised] = [here.filter(({ isNew }) => isNew), here.filter(({ isNew }) => !isNew)]
  return [
    ...(added.length > 0 ? [reason('OPERATOR_NEW', named(added))] : []),
    ...(revised.length > 0 ? [reason('OPERATOR_REVISED', named(revised))] : []),
  ]
}

const named = (changes: readonly OperatorChange[]): string =>
  [...new Set(changes.map(({ report: { operator, period } }) => `${operator} ${period}`))].sort().join(', ')

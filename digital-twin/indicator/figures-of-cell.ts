import type { Cell } from './cells.ts'
import { INDICATORS, type IndicatorId, type ObsStatus } from './codes.ts'
import { goesWithCell } from './disclosure.ts'
import type { Figure } from './figure.ts'
import type { BreakInput, PeriodInputs } from './inputs.ts'
import type { OperatorCount } from './operators.ts'
import type { ChosenPopulation } from './population.ts'
import { gap, ratio } from './ratio.ts'
import { BREAK, oneStatus } from './status.ts'
import { currentTarget } from './targets.ts'

/** What all figures of one area have in common. */
export interface Line {
  readonly geoVersion: string
  readonly population: ChosenPopulation | null
  readonly operators: OperatorCount | null
  /** A territory that areas reach over: whatever is counted in it is an estimate. */
  readonly isPartial: boolean
  /** Some of its devices were placed by an estimate. */
  readonly isEstimated: boolean
  /** The series goes on in this period over a change. */
  readonly breaks: readonly BreakInput[]
}

/** A count that may be shown, or why it is not. */
type Count = Pick<Figure, 'num' | 'den' | 'value'>

/** The figures of one cell: all indicators of it, or for the finer ones (by domain or class) those that are published of it
 *  (docs/methodology.md §8). */
export function figuresOfCell(cell: Cell, line: Line, inputs: PeriodInputs): Figure[] {
  const people = line.population?.value || null
  const make = maker(cell, line, inputs)
  const isTotal = cell.access === '_T' && cell.domain === '_T' && cell.class === '_T'
  const isFine = cell.domain !== '_T' || cell.class !== '_T'
  // The detailed table lists no empty cells, and so no withheld ones: that one is there would say that somebody is.
  if (isFine && cell.withheld !== null) return []
  const figures: Figure[] = []
  const isGateway = cell.class === 'GATEWAY'
  if (!isGateway)
    figures.push(make('IOT_CONN', count(cell.active)), make('IOT_CONN_PC', per(cell.active, people, 1, 4)))
  if (!isFine)
    figures.push(
      make('IOT_REG', count(cell.registered)),
      make('IOT_CONN_P100', per(cell.active, people, 100, 2)),
    )
  if (isFine || isTotal) figures.push(make('M2M_SIM', count(cell.sims)))
  if (!isTotal) return figures
  return [
    ...figures,
    make('M2M_SIM_P100', per(cell.sims, people, 100, 2)),
    make('POP', { num: line.population?.value ?? null, den: null, value: text(line.population?.value) }),
    make('TARGET_GAP', missing(cell.active, people, inputs)),
    ...ofOperators(cell, line, make),
  ]
}

type Make = (indicator: IndicatorId, shown: Count, coverage?: Figure['coverage'], more?: string) => Figure

/** What operators report, beside what the platform sees, and both together where it is known what is in both. */
function ofOperators(cell: Cell, { operators, population }: Line, make: Make): Figure[] {
  if (!operators) return []
  const people = population?.value || null
  const { subscriptions, beyond, leftOut } = operators
  const figures = [
    make('M2M_SIM', count(subscriptions), 'OPERATOR'),
    make('M2M_SIM_P100', per(subscriptions, people, 100, 2), 'OPERATOR'),
  ]
  if (beyond === null) return figures
  const note =
    leftOut.length === 0
      ? undefined
      : `a lower bound: ${leftOut.join(', ')} left out, as nobody can say what would be counted twice`
  return [
    ...figures,
    make('M2M_SIM', count(cell.sims + beyond), 'COMBINED', note),
    make('M2M_SIM_P100', per(cell.sims + beyond, people, 100, 2), 'COMBINED', note),
    make('IOT_CONN', count(cell.active + beyond), 'COMBINED', note),
    make('IOT_CONN_PC', per(cell.active + beyond, people, 1, 4), 'COMBINED', note),
    make('IOT_CONN_P100', per(cell.active + beyond, people, 100, 2), 'COMBINED', note),
  ]
}

function maker(cell: Cell, line: Line, inputs: PeriodInputs): Make {
  return (indicator, shown, coverage = 'PLATFORM', more) => {
    const usesPeople = shown.den !== null || indicator === 'POP' || indicator === 'TARGET_GAP'
    const withheld = cell.withheld ?? (coverage === 'COMBINED' && line.operators?.isConfidential ? 'D' : null)
    // What operators say is theirs to tell.
    const isWithheld = withheld !== null && goesWithCell(indicator) && coverage !== 'OPERATOR'
    const { status, rest } = oneStatus(
      statusesOf({ indicator, coverage, shown, usesPeople, isWithheld }, line, inputs),
    )
    const notes = [...commentsOf(status, rest, line, inputs), ...(more ? [more] : [])]
    return {
      freq: inputs.freq,
      area: cell.area,
      geoVersion: line.geoVersion,
      indicator,
      access: cell.access,
      domain: cell.domain,
      class: cell.class,
      period: inputs.period,
      coverage,
      referenceDate: inputs.referenceDate,
      num: isWithheld ? null : shown.num,
      den: shown.den,
      value: isWithheld ? null : shown.value,
      decimals: INDICATORS.find(({ id }) => id === indicator)?.decimals ?? 0,
      obsStatus: status,
      confStatus: isWithheld ? withheld : 'F',
      popBasis: usesPeople ? (line.population?.basis ?? null) : null,
      popYear: usesPeople ? (line.population?.year ?? null) : null,
      methodVersion: inputs.methodVersion,
      comment: notes.length > 0 ? notes.join('; ') : null,
    }
  }
}

interface Said {
  readonly indicator: IndicatorId
  readonly coverage: Figure['coverage']
  readonly shown: Count
  readonly usesPeople: boolean
  readonly isWithheld: boolean
}

function statusesOf(
  { indicator, coverage, shown, usesPeople, isWithheld }: Said,
  line: Line,
  inputs: PeriodInputs,
): ObsStatus[] {
  const statuses: ObsStatus[] = [inputs.isFinal ? 'A' : 'P']
  const isOfPlatform = coverage !== 'OPERATOR' && indicator !== 'POP'
  if (shown.value === null) statuses.push('M')
  else if (isWithheld) statuses.push('Q')
  if (line.breaks.length > 0) statuses.push('B')
  if ((line.isPartial && indicator !== 'POP') || (line.isEstimated && isOfPlatform)) statuses.push('E')
  if (usesPeople && line.population?.isEstimated) statuses.push('E')
  // A year that is not published yet is divided by the year before, whatever the release is called.
  if (usesPeople && line.population?.isOfOtherYear) statuses.push('P')
  if (inputs.outageDays.length > 0 && isOfPlatform && indicator !== 'IOT_REG') statuses.push('U')
  return statuses
}

function commentsOf(
  status: ObsStatus,
  rest: readonly ObsStatus[],
  line: Line,
  inputs: PeriodInputs,
): string[] {
  return [
    ...(rest.length > 0 ? [`also ${rest.join(', ')}`] : []),
    ...line.breaks.map(({ because, before }) => `${BREAK}${because}, before it ${before}`),
    ...([status, ...rest].includes('U') ? [`nobody was heard on ${inputs.outageDays.join(', ')}`] : []),
  ]
}

const text = (n: number | undefined): string | null => (n === undefined ? null : String(n))
const count = (n: number): Count => ({ num: n, den: null, value: String(n) })

/** n · scale / p; no value where there is nobody to divide by. */
const per = (n: number, people: number | null, scale: number, decimals: number): Count => ({
  num: n,
  den: people,
  value: people === null ? null : ratio(n * scale, people, decimals),
})

function missing(n: number, people: number | null, inputs: PeriodInputs): Count {
  const target = currentTarget(inputs.targets, inputs.referenceDate).find(({ kind }) => kind === 'per-person')
  if (people === null || !target?.value) return { num: null, den: null, value: null }
  const lacking = gap(n, people, target.value)
  return { num: lacking, den: null, value: String(lacking) }
}

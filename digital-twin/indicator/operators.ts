import { THRESHOLD_K } from './disclosure.ts'
import type { OperatorReport, PeriodInputs } from './inputs.ts'
import { type Place, placing } from './places.ts'

export interface OperatorCount {
  readonly subscriptions: number
  /** What operators report and the platform does not see; null: no report says how many of its own are here too. */
  readonly beyond: number | null
  /** Operators whose report cannot be added, since nobody can say what would be counted twice. */
  readonly leftOut: readonly string[]
  /** What is beyond the platform would tell what is on it, see tellsOfPersons. */
  readonly isConfidential: boolean
}

/** Whether it would show single persons how many of an operator's subscriptions are on the platform: the count of their area is
 *  withheld, or they are few and persons have SIMs there. What is beyond the platform tells the same, as the report is public. */
export function tellsOfPersons(
  inputs: PeriodInputs,
  isWithheld: (area: string) => boolean,
): (report: OperatorReport) => boolean {
  const areasOf = placing(inputs)
  const withPersons = new Set<string>()
  for (const tally of inputs.reports.length > 0 ? inputs.tallies : [])
    if (tally.ownerKind === 'person' && tally.sims > 0)
      for (const area of areasOf(tally)) withPersons.add(area)
  return ({ area, onPlatform }) =>
    onPlatform !== null &&
    (isWithheld(area) || (onPlatform > 0 && onPlatform < THRESHOLD_K && withPersons.has(area)))
}

/** The reports that are counted of a place: of an operator that does not report of it as a whole, those of the areas within;
 *  and of an area its total, or where it tells none all its technologies. */
export function reportsOf(
  reports: readonly OperatorReport[],
  { area, geoVersion, members, sameAs }: Place,
): OperatorReport[] {
  const all = withoutParts(reports.filter((report) => report.geoVersion === geoVersion))
  const whole = all.filter((report) => report.area === (sameAs ?? area))
  const speakers = new Set(whole.map(({ operator }) => operator))
  const parts = all.filter((report) => members?.has(report.area) && !speakers.has(report.operator))
  return [...whole, ...parts]
}

/** What operators report of one place, by `reportsOf`. Platform and operators are never added up but by `beyond`
 *  (docs/methodology.md §5, R-SIM and R-DECLARED). Null: there is no report. */
export function operatorCount(
  ofArea: readonly OperatorReport[],
  isConfidential: (report: OperatorReport) => boolean,
): OperatorCount | null {
  if (ofArea.length === 0) return null
  const known = ofArea.filter(({ onPlatform }) => onPlatform !== null)
  return {
    subscriptions: sum(ofArea.map(({ subscriptions }) => subscriptions)),
    beyond:
      known.length === 0
        ? null
        : sum(known.map(({ subscriptions, onPlatform }) => Math.max(0, subscriptions - (onPlatform ?? 0)))),
    leftOut: [
      ...new Set(ofArea.filter(({ onPlatform }) => onPlatform === null).map(({ operator }) => operator)),
    ].sort(),
    isConfidential: ofArea.some(isConfidential),
  }
}

/** Where an operator tells the total of an area, its technologies are in it. */
function withoutParts(reports: readonly OperatorReport[]): OperatorReport[] {
  const key = ({ operator, area }: OperatorReport) => `${area} ${operator}`
  const totals = new Set(reports.filter(({ access }) => access === '_T').map(key))
  return reports.filter((report) => report.access === '_T' || !totals.has(key(report)))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

import type { InSteps } from '../../../core/slices.ts'
import type { Figure } from '../figure.ts'
import type { OperatorReport, PeriodInputs } from '../inputs.ts'
import { canonicalJson } from './digest.ts'
import type { Vintage } from './plan.ts'
import { areasContaining, type Sums, sumsInSteps } from './tally-sums.ts'

/** What two releases' inputs say of why figures changed; found once for all of them. */
export interface Compared {
  readonly before: PeriodInputs
  readonly after: PeriodInputs
  readonly sumsBefore: ReadonlyMap<string, Sums>
  readonly sumsAfter: ReadonlyMap<string, Sums>
  /** POP by area, for figures that do not carry it. */
  readonly popBefore: ReadonlyMap<string, Figure>
  readonly popAfter: ReadonlyMap<string, Figure>
  readonly operators: readonly OperatorChange[]
  /** Areas that are not made of the same ones any more. */
  readonly redrawn: ReadonlySet<string>
  readonly hasOther: {
    readonly targets: boolean
    readonly outageDays: boolean
    readonly estimatedAreas: boolean
  }
}

export interface OperatorChange {
  readonly report: OperatorReport
  readonly isNew: boolean
  /** In whose figures it is. */
  readonly areas: readonly string[]
}

export function* compareInSteps(
  before: Vintage,
  after: Vintage,
  wanted: ReadonlySet<string>,
): InSteps<Compared> {
  const [old, now] = [before.inputs, after.inputs]
  const differs = (part: (inputs: PeriodInputs) => unknown) =>
    canonicalJson(part(old)) !== canonicalJson(part(now))
  const sumsBefore = yield* sumsInSteps(old, wanted)
  const sumsAfter = yield* sumsInSteps(now, wanted)
  return {
    before: old,
    after: now,
    sumsBefore,
    sumsAfter,
    popBefore: populations(before.figures),
    popAfter: populations(after.figures),
    operators: operatorChanges(old, now),
    redrawn: redrawn(old, now),
    hasOther: {
      targets: differs(({ targets }) => targets),
      outageDays: differs(({ outageDays }) => outageDays),
      estimatedAreas: differs(({ estimatedAreas }) => estimatedAreas),
    },
  }
}

const populations = (figures: readonly Figure[]): Map<string, Figure> =>
  new Map(figures.filter(({ indicator }) => indicator === 'POP').map((figure) => [figure.area, figure]))

function operatorChanges(before: PeriodInputs, after: PeriodInputs): OperatorChange[] {
  const [old, now] = [before, after].map(
    ({ reports }) => new Map(reports.map((report) => [keyOf(report), report])),
  ) as [Map<string, OperatorReport>, Map<string, OperatorReport>]
  const containing = areasContaining(after)
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)]
    const report = is ?? was
    if (!report || canonicalJson(was ?? null) === canonicalJson(is ?? null)) return []
    return [{ report, isNew: !was, areas: containing(report.area) }]
  })
}

const keyOf = ({ operator, area, geoVersion, period, access }: OperatorReport): string =>
  `${operator}|${area}|${geoVersion}|${period}|${access}`

function redrawn(before: PeriodInputs, after: PeriodInputs): Set<string> {
  const [old, now] = [madeOf(before), madeOf(after)]
  return new Set([...old.keys(), ...now.keys()].filter((area) => old.get(area) !== now.get(area)))
}

/** By area: which ones of which geography it contains. */
function madeOf(inputs: PeriodInputs): Map<string, string> {
  const containing = areasContaining(inputs)
  const parts = new Map<string, string[]>()
  for (const { code, geoVersion } of inputs.areas)
    for (const area of containing(code))
      parts.set(area, [...(parts.get(area) ?? []), `${code}@${geoVersion}`])
  return new Map([...parts].map(([area, of]) => [area, of.sort().join(' ')]))
}

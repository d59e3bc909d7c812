import type { CellName } from './cells.ts'
import { RULES, type RuleId } from './codes.ts'
import type { PeriodInputs, Tally } from './inputs.ts'
import { placing } from './places.ts'
import { areStepsWithheld, isOfKind } from './steps-withheld.ts'

export interface Step {
  /** A rule, or one of the sums: ALL devices known, REGISTERED after the first four rules. */
  readonly rule: RuleId | 'ALL' | 'REGISTERED'
  readonly nameVi: string
  readonly nameEn: string
  /** Null: withheld, since few persons' devices are among them. */
  readonly count: number | null
  readonly sign: '=' | '-'
}

/**
 * How the number of connections of one cell comes about, rule by rule (docs/methodology.md §5): all devices known, less those
 * on trial, retired, gateways, and registered twice = registered; less never heard and not heard in the window = active.
 * `isWithheld`: the cell itself is confidential, and so is every step. `inputs`: all of the period, for what is told of one area
 * depends on the others.
 */
export function explain(inputs: PeriodInputs, cell: CellName, isWithheld: boolean): Step[] {
  const tallies = talliesOf(inputs, cell)
  const of = (rule: RuleId) => tallies.filter((tally) => tally.rule === rule)
  const isUntold = isWithheld || areStepsWithheld(inputs, cell)
  const registered = sum([...of('NEVER_HEARD'), ...of('INACTIVE'), ...of('ACTIVE')])
  const shown = (count: number) => (isUntold ? null : count)
  const step = (rule: RuleId): Step => {
    const { nameVi, nameEn } = RULES.find(({ id }) => id === rule) ?? { nameVi: rule, nameEn: rule }
    return { rule, nameVi, nameEn, count: shown(sum(of(rule))), sign: '-' }
  }
  return [
    {
      rule: 'ALL',
      nameVi: 'Mọi thiết bị được biết',
      nameEn: 'All devices known',
      count: shown(sum(tallies)),
      sign: '=',
    },
    ...(['TEST', 'RETIRED', 'GATEWAY', 'SAME_DEVICE'] as const).map(step),
    {
      rule: 'REGISTERED',
      nameVi: 'Kết nối đã đăng ký',
      nameEn: 'Registered connections',
      count: shown(registered),
      sign: '=',
    },
    ...(['NEVER_HEARD', 'INACTIVE'] as const).map(step),
    { ...step('ACTIVE'), count: isWithheld ? null : sum(of('ACTIVE')), sign: '=' },
  ]
}

/** Those of a cell; gateways have a class of their own, and are told of in every cell of their technology. */
function talliesOf(inputs: PeriodInputs, cell: CellName): Tally[] {
  const byArea = found.get(inputs) ?? talliesByArea(inputs)
  found.set(inputs, byArea)
  return (byArea.get(cell.area) ?? []).filter((tally) => isOfKind(tally, cell))
}

/** Whoever asks about one area asks about the others, too. */
const found = new WeakMap<PeriodInputs, ReadonlyMap<string, readonly Tally[]>>()

/** Those of each area and of all within it. */
function talliesByArea(inputs: PeriodInputs): Map<string, Tally[]> {
  const areasOf = placing(inputs)
  const byArea = new Map<string, Tally[]>()
  for (const tally of inputs.tallies)
    for (const area of areasOf(tally)) {
      const known = byArea.get(area)
      if (known) known.push(tally)
      else byArea.set(area, [tally])
    }
  return byArea
}

const sum = (tallies: readonly Tally[]): number => tallies.reduce((total, { devices }) => total + devices, 0)

import { RULES, type RuleId } from './codes.ts'
import { explain } from './explain.ts'
import type { FigureSet } from './figure.ts'
import type { PeriodInputs } from './inputs.ts'

/** Devices by the rule that decided about them, of each area of a set that may be told of. */
export function reconciliationOf(
  inputs: PeriodInputs,
  { areas, figures }: FigureSet,
): { area: string; rule: RuleId; devices: number }[] {
  const withheld = new Set(figures.filter(({ confStatus }) => confStatus !== 'F').map(({ area }) => area))
  const rules = new Set<string>(RULES.map(({ id }) => id))
  return areas.flatMap(({ code }) =>
    explain(inputs, { area: code, access: '_T', domain: '_T', class: '_T' }, withheld.has(code)).flatMap(
      ({ rule, count }) =>
        count === null || count === 0 || !rules.has(rule)
          ? []
          : [{ area: code, rule: rule as RuleId, devices: count }],
    ),
  )
}

import { RULES, type RuleId } from './codes.ts'
import { explain } from './explain.ts'
import type { FigureSet } from './figure.ts'
import type { PeriodInputs, Tally } from './inputs.ts'
import { placing } from './places.ts'

/** Devices by the rule that decided about them, of each area of a set that may be told of. */
export function reconciliationOf(
  inputs: PeriodInputs,
  { areas, figures }: FigureSet,
): { area: string; rule: RuleId; devices: number }[] {
  const withheld = new Set(figures.filter(({ confStatus }) => confStatus !== 'F').map(({ area }) => area))
  const rules = new Set<string>(RULES.map(({ id }) => id))
  const talliesOf = talliesByArea(inputs)
  return areas.flatMap(({ code }) =>
    explain(
      { ...inputs, tallies: talliesOf.get(code) ?? [] },
      { area: code, access: '_T', domain: '_T', class: '_T' },
      withheld.has(code),
    ).flatMap(({ rule, count }) =>
      count === null || count === 0 || !rules.has(rule)
        ? []
        : [{ area: code, rule: rule as RuleId, devices: count }],
    ),
  )
}

/** Those of each area and of all within it: to explain one, the others need not be looked at. */
function talliesByArea(inputs: PeriodInputs): Map<string, Tally[]> {
  const areasOf = placing(inputs)
  const found = new Map<string, Tally[]>()
  for (const tally of inputs.tallies)
    for (const area of areasOf(tally)) {
      const known = found.get(area)
      if (known) known.push(tally)
      else found.set(area, [tally])
    }
  return found
}

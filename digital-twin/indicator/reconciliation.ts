import { RULES, type RuleId } from './codes.ts'
import { explain } from './explain.ts'
import type { Figure, FigureSet } from './figure.ts'
import type { PeriodInputs } from './inputs.ts'

/** Devices by the rule that decided about them, of each area that may be told of. `figures`: all of the period, not only those
 *  that were asked for. */
export function reconciliationOf(
  { inputs, figures }: { readonly inputs: PeriodInputs; readonly figures: readonly Figure[] },
  areas: FigureSet['areas'],
): { area: string; rule: RuleId; devices: number }[] {
  const free = new Set(figures.filter(isFreeTotal).map(({ area }) => area))
  const rules = new Set<string>(RULES.map(({ id }) => id))
  return areas.flatMap(({ code }) =>
    explain(inputs, { area: code, access: '_T', domain: '_T', class: '_T' }, !free.has(code)).flatMap(
      ({ rule, count }) =>
        count === null || count === 0 || !rules.has(rule)
          ? []
          : [{ area: code, rule: rule as RuleId, devices: count }],
    ),
  )
}

const isFreeTotal = ({ indicator, coverage, access, domain, class: kind, confStatus }: Figure): boolean =>
  indicator === 'IOT_CONN' &&
  coverage === 'PLATFORM' &&
  [access, domain, kind].every((code) => code === '_T') &&
  confStatus === 'F'

import { RULES, type RuleId } from '../codes.ts'
import { THRESHOLD_K } from '../disclosure.ts'
import type { OperatorReport, PeriodInputs, Tally } from '../inputs.ts'
import { isWithheld } from './compared-figures.ts'
import { canonicalJson } from './digest.ts'
import type { Vintage } from './plan.ts'

/** Devices of the whole province that a rule decided about; null: withheld. */
interface RuleCount {
  readonly rule: RuleId
  readonly devices: number | null
}

export interface DisclosedInputs extends Omit<PeriodInputs, 'tallies' | 'reports'> {
  readonly reports: readonly Omit<OperatorReport, 'subscriptions' | 'onPlatform'>[]
  /** In the place of the tallies. */
  readonly rules: readonly RuleCount[]
  /** What is frozen and not shown. */
  readonly withheld: readonly string[]
}

/**
 * What may be shown of frozen inputs to everybody. Owners never leave the platform, and no breakdown that is finer than the
 * published figures is given: beside them, what is withheld there could be found by subtraction. So tallies are summed over the
 * province by rule, and operators' reports have no numbers.
 */
export function disclosedInputs({ inputs, figures }: Vintage): DisclosedInputs {
  const { tallies, reports, ...rest } = inputs
  return {
    ...rest,
    reports: reports.map(({ subscriptions, onPlatform, ...report }) => report),
    rules: rulesOf(tallies, isTotalWithheld(inputs, figures)),
    withheld: ['tallies', 'reports.subscriptions', 'reports.onPlatform'],
  }
}

export const disclosedJson = (vintage: Vintage): string => canonicalJson(disclosedInputs(vintage))

const isTotalWithheld = ({ province }: PeriodInputs, figures: Vintage['figures']): boolean =>
  figures.some(
    (figure) =>
      figure.area === province &&
      figure.indicator === 'IOT_CONN' &&
      figure.coverage === 'PLATFORM' &&
      [figure.access, figure.domain, figure.class].every((code) => code === '_T') &&
      isWithheld(figure),
  )

function rulesOf(tallies: readonly Tally[], isActiveWithheld: boolean): RuleCount[] {
  const hidden = new Set(RULES.map(({ id }) => id).filter((rule) => isSmall(tallies, rule)))
  if (isActiveWithheld) hidden.add('ACTIVE')
  // Registered and active are published: their difference is the sum of these two.
  const silent = ['NEVER_HEARD', 'INACTIVE'] as const
  if (silent.some((rule) => hidden.has(rule))) for (const rule of silent) hidden.add(rule)
  return RULES.map(({ id }) => ({
    rule: id,
    devices: hidden.has(id)
      ? null
      : tallies.filter(({ rule }) => rule === id).reduce((sum, { devices }) => sum + devices, 0),
  }))
}

/** A handful of persons' devices, or those of a handful of persons. */
function isSmall(tallies: readonly Tally[], wanted: RuleId): boolean {
  const persons = tallies.filter(({ rule, ownerKind }) => rule === wanted && ownerKind === 'person')
  const devices = persons.reduce((sum, tally) => sum + tally.devices, 0)
  const owners = new Set(persons.flatMap((tally) => tally.owners))
  return devices > 0 && (devices < THRESHOLD_K || owners.size < THRESHOLD_K)
}

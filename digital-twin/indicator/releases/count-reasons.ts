import type { IndicatorId, RuleId } from '../codes.ts'
import { THRESHOLD_K } from '../disclosure.ts'
import { type Reason, type ReasonCode, reason } from './reason-codes.ts'
import { countOf, type Sums } from './tally-sums.ts'

interface Step {
  readonly before: Sums
  readonly after: Sums
}

/** What moved a count: of the cell itself, of its area over all technologies, domains and classes, and of everything. */
export interface CountSteps {
  readonly indicator: IndicatorId
  readonly cell: Step
  readonly area: Step
  readonly everywhere: Step
}

const FACTS: readonly (readonly [rule: RuleId, code: ReasonCode])[] = [
  ['TEST', 'TEST'],
  ['RETIRED', 'RETIRED'],
  ['SAME_DEVICE', 'IDENTITY'],
  ['GATEWAY', 'GATEWAY'],
]

/** From devices by rule alone: which of them it were is nobody's business. */
export function countReasons({ indicator, cell, area, everywhere }: CountSteps): Reason[] {
  const counted = countOf(indicator, cell.after) - countOf(indicator, cell.before)
  if (counted === 0) return []
  const moved = (rule: RuleId): number => at(cell.after, rule) - at(cell.before, rule)
  const reasons: Reason[] = []
  const say = (code: ReasonCode, amount: number) => {
    if (amount !== 0) reasons.push(reason(code, shownAmount(amount, cell)))
  }
  const active = moved('ACTIVE')
  const silent = moved('NEVER_HEARD') + moved('INACTIVE')
  if (active > 0 && silent < 0) say('LATE_EVIDENCE', Math.min(active, -silent))
  if (active < 0 && silent > 0) say('NOT_ACTIVE', -Math.min(-active, silent))
  for (const [rule, code] of FACTS) say(code, moved(rule))
  // Of what came or went in the cell, what did so in its area was recorded or moved there; the rest is the same devices in another
  // line of the area.
  const all = total(cell)
  const ofArea = sameWay(all, total(area))
  const recorded = sameWay(ofArea, total(everywhere))
  say('DEVICES_RECORDED', recorded)
  say('AREA_MOVED', ofArea - recorded)
  say('RECLASSIFIED', all - ofArea)
  // Not what a connection brought with it, or took away.
  if (active === 0 && all === 0 && cell.after.sims !== cell.before.sims)
    say('SIMS', cell.after.sims - cell.before.sims)
  return reasons
}

const at = ({ devices }: Sums, rule: RuleId): number => devices.get(rule) ?? 0

const sumOf = (counts: ReadonlyMap<RuleId, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0)
const total = ({ before, after }: Step): number => sumOf(after.devices) - sumOf(before.devices)

/** As much of a as b goes the same way. */
const sameWay = (a: number, b: number): number => {
  if (a > 0 && b > 0) return Math.min(a, b)
  return a < 0 && b < 0 ? Math.max(a, b) : 0
}

/** Absent where it could be a handful of persons' devices. */
function shownAmount(amount: number, { before, after }: Step): string | undefined {
  const persons = sumOf(before.persons) + sumOf(after.persons)
  if (persons > 0 && Math.abs(amount) < THRESHOLD_K) return undefined
  return amount > 0 ? `+${amount}` : `−${-amount}`
}

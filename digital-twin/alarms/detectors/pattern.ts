import type { Condition } from '../rule.ts'
import type { Usual } from '../usual.ts'
import { type DetectorReading, type DetectorState, type Step, stepTo } from './detector.ts'

/** An alarm is over this much further inside, so that what stands at the limit does not come and go. */
const BACK_SHARE = 0.8

/** Further from the median of its hour of the week than so many robust standard deviations. */
export function pattern(
  { deviations, forS = 0 }: Extract<Condition, { kind: 'pattern' }>,
  { median, sigma }: Usual,
  state: DetectorState,
  { time, value }: DetectorReading,
): Step {
  const away = Math.abs(value - median)
  const isFar = away > deviations * sigma
  const isBetween = state.isActive && away > BACK_SHARE * deviations * sigma
  const is = isFar ? 'so' : isBetween ? 'between' : 'not'
  const since = is === 'not' ? null : (state.since ?? time)
  const bound = value > median ? median + deviations * sigma : median - deviations * sigma
  return stepTo(state, time, { is, since, forS, bound: isFar ? Number(bound.toPrecision(6)) : null })
}

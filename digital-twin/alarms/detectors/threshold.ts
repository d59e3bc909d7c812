import type { Condition } from '../rule.ts'
import { type DetectorReading, type DetectorState, type Step, stepTo } from './detector.ts'

export function threshold(
  { above, below, hysteresis = 0, forS = 0 }: Extract<Condition, { kind: 'threshold' }>,
  state: DetectorState,
  { time, value }: DetectorReading,
): Step {
  const isHigh = above !== undefined && value > above
  const isLow = below !== undefined && value < below
  const isOut = isHigh || isLow
  const isBack =
    !isOut &&
    (above === undefined || value <= above - hysteresis) &&
    (below === undefined || value >= below + hysteresis)
  // Between the bound and the hysteresis an active alarm stays; one that is not yet raised starts anew.
  const is = isOut ? 'so' : isBack || !state.isActive ? 'not' : 'between'
  const since = is === 'not' ? null : (state.since ?? time)
  return stepTo(state, time, { is, since, forS, bound: (isHigh ? above : below) ?? null })
}

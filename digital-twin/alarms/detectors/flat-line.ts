import type { Condition } from '../rule.ts'
import { type DetectorReading, type DetectorState, type Step, stepTo } from './detector.ts'

/** `trail`: least and most since it stays. */
export function flatLine(
  { forS, tolerance = 0 }: Extract<Condition, { kind: 'flat-line' }>,
  state: DetectorState,
  { time, value }: DetectorReading,
): Step {
  const [least = value, most = value] = state.trail
  const [low, high] = [Math.min(least, value), Math.max(most, value)]
  if (high - low <= tolerance)
    return stepTo(state, time, { is: 'so', since: state.since ?? time, forS, bound: tolerance }, [low, high])
  return stepTo(state, time, { is: 'not', since: time, forS }, [value, value])
}

import type { Range } from '../../model.ts'
import { type DetectorReading, type DetectorState, type Step, stepTo } from './detector.ts'

export function implausible(
  { min, max }: Range,
  state: DetectorState,
  { time, value }: DetectorReading,
): Step {
  const isOut = value < min || value > max
  const since = isOut ? (state.since ?? time) : null
  return stepTo(state, time, { is: isOut ? 'so' : 'not', since, forS: 0, bound: value < min ? min : max })
}

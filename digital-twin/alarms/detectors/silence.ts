import type { Micros } from '../../../core/time.ts'
import type { Condition } from '../rule.ts'

const INTERVALS = 5

/** After how long without a reading an entity is silent. */
export const silenceAfterUs = (condition: Condition, intervalS: number): Micros => {
  const afterS = condition.kind === 'silence' ? condition.afterS : undefined
  return (afterS ?? INTERVALS * intervalS) * 1_000_000
}

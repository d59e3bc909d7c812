import type { Micros } from '../../../core/time.ts'

export interface DetectorReading {
  readonly time: Micros
  readonly value: number
}

/**
 * What a detector remembers between readings. A reading that is not newer than `newest` changes nothing: devices re-send hours
 * of readings after an outage, and an alarm about the past would call somebody out to what is over.
 */
export interface DetectorState {
  readonly newest: Micros
  /** Since when the condition is so; null: it is not. */
  readonly since: Micros | null
  readonly isActive: boolean
  /** Of detectors that look back: numbers whose meaning is theirs. */
  readonly trail: readonly number[]
}

export interface Step {
  readonly state: DetectorState
  readonly verdict: 'raise' | 'clear' | 'none'
  /** The bound that was passed. */
  readonly bound: number | null
}

export const begun = (isActive: boolean): DetectorState => ({
  newest: Number.NEGATIVE_INFINITY,
  since: null,
  isActive,
  trail: [],
})

/** The step to a state in which the condition is so (with its bound), is not, or is neither (hysteresis). */
export function stepTo(
  before: DetectorState,
  time: Micros,
  found: { is: 'so' | 'not' | 'between'; since: Micros | null; forS: number; bound?: number | null },
  trail: readonly number[] = before.trail,
): Step {
  const { is, since, forS, bound = null } = found
  const isLong = is === 'so' && since !== null && time - since >= forS * 1_000_000
  const isActive = before.isActive ? is !== 'not' : isLong
  const verdict = isActive === before.isActive ? 'none' : isActive ? 'raise' : 'clear'
  return { state: { newest: time, since, isActive, trail }, verdict, bound }
}

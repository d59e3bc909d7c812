import { QUANTITIES } from '../../../core/quantity.ts'
import { MODELS } from '../../models/index.ts'
import type { Condition } from '../rule.ts'
import type { DetectorReading, DetectorState, Step } from './detector.ts'
import { flatLine } from './flat-line.ts'
import { implausible } from './implausible.ts'
import { rate } from './rate.ts'
import { threshold } from './threshold.ts'

const UNMOVED = { verdict: 'none', bound: null } as const

/** One reading of a quantity that the condition is about. */
export function detect(
  condition: Condition,
  of: { readonly type: string; readonly quantity: string },
  state: DetectorState,
  reading: DetectorReading,
): Step {
  if (reading.time <= state.newest) return { state, ...UNMOVED }
  switch (condition.kind) {
    case 'threshold':
      return threshold(condition, state, reading)
    case 'rate':
      return rate(condition, state, reading)
    case 'flat-line':
      return flatLine(condition, state, reading)
    case 'implausible': {
      const range = MODELS.get(of.type)?.plausible?.[of.quantity] ?? QUANTITIES.get(of.quantity)?.plausible
      return range ? implausible(range, state, reading) : { state, ...UNMOVED }
    }
    default:
      return { state, ...UNMOVED }
  }
}

import type { Observation } from '../../../core/message.ts'
import { QUANTITIES } from '../../../core/quantity.ts'
import { MODELS } from '../../models/index.ts'
import { quantityKey } from '../../twin-state.ts'
import type { Condition } from '../rule.ts'
import type { Usual } from '../usual.ts'
import type { DetectorReading, DetectorState, Step } from './detector.ts'
import { flatLine } from './flat-line.ts'
import { implausible } from './implausible.ts'
import { pattern } from './pattern.ts'
import { rate } from './rate.ts'
import { threshold } from './threshold.ts'

type Looked = Pick<Observation, 'quantity' | 'channel' | 'value' | 'quality'>

/** Whether a condition is about a reading: of a value, of its channel if it names one, and good enough. */
export function isAbout<T extends Looked>(
  condition: Condition,
  reading: T,
): reading is T & { readonly value: number } {
  const { quantity, channel, value, quality } = reading
  if (value === null || quality === 'bad') return false
  if (quality === 'implausible' && condition.kind !== 'implausible') return false
  const wanted = 'quantity' in condition ? condition.quantity : undefined
  return !wanted?.includes('/') || wanted === quantityKey(quantity, channel)
}

const UNMOVED = { verdict: 'none', bound: null } as const

interface Of {
  readonly type: string
  readonly quantity: string
  /** For patterns: what is usual at the reading's time; null or none: it is not known. */
  readonly usual?: Usual | null
}

/** One reading of a quantity that the condition is about. */
export function detect(condition: Condition, of: Of, state: DetectorState, reading: DetectorReading): Step {
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
    case 'pattern':
      return of.usual ? pattern(condition, of.usual, state, reading) : { state, ...UNMOVED }
    default:
      return { state, ...UNMOVED }
  }
}

import type { Entity } from '../../store/device.ts'
import { keyParts } from '../twin-state.ts'
import { begun, type DetectorState } from './detectors/detector.ts'
import type { Expression } from './expression/expression.ts'
import type { Rule } from './rule.ts'

/** One rule on one entity. */
export interface Watch {
  readonly rule: Rule
  readonly entity: Entity
  /** By quantity key. */
  readonly states: Map<string, DetectorState>
}

export interface ExpressionWatch extends Watch {
  readonly expression: Expression
}

export interface Watches {
  readonly entity: Entity
  readonly byQuantity: ReadonlyMap<string, readonly Watch[]>
  /** Of every quantity. */
  readonly all: readonly Watch[]
  readonly silence: readonly Watch[]
  readonly expressions: readonly ExpressionWatch[]
  /** Those of the quantities above that follow from others. */
  readonly derived: readonly string[]
  /** Some of those follow from what is beside the entity. */
  readonly looksAround: boolean
  readonly isOf: number
}

export const stateOf = (watch: Watch, key: string, isActive: () => boolean): DetectorState =>
  watch.states.get(key) ?? begun(isActive())

export function* watchesOf({ byQuantity, all, silence, expressions }: Watches): Iterable<Watch> {
  for (const watches of byQuantity.values()) yield* watches
  yield* all
  yield* silence
  yield* expressions
}

/** What an alarm of a rule on an entity's series goes by. */
export function keyOf({ rule: { id, condition }, entity }: Watch, series: string): string {
  const isOfAll = !('quantity' in condition) || condition.quantity === undefined
  const { channel } = keyParts(series)
  return `rule/${id}/${entity.id}${isOfAll ? `/${series}` : channel === '' ? '' : `/${channel}`}`
}

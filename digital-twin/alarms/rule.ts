import type { Severity } from '../../core/alarm.ts'
import type { Domain } from '../model.ts'

/** Which entities a rule watches: those that are all of what it names. An empty one watches everything. */
export interface RuleScope {
  readonly types?: readonly string[]
  readonly domain?: Domain
  /** With all areas below it. */
  readonly area?: string
  readonly entities?: readonly string[]
}

/**
 * What must be so for an alarm. Quantities are keys (`<quantity>[/<channel>]`), measured or derived; without a channel all
 * channels of the quantity are watched, each for itself. Bounds are in the quantity's unit. `forS`: it must have been so for
 * this long, by the readings' own times.
 */
export type Condition =
  /** Clears once it is back by the hysteresis inside the bound. */
  | {
      readonly kind: 'threshold'
      readonly quantity: string
      readonly above?: number
      readonly below?: number
      readonly hysteresis?: number
      readonly forS?: number
    }
  /** Rises or falls by more than this within that time. */
  | {
      readonly kind: 'rate'
      readonly quantity: string
      readonly rises?: number
      readonly falls?: number
      readonly withinS: number
    }
  /** Nothing was heard for so long; without it, for five expected intervals. */
  | { readonly kind: 'silence'; readonly afterS?: number }
  /** Readings come, and stay within the tolerance. */
  | {
      readonly kind: 'flat-line'
      readonly quantity: string
      readonly forS: number
      readonly tolerance?: number
    }
  /** Outside the model's plausible range, or the quantity's own. */
  | { readonly kind: 'implausible'; readonly quantity?: string }
  /** Far from what is usual at this hour of the week, in robust standard deviations. */
  | {
      readonly kind: 'pattern'
      readonly quantity: string
      readonly deviations: number
      readonly weeks?: number
      readonly forS?: number
    }
  /** True of several quantities, also of related entities. */
  | { readonly kind: 'expression'; readonly expression: string; readonly forS?: number }

export interface NewRule {
  readonly nameVi: string
  readonly nameEn: string
  readonly severity: Severity
  readonly scope: RuleScope
  readonly condition: Condition
  /** What to do, for who is on duty. */
  readonly adviceVi?: string
  readonly adviceEn?: string
}

export interface Rule extends NewRule {
  readonly id: string
  readonly isEnabled: boolean
  /** `model`: came with an entity type, and may be changed. */
  readonly origin: 'model' | 'user'
  readonly revision: number
}

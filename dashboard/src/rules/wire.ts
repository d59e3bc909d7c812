import type { Severity } from '../wire/alarm.ts'
import type { Domain } from '../wire/entity.ts'

export const KINDS = [
  'threshold',
  'rate',
  'silence',
  'flat-line',
  'implausible',
  'pattern',
  'expression',
] as const
export type Kind = (typeof KINDS)[number]

/** Bounds in the quantity's unit, durations in seconds; which there are follows from the kind. */
export type Condition = { readonly kind: Kind; readonly quantity?: string; readonly expression?: string } & {
  readonly [K in NumberName]?: number
}

export type NumberName =
  | 'above'
  | 'below'
  | 'hysteresis'
  | 'forS'
  | 'rises'
  | 'falls'
  | 'withinS'
  | 'afterS'
  | 'tolerance'
  | 'deviations'
  | 'weeks'

export interface Scope {
  readonly types?: readonly string[]
  readonly domain?: Domain
  readonly area?: string
  readonly entities?: readonly string[]
}

export interface RuleBody {
  readonly nameVi: string
  readonly nameEn: string
  readonly severity: Severity
  readonly scope: Scope
  readonly condition: Condition
  readonly adviceVi?: string
  readonly adviceEn?: string
  readonly isEnabled: boolean
}

export interface Rule extends RuleBody {
  readonly id: string
  readonly origin: 'model' | 'user'
  readonly revision: number
  /** Of a changed rule that came with an entity type: as it came. Only where one rule is asked for. */
  readonly original?: RuleBody
}

export interface Tried {
  readonly items: readonly TriedAlarm[]
  readonly readings: number
  /** Readings that the rule could not judge. */
  readonly unjudged?: number
  readonly truncated: boolean
}

export interface TriedAlarm {
  readonly entity: string
  /** Null: of an expression. */
  readonly quantity: string | null
  readonly channel: string
  readonly value: number | null
  readonly raisedAt: string
  readonly clearedAt: string | null
}

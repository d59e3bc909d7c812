import type { Micros } from './time.ts'

/** Priorities of ISA-18.2 and EEMUA 191, least first: how soon somebody must act, and how bad it is if nobody does. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]
/** `security`: about who comes in; `process`: about what is observed, by a rule. */
export const ALARM_KINDS = ['security', 'process'] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

/** What a rule says: something is the matter, now. */
export interface Finding {
  readonly kind: AlarmKind
  readonly rule: string
  /** The rule with its subject: while an alarm of this key is active, the same finding is counted in it. */
  readonly key: string
  readonly severity: Severity
  readonly device: string | null
  readonly address: string | null
  /** Of an alarm about no device, or about another entity than the device's own. */
  readonly entity?: string
  /** In a sentence, what happened and what to do. */
  readonly text: string
  /** The same in Vietnamese. */
  readonly textVi?: string
  readonly details: Readonly<Record<string, unknown>>
  /** It clears by itself when nothing was found for so long; null: its rule clears it. */
  readonly quietS: number | null
}

export interface Alarm {
  readonly id: number
  readonly kind: string
  readonly rule: string
  readonly key: string
  readonly severity: Severity
  readonly device: string | null
  readonly entity: string | null
  readonly area: string | null
  readonly address: string | null
  readonly text: string
  readonly textVi: string | null
  readonly details: Readonly<Record<string, unknown>>
  readonly raisedAt: Micros
  readonly lastAt: Micros
  readonly count: number
  readonly quietS: number | null
  readonly clearedAt: Micros | null
  readonly acknowledgedAt: Micros | null
  readonly acknowledgedBy: string | null
  readonly note: string | null
  /** Nobody is told of it, and no list of open ones shows it, until then. */
  readonly shelvedUntil: Micros | null
  readonly shelvedBy: string | null
  /** The alarm that it follows from. */
  readonly group: number | null
  /** How many follow from this one. */
  readonly members: number
}

/** What happened to an alarm. */
export interface AlarmEvent {
  readonly time: Micros
  readonly what: string
  /** Null: the platform itself. */
  readonly by: string | null
  readonly note: string | null
}

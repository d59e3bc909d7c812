/** Least first, as ISA-18.2 and EEMUA 191 rank them. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** As the stream and `GET /alarms` give it. */
export interface Alarm {
  readonly id: number
  readonly kind: 'security' | 'process'
  readonly rule: string
  readonly ruleNameVi: string | null
  readonly ruleNameEn: string | null
  readonly severity: Severity
  readonly state: 'active' | 'cleared'
  readonly device: string | null
  readonly entity: string | null
  readonly area: string | null
  readonly address: string | null
  /** What happened, and what to do about it. */
  readonly text: string
  readonly textVi: string | null
  readonly adviceVi: string | null
  readonly adviceEn: string | null
  /** The quantity of the reading that raised it, its value, and the bound it passed. */
  readonly quantity: string | null
  readonly value: number | null
  readonly bound: number | null
  readonly unit: string | null
  /** What else its rule left: the kind of its condition, the channel, since when. */
  readonly details: Readonly<Record<string, unknown>>
  readonly raisedAt: string
  /** When the same was found again last, and how many times. */
  readonly lastAt: string
  readonly count: number
  readonly clearedAt: string | null
  readonly acknowledgedAt: string | null
  readonly acknowledgedBy: string | null
  readonly note: string | null
  readonly shelvedUntil: string | null
  readonly shelvedBy: string | null
  /** The alarm that it follows from, and how many follow from it. */
  readonly group: number | null
  readonly members: number
}

export interface AlarmEvent {
  readonly time: string
  readonly what: string
  /** Null: the platform itself. */
  readonly by: string | null
  readonly note: string | null
}

import type { Alarm } from '../../core/alarm.ts'
import { formatTime, type Micros } from '../../core/time.ts'

type Times = 'raisedAt' | 'lastAt' | 'clearedAt' | 'acknowledgedAt' | 'shelvedUntil'

/** What a rule leaves in an alarm's details about the reading that raised it, and its own words at that time. */
interface RuleDetails {
  readonly quantity: string | null
  readonly value: number | null
  readonly bound: number | null
  readonly unit: string | null
  readonly ruleNameVi: string | null
  readonly ruleNameEn: string | null
  readonly adviceVi: string | null
  readonly adviceEn: string | null
}

export type AlarmDocument = Omit<Alarm, 'key' | 'quietS' | Times> &
  RuleDetails & {
    readonly state: 'active' | 'cleared'
    readonly raisedAt: string
    readonly lastAt: string
    readonly clearedAt: string | null
    readonly acknowledgedAt: string | null
    readonly shelvedUntil: string | null
  }

/** An alarm as the API, the stream and MQTT show it. */
export function alarmDocument(alarm: Alarm): AlarmDocument {
  const { key: _key, quietS: _quietS, details, ...shown } = alarm
  const { quantity, value, bound, unit, ruleNameVi, ruleNameEn, adviceVi, adviceEn, ...more } = details
  return {
    ...shown,
    state: alarm.clearedAt === null ? 'active' : 'cleared',
    quantity: textOrNull(quantity),
    value: numberOrNull(value),
    bound: numberOrNull(bound),
    unit: textOrNull(unit),
    ruleNameVi: textOrNull(ruleNameVi),
    ruleNameEn: textOrNull(ruleNameEn),
    adviceVi: textOrNull(adviceVi),
    adviceEn: textOrNull(adviceEn),
    details: more,
    raisedAt: formatTime(alarm.raisedAt),
    lastAt: formatTime(alarm.lastAt),
    clearedAt: timeOrNull(alarm.clearedAt),
    acknowledgedAt: timeOrNull(alarm.acknowledgedAt),
    shelvedUntil: timeOrNull(alarm.shelvedUntil),
  }
}

const timeOrNull = (time: Micros | null): string | null => (time === null ? null : formatTime(time))
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

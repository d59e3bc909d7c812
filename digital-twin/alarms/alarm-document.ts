import type { Alarm } from '../../core/alarm.ts'
import { formatTime, type Micros } from '../../core/time.ts'

export type AlarmDocument = Omit<
  Alarm,
  'key' | 'quietS' | 'raisedAt' | 'lastAt' | 'clearedAt' | 'acknowledgedAt'
> & {
  readonly state: 'active' | 'cleared'
  readonly raisedAt: string
  readonly lastAt: string
  readonly clearedAt: string | null
  readonly acknowledgedAt: string | null
}

/** An alarm as the API, the stream and MQTT show it. */
export function alarmDocument(alarm: Alarm): AlarmDocument {
  const { key: _key, quietS: _quietS, ...shown } = alarm
  return {
    ...shown,
    state: alarm.clearedAt === null ? 'active' : 'cleared',
    raisedAt: formatTime(alarm.raisedAt),
    lastAt: formatTime(alarm.lastAt),
    clearedAt: timeOrNull(alarm.clearedAt),
    acknowledgedAt: timeOrNull(alarm.acknowledgedAt),
  }
}

const timeOrNull = (time: Micros | null): string | null => (time === null ? null : formatTime(time))

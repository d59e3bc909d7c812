import type { Alarm, AlarmEvent, Severity } from '../core/alarm.ts'
import type { Micros } from '../core/time.ts'
import { ALARM_COLUMNS } from './alarms.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

export const ALARM_STATES = ['open', 'active', 'acknowledged', 'cleared', 'shelved', 'all'] as const
type AlarmStateFilter = (typeof ALARM_STATES)[number]

export interface AlarmFilter {
  readonly state: AlarmStateFilter
  readonly kind?: string | null | undefined
  readonly severity?: Severity | null | undefined
  readonly device?: string | null | undefined
  readonly entity?: string | null | undefined
  readonly areas?: readonly string[] | null | undefined
  readonly rule?: string | null | undefined
  /** Last found at or after this. */
  readonly since?: Micros | null | undefined
  /** Raised at or before this. */
  readonly until?: Micros | null | undefined
  /** Those that were active then. */
  readonly at?: Micros | null | undefined
  /** The members of this one. */
  readonly group?: number | null | undefined
  /** Whether members of groups are shown beside them. */
  readonly withMembers?: boolean | undefined
  /** Only older than this id. */
  readonly before?: number | null | undefined
  readonly now: Micros
  readonly limit: number
}

// A group whose cause is over is looked at for as long as a member is not.
const STATES = `case $1
  when 'open' then (cleared_at is null or acknowledged_at is null
      or exists (select from alarm m where m.group_id = a.id and m.cleared_at is null))
    and (shelved_until is null or shelved_until <= from_us($2))
  when 'active' then cleared_at is null
  when 'cleared' then cleared_at is not null
  when 'acknowledged' then acknowledged_at is not null
  when 'shelved' then shelved_until > from_us($2)
  else true end`

/** Newest first. */
export async function listAlarms(db: Db, filter: AlarmFilter): Promise<Alarm[]> {
  const { state, now, kind = null, severity = null, device = null, entity = null, areas = null } = filter
  const { rule = null, since = null, until = null, at = null, group = null, before = null } = filter
  const { rows } = await db.query<Alarm>({
    text: `select ${ALARM_COLUMNS} from alarm as a
           where ${STATES}
             and ($3::text is null or kind = $3) and ($4::text is null or coalesce(set_severity, severity) = $4)
             and ($5::text is null or device_id = $5) and ($6::text is null or entity_id = $6)
             and ($7::text[] is null or area = any($7)) and ($8::text is null or rule = $8)
             and ($9::bigint is null or last_at >= from_us($9)) and ($10::bigint is null or raised_at <= from_us($10))
             and ($11::bigint is null or (raised_at <= from_us($11) and (cleared_at is null or cleared_at > from_us($11))))
             and ($12::bigint is null or group_id = $12) and ($13 or group_id is null)
             and ($14::bigint is null or id < $14)
           order by id desc limit $15`,
    values: [
      ...[state, now, kind, severity, device, entity, areas === null ? null : pgArray(areas), rule],
      ...[since, until, at, group, filter.withMembers ?? true, before, filter.limit],
    ],
  })
  return rows
}

/** Those that are not over, the earliest first, with groups whose cause is over and whose members are not. */
export async function listActiveAlarms(db: Db, limit: number): Promise<Alarm[]> {
  const { rows } = await db.query<Alarm>({
    text: `select ${ALARM_COLUMNS} from alarm as a where cleared_at is null
             or id in (select m.group_id from alarm m where m.cleared_at is null and m.group_id is not null)
           order by id limit $1`,
    values: [limit],
  })
  return rows
}

export async function findAlarms(db: Queryable, ids: readonly number[]): Promise<Alarm[]> {
  const { rows } = await db.query<Alarm>({
    text: `select ${ALARM_COLUMNS} from alarm as a where id = any($1::bigint[])`,
    values: [pgArray(ids)],
  })
  return rows
}

const EVENTS_MAX = 500

/** The newest ones, in the order in which they happened. */
export async function listAlarmEvents(db: Db, alarm: number): Promise<AlarmEvent[]> {
  const { rows } = await db.query<AlarmEvent>({
    text: `select time, what, by, note from alarm_event where alarm_id = $1 order by id desc limit $2`,
    values: [alarm, EVENTS_MAX],
  })
  return rows.reverse()
}

import type { Alarm, Severity } from '../core/alarm.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

/** An alarm as its rule left it, with how often it was found since it was last written. */
export type RaisedAlarm = Omit<Alarm, 'id' | 'clearedAt' | 'acknowledgedAt' | 'acknowledgedBy' | 'note'>

const COLUMNS = `id, kind, rule, key, severity, device_id as device, entity_id as entity, area, address, text, text_vi as "textVi", details,
  raised_at as "raisedAt", last_at as "lastAt", count, quiet_s as "quietS", cleared_at as "clearedAt",
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy", note`

/** Writes alarms: new ones, and into those that are active under their key what was found since. Gives them as they now are. */
export async function raiseAlarms(tx: Queryable, alarms: readonly RaisedAlarm[]): Promise<Alarm[]> {
  const column = (pick: (alarm: RaisedAlarm) => string | number | null) => pgArray(alarms.map(pick))
  const { rows } = await tx.query<Alarm>({
    text: `insert into alarm as a (kind, rule, key, severity, device_id, entity_id, area, address, text, text_vi, details, raised_at, last_at, count, quiet_s)
           select i, r, k, s, d, e, z, h, t, v, j, from_us(f), from_us(l), n, q
           from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
             $10::text[], $11::jsonb[], $12::bigint[], $13::bigint[], $14::bigint[], $15::int[]) as input (i, r, k, s, d, e, z, h, t, v, j, f, l, n, q)
           order by k
           on conflict (key) where cleared_at is null do update set count = a.count + excluded.count,
             last_at = greatest(a.last_at, excluded.last_at), severity = excluded.severity, text = excluded.text, text_vi = excluded.text_vi,
             details = excluded.details, quiet_s = excluded.quiet_s
           returning ${COLUMNS}`,
    values: [
      column(({ kind }) => kind),
      column(({ rule }) => rule),
      column(({ key }) => key),
      column(({ severity }) => severity),
      column(({ device }) => device),
      column(({ entity }) => entity),
      column(({ area }) => area),
      column(({ address }) => address),
      column(({ text }) => text),
      column(({ textVi }) => textVi),
      column(({ details }) => JSON.stringify(details)),
      column(({ raisedAt }) => raisedAt),
      column(({ lastAt }) => lastAt),
      column(({ count }) => count),
      column(({ quietS }) => quietS),
    ],
  })
  return rows
}

export async function clearAlarms(
  tx: Queryable,
  cleared: readonly { readonly id: number; readonly at: Micros }[],
): Promise<void> {
  await tx.query({
    text: `update alarm set cleared_at = from_us(c.at) from unnest($1::bigint[], $2::bigint[]) as c (id, at)
           where alarm.id = c.id and cleared_at is null`,
    values: [pgArray(cleared.map(({ id }) => id)), pgArray(cleared.map(({ at }) => at))],
  })
}

/** The first one to acknowledge stays; doing it again changes nothing. Null: no such alarm. */
export async function acknowledgeAlarm(
  db: Db,
  { id, by, note, at }: { id: number; by: string; note: string | null; at: Micros },
): Promise<Alarm | null> {
  const { rows } = await db.query<Alarm>({
    text: `update alarm set acknowledged_at = coalesce(acknowledged_at, from_us($2)),
             acknowledged_by = coalesce(acknowledged_by, $3),
             note = case when acknowledged_at is null then $4 else note end
           where id = $1 returning ${COLUMNS}`,
    values: [id, at, by, note],
  })
  return rows[0] ?? null
}

export interface AlarmFilter {
  readonly state: 'active' | 'cleared' | 'acknowledged' | null
  readonly kind: string | null
  readonly severity: Severity | null
  readonly device: string | null
  /** Last found at or after this. */
  readonly since: Micros | null
  /** Only older than this id. */
  readonly before: number | null
  readonly limit: number
}

/** Newest first. `active`: not cleared; `acknowledged`: somebody has seen it, cleared or not. */
export async function listAlarms(db: Db, filter: AlarmFilter): Promise<Alarm[]> {
  const { state, kind, severity, device, since, before, limit } = filter
  const { rows } = await db.query<Alarm>({
    text: `select ${COLUMNS} from alarm
           where ($1::text is null or case $1 when 'active' then cleared_at is null when 'cleared' then cleared_at is not null
                    else acknowledged_at is not null end)
             and ($2::text is null or kind = $2) and ($3::text is null or severity = $3) and ($4::text is null or device_id = $4)
             and ($5::bigint is null or last_at >= from_us($5)) and ($6::bigint is null or id < $6)
           order by id desc limit $7`,
    values: [state, kind, severity, device, since, before, limit],
  })
  return rows
}

/** Lets alarms that were cleared before this go; gives how many went. */
export async function trimAlarms(db: Db, olderThan: Micros): Promise<number> {
  const { rowCount } = await db.query({
    text: 'delete from alarm where cleared_at < from_us($1)',
    values: [olderThan],
  })
  return rowCount
}

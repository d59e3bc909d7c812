import type { Alarm } from '../core/alarm.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

/** An alarm as its rule left it, with how often it was found since it was last written. */
export type RaisedAlarm = Omit<
  Alarm,
  | 'id'
  | 'clearedAt'
  | 'acknowledgedAt'
  | 'acknowledgedBy'
  | 'note'
  | 'shelvedUntil'
  | 'shelvedBy'
  | 'group'
  | 'members'
>

/** Of `alarm as a`. */
export const ALARM_COLUMNS = `a.id, a.kind, a.rule, a.key, coalesce(a.set_severity, a.severity) as severity, device_id as device, entity_id as entity, area, address, text, text_vi as "textVi", details,
  raised_at as "raisedAt", last_at as "lastAt", count, quiet_s as "quietS", cleared_at as "clearedAt",
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy", note,
  shelved_until as "shelvedUntil", shelved_by as "shelvedBy", group_id as "group",
  (select count(*) from alarm m where m.group_id = a.id) as members`

/** Writes alarms: new ones (one that comes again while its last one is shelved is shelved, too), and into those that are active under their key what was found since. Gives them as they now are. */
export async function raiseAlarms(tx: Queryable, alarms: readonly RaisedAlarm[]): Promise<Alarm[]> {
  const column = (pick: (alarm: RaisedAlarm) => string | number | null) => pgArray(alarms.map(pick))
  const { rows } = await tx.query<Alarm & { isNew: boolean }>({
    text: `insert into alarm as a (kind, rule, key, severity, device_id, entity_id, area, address, text, text_vi, details, raised_at, last_at, count, quiet_s, shelved_until, shelved_by)
           select i, r, k, s, d, e, z, h, t, v, j, from_us(f), from_us(l), n, q, shelf.shelved_until, shelf.shelved_by
           from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
             $10::text[], $11::jsonb[], $12::bigint[], $13::bigint[], $14::bigint[], $15::int[]) as input (i, r, k, s, d, e, z, h, t, v, j, f, l, n, q)
           left join lateral (select p.shelved_until, p.shelved_by from alarm p where p.key = k and p.shelved_until > from_us(l)
                              order by p.id desc limit 1) shelf on true
           order by k
           on conflict (key) where cleared_at is null do update set count = a.count + excluded.count,
             last_at = greatest(a.last_at, excluded.last_at), severity = excluded.severity, text = excluded.text, text_vi = excluded.text_vi,
             details = excluded.details, quiet_s = excluded.quiet_s
           returning ${ALARM_COLUMNS}, a.xmax = 0 as "isNew"`,
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
  await noteEvents(
    tx,
    rows.flatMap(({ id, raisedAt, isNew }) => (isNew ? [{ id, at: raisedAt }] : [])),
    { what: 'raised' },
  )
  return rows.map(({ isNew: _isNew, ...alarm }) => alarm)
}

/** Gives those that were not cleared yet as they now are. */
export async function clearAlarms(
  tx: Queryable,
  cleared: readonly { readonly id: number; readonly at: Micros }[],
  by: Pick<EventWords, 'by' | 'note'> = {},
): Promise<Alarm[]> {
  const { rows } = await tx.query<Alarm>({
    text: `update alarm as a set cleared_at = from_us(c.at) from unnest($1::bigint[], $2::bigint[]) as c (i, at)
           where a.id = c.i and cleared_at is null returning ${ALARM_COLUMNS}`,
    values: [pgArray(cleared.map(({ id }) => id)), pgArray(cleared.map(({ at }) => at))],
  })
  await noteEvents(
    tx,
    rows.map(({ id, clearedAt }) => ({ id, at: clearedAt ?? 0 })),
    { what: 'cleared', ...by },
  )
  return rows
}

interface EventWords {
  readonly what: string
  readonly by?: string | null
  readonly note?: string | null
}

/** Writes the same event of several alarms. */
export async function noteEvents(
  tx: Queryable,
  alarms: readonly { readonly id: number; readonly at: Micros }[],
  { what, by = null, note = null }: EventWords,
): Promise<void> {
  if (alarms.length === 0) return
  await tx.query({
    text: `insert into alarm_event (alarm_id, time, what, by, note)
           select e.i, from_us(e.at), $3, $4, $5 from unnest($1::bigint[], $2::bigint[]) as e (i, at)`,
    values: [pgArray(alarms.map(({ id }) => id)), pgArray(alarms.map(({ at }) => at)), what, by, note],
  })
}

/** Lets alarms that were cleared before this go; gives how many went. */
export async function trimAlarms(db: Db, olderThan: Micros): Promise<number> {
  const { rowCount } = await db.query({
    text: 'delete from alarm where cleared_at < from_us($1)',
    values: [olderThan],
  })
  return rowCount
}

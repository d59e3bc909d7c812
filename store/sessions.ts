import type { SessionEvent, SessionKind } from '../core/ports.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

export async function insertSessionEvents(db: Queryable, events: readonly SessionEvent[]): Promise<void> {
  await db.query({
    text: `insert into session_event (device_id, kind, time, reason, client_id)
           select d, k, from_us(t), r, c from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) as input (d, k, t, r, c)`,
    values: [
      pgArray(events.map((event) => event.device)),
      pgArray(events.map((event) => event.kind)),
      pgArray(events.map((event) => event.time)),
      pgArray(events.map((event) => event.reason)),
      pgArray(events.map((event) => event.clientId)),
    ],
  })
}

/** After a start every session is unknown until the device connects again; this marks when. */
export async function insertPlatformStart(db: Db, time: Micros): Promise<void> {
  await db.query({
    text: `insert into session_event (device_id, kind, time, reason, client_id) values (null, 'platform-started', from_us($1), '', '')`,
    values: [time],
  })
}

/** The session of each of these entities' devices as it was at an instant; null where nothing is known. */
export async function sessionsAt(
  db: Db,
  entities: readonly string[],
  at: Micros,
): Promise<{ readonly entity: string; readonly device: string; readonly session: SessionKind | null }[]> {
  const { rows } = await db.query<{ entity: string; device: string; session: SessionKind | null }>({
    text: `select d.entity_id as entity, d.id as device, e.kind as session
           from device d
           left join lateral (
             select kind, time from session_event where device_id = d.id and time <= from_us($2) order by time desc, id desc limit 1
           ) e on e.time >= coalesce((select max(time) from session_event where kind = 'platform-started' and time <= from_us($2)), '-infinity')
           where d.entity_id = any ($1::text[])`,
    values: [pgArray(entities), at],
  })
  return rows
}

export interface DeviceStatus {
  readonly device: string
  readonly payload: Uint8Array
  readonly receivedAt: Micros
}

export async function putDeviceStatuses(tx: Queryable, statuses: readonly DeviceStatus[]): Promise<void> {
  // One statement may not touch a row twice: of several from one device the last counts. What comes out of the spool
  // may be older than what is there.
  const last = [...new Map(statuses.map((status) => [status.device, status])).values()]
  await tx.query({
    text: `insert into device_status (device_id, payload, received_at)
           select d, decode(p, 'base64'), from_us(r) from unnest($1::text[], $2::text[], $3::bigint[]) as input (d, p, r) order by d
           on conflict (device_id) do update set payload = excluded.payload, received_at = excluded.received_at
           where excluded.received_at >= device_status.received_at`,
    values: [
      pgArray(last.map((status) => status.device)),
      pgArray(last.map((status) => Buffer.from(status.payload).toString('base64'))),
      pgArray(last.map((status) => status.receivedAt)),
    ],
  })
}

export async function listDeviceStatuses(db: Db): Promise<DeviceStatus[]> {
  const { rows } = await db.query<{ device: string; payload: string; receivedAt: Micros }>({
    text: `select device_id as device, encode(payload, 'base64') as payload, received_at as "receivedAt" from device_status`,
  })
  return rows.map((row) => ({ ...row, payload: Buffer.from(row.payload, 'base64') }))
}

/** Lets session events past the retention go; gives how many went. */
export async function trimSessionEvents(db: Db, olderThan: Micros): Promise<number> {
  const { rowCount } = await db.query({
    text: 'delete from session_event where time < from_us($1)',
    values: [olderThan],
  })
  return rowCount
}

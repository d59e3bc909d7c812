import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

/** A message that later ones of its sender cannot be read without. */
export interface RememberedMessage {
  readonly device: string
  readonly topic: string
  readonly payload: Uint8Array
  readonly receivedAt: Micros
}

/** Of one sender: as much as is kept of it in memory. */
const MESSAGES_PER_DEVICE_MAX = 10_000
const BYTES_PER_DEVICE_MAX = 8 * 1024 * 1024

export async function putRemembered(tx: Queryable, messages: readonly RememberedMessage[]): Promise<void> {
  // One statement may not touch a row twice: of several on one topic the newest counts. What comes out of the spool, or is
  // replayed, may be older than what is there.
  const sorted = messages.toSorted((a, b) => a.receivedAt - b.receivedAt)
  const last = [...new Map(sorted.map((message) => [`${message.device} ${message.topic}`, message])).values()]
  const { rows } = await tx.query<{ device: string; mayGrow: boolean }>({
    text: `insert into remembered_message (device_id, topic, payload, received_at)
           select d, t, decode(p, 'base64'), from_us(r) from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as input (d, t, p, r) order by d, t
           on conflict (device_id, topic) do update set payload = excluded.payload, received_at = excluded.received_at
           where excluded.received_at >= remembered_message.received_at
           returning device_id as device, (xmax = 0 or octet_length(payload) > ${BYTES_PER_DEVICE_MAX / MESSAGES_PER_DEVICE_MAX}) as "mayGrow"`,
    values: [
      pgArray(last.map(({ device }) => device)),
      pgArray(last.map(({ topic }) => topic)),
      pgArray(last.map(({ payload }) => Buffer.from(payload).toString('base64'))),
      pgArray(last.map(({ receivedAt }) => receivedAt)),
    ],
  })
  const grown = [...new Set(rows.filter(({ mayGrow }) => mayGrow).map(({ device }) => device))]
  if (grown.length > 0) await forgetOldest(tx, grown)
}

/** Who makes up topics fills the table with nothing but its own newest. */
async function forgetOldest(tx: Queryable, devices: readonly string[]): Promise<void> {
  await tx.query({
    text: `delete from remembered_message r using (
             select device_id, topic, row_number() over newest as number, sum(octet_length(payload)) over newest as bytes
             from remembered_message where device_id = any ($1::text[])
             window newest as (partition by device_id order by received_at desc, topic)
           ) kept
           where r.device_id = kept.device_id and r.topic = kept.topic and kept.number > 1 and (kept.number > $2 or kept.bytes > $3)`,
    values: [pgArray(devices), MESSAGES_PER_DEVICE_MAX, BYTES_PER_DEVICE_MAX],
  })
}

/** All of them, oldest first. */
export async function listRemembered(db: Db): Promise<RememberedMessage[]> {
  const { rows } = await db.query<Omit<RememberedMessage, 'payload'> & { payload: string }>({
    text: `select device_id as device, topic, encode(payload, 'base64') as payload, received_at as "receivedAt"
           from remembered_message order by received_at, topic`,
  })
  return rows.map((row) => ({ ...row, payload: Buffer.from(row.payload, 'base64') }))
}

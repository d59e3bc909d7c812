import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

/** A message that later ones of its sender cannot be read without. */
export interface RememberedMessage {
  readonly device: string
  readonly topic: string
  readonly payload: Uint8Array
  readonly receivedAt: Micros
}

export async function putRemembered(tx: Queryable, messages: readonly RememberedMessage[]): Promise<void> {
  // One statement may not touch a row twice: of several on one topic the last counts. What comes out of the spool may be
  // older than what is there.
  const last = [
    ...new Map(messages.map((message) => [`${message.device} ${message.topic}`, message])).values(),
  ]
  await tx.query({
    text: `insert into remembered_message (device_id, topic, payload, received_at)
           select d, t, decode(p, 'base64'), from_us(r) from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as input (d, t, p, r) order by d, t
           on conflict (device_id, topic) do update set payload = excluded.payload, received_at = excluded.received_at
           where excluded.received_at >= remembered_message.received_at`,
    values: [
      pgArray(last.map(({ device }) => device)),
      pgArray(last.map(({ topic }) => topic)),
      pgArray(last.map(({ payload }) => Buffer.from(payload).toString('base64'))),
      pgArray(last.map(({ receivedAt }) => receivedAt)),
    ],
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

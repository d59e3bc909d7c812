import { createHash } from 'node:crypto'
import type { Message } from '../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX, type RejectionItem } from '../core/rejection-codes.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

export interface RejectedMessage {
  readonly message: Message
  readonly items: readonly RejectionItem[]
}

export interface RejectionRow {
  readonly id: number
  readonly receivedAt: Micros
  readonly lastAt: Micros
  readonly count: number
  readonly device: string
  readonly topic: string
  readonly code: string
  readonly items: readonly RejectionItem[]
  readonly payload: Buffer
  readonly payloadBytes: number
  readonly payloadSha256: Buffer
  readonly resolvedAt: Micros | null
}

/** Records refusals. One that is the same as an open one (device, topic, reasons, bytes) is counted there. */
export async function insertRejections(tx: Queryable, rejected: readonly RejectedMessage[]): Promise<void> {
  const rows = [...merged(rejected).values()]
  const column = (pick: (row: (typeof rows)[number]) => string | number) => pgArray(rows.map(pick))
  await tx.query({
    text: `insert into rejection as r (received_at, last_at, count, device_id, topic, via, code, items, payload, payload_bytes, payload_sha256, fingerprint)
           select from_us(t), from_us(l), n, d, o, v, c, i, decode(p, 'base64'), b, decode(h, 'base64'), decode(f, 'base64')
           from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::int[], $11::text[], $12::text[])
             as input (t, l, n, d, o, v, c, i, p, b, h, f)
           order by f
           on conflict (fingerprint) where resolved_at is null
           do update set count = r.count + excluded.count, last_at = greatest(r.last_at, excluded.last_at)`,
    values: [
      column(({ message }) => message.firstReceivedAt ?? message.receivedAt),
      column((row) => row.lastAt),
      column((row) => row.count),
      column(({ message }) => message.device),
      column(({ message }) => storable(message.topic)),
      column(({ message }) => message.via),
      column(({ items }) => items[0]?.code ?? ''),
      column(({ items }) => storable(JSON.stringify(items))),
      column(({ message }) => base64(message.payload.subarray(0, REJECTION_PAYLOAD_BYTES_MAX))),
      column(({ message }) => message.payload.length),
      column((row) => base64(row.sha256)),
      column((row) => base64(row.fingerprint)),
    ],
  })
}

/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair; a refusal must be recordable whatever it is about. */
const storable = (text: string): string =>
  text.toWellFormed().replaceAll('\0', '\ufffd').replaceAll('\\u0000', '\ufffd')

interface Merged extends RejectedMessage {
  readonly sha256: Buffer
  readonly fingerprint: Buffer
  count: number
  lastAt: Micros
}

/** One statement may not touch a row twice, so equal refusals of a batch are merged here. */
function merged(rejected: readonly RejectedMessage[]): Map<string, Merged> {
  const byFingerprint = new Map<string, Merged>()
  for (const { message, items } of rejected) {
    const sha256 = createHash('sha256').update(message.payload).digest()
    const reasons = items.map(({ path, code }) => `${path} ${code}`).join('\n')
    const fingerprint = createHash('sha256')
      .update(`${message.device}\n${message.topic}\n${reasons}\n`)
      .update(sha256)
      .digest()
    const key = fingerprint.toString('base64')
    const same = byFingerprint.get(key)
    if (same) {
      same.count += 1
      same.lastAt = message.receivedAt
    } else
      byFingerprint.set(key, { message, items, sha256, fingerprint, count: 1, lastAt: message.receivedAt })
  }
  return byFingerprint
}

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

const COLUMNS = `id, received_at as "receivedAt", last_at as "lastAt", count, device_id as device, topic, code, items,
  encode(payload, 'base64') as payload, payload_bytes as "payloadBytes", encode(payload_sha256, 'base64') as "payloadSha256", resolved_at as "resolvedAt"`

type Encoded = Omit<RejectionRow, 'payload' | 'payloadSha256'> & { payload: string; payloadSha256: string }
const decoded = (row: Encoded): RejectionRow => ({
  ...row,
  payload: Buffer.from(row.payload, 'base64'),
  payloadSha256: Buffer.from(row.payloadSha256, 'base64'),
})

export interface RejectionFilter {
  readonly code: string | null
  readonly device: string | null
  readonly since: Micros | null
  /** Only older than this id. */
  readonly before: number | null
  readonly limit: number
}

/** Newest first. `code` matches any of a message's items. */
export async function listRejections(
  db: Db,
  { code, device, since, before, limit }: RejectionFilter,
): Promise<RejectionRow[]> {
  const { rows } = await db.query<Encoded>({
    text: `select ${COLUMNS} from rejection
           where ($1::text is null or items @> jsonb_build_array(jsonb_build_object('code', $1::text)))
             and ($2::text is null or device_id = $2) and ($3::bigint is null or last_at >= from_us($3))
             and ($4::bigint is null or id < $4)
           order by id desc limit $5`,
    values: [code, device, since, before, limit],
  })
  return rows.map(decoded)
}

export async function findRejection(db: Db, id: number): Promise<(RejectionRow & { via: string }) | null> {
  const { rows } = await db.query<Encoded & { via: string }>({
    text: `select ${COLUMNS}, via from rejection where id = $1`,
    values: [id],
  })
  return rows[0] ? { ...decoded(rows[0]), via: rows[0].via } : null
}

export async function resolveRejection(db: Db, id: number, at: Micros): Promise<void> {
  await db.query({
    text: 'update rejection set resolved_at = from_us($2) where id = $1 and resolved_at is null',
    values: [id, at],
  })
}

/** Lets the oldest rejections go past the limits by age and by bytes kept; gives how many went. */
export async function trimRejections(db: Db, olderThan: Micros, bytesMax: number): Promise<number> {
  const { rowCount } = await db.query({
    text: `delete from rejection where last_at < from_us($1) or id in (
             select id from (select id, sum(octet_length(payload) + 300) over (order by last_at desc, id desc) as bytes from rejection) kept
             where bytes > $2)`,
    values: [olderThan, bytesMax],
  })
  return rowCount
}

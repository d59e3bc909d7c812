import { createHash } from 'node:crypto'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

export interface AuditEntry {
  readonly time: Micros
  /** `token:<id>`, `oidc:<subject>`, `platform` or `anonymous`. */
  readonly actor: string
  readonly actorName: string
  readonly role: string | null
  /** Method and route pattern, or a name such as `sign-in`. */
  readonly action: string
  readonly targets: readonly string[]
  readonly address: string | null
  /** JSON text without secrets, at most 8 KiB. */
  readonly summary: string
}

export interface AuditRow extends AuditEntry {
  readonly id: number
  /** Hexadecimal, as `hash`. */
  readonly prevHash: string
  readonly hash: string
}

/** Before the first row. */
export const AUDIT_START = '0'.repeat(64)
// Any fixed number that no other lock of ours has: writers of all processes take turns.
const ADVISORY_LOCK = 7_311_206_492
const VERIFY_ROWS = 1000

/** Appends, each row sealed over the one before it; in a transaction of the caller's. */
export async function appendAudit(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [ADVISORY_LOCK] })
  const { rows } = await tx.query<{ id: number; hash: string }>({
    text: `select id, encode(hash, 'hex') as hash from audit order by id desc limit 1`,
  })
  let { id, hash } = rows[0] ?? { id: 0, hash: AUDIT_START }
  const sealed = entries.map(storable).map((entry): AuditRow => {
    const prevHash = hash
    id += 1
    hash = auditHash(prevHash, { ...entry, id })
    return { ...entry, id, prevHash, hash }
  })
  const column = (pick: (row: AuditRow) => string | number | null) => pgArray(sealed.map(pick))
  await tx.query({
    text: `insert into audit (id, time, actor, actor_name, role, action, targets, address, summary, prev_hash, hash)
           select i, from_us(t), a, n, r, c, array(select jsonb_array_elements_text(g)), d, s, decode(p, 'hex'), decode(h, 'hex')
           from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::text[], $10::text[], $11::text[])
             as input (i, t, a, n, r, c, g, d, s, p, h)`,
    values: [
      column((row) => row.id),
      column((row) => row.time),
      column((row) => row.actor),
      column((row) => row.actorName),
      column((row) => row.role),
      column((row) => row.action),
      column((row) => JSON.stringify(row.targets)),
      column((row) => row.address),
      column((row) => row.summary),
      column((row) => row.prevHash),
      column((row) => row.hash),
    ],
  })
}

/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair. Done before the row is sealed: what is stored is what was
 *  hashed. */
function storable(entry: AuditEntry): AuditEntry {
  const clean = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd')
  return {
    ...entry,
    actor: clean(entry.actor),
    actorName: clean(entry.actorName),
    action: clean(entry.action),
    targets: entry.targets.map(clean),
    summary: clean(entry.summary),
  }
}

/** SHA-256 over the former hash and the row as JSON: keys in alphabetical order, no spaces, time in microseconds. */
export function auditHash(prevHash: string, row: AuditEntry & { readonly id: number }): string {
  const { action, actor, actorName, address, id, role, summary, targets, time } = row
  const canonical = JSON.stringify({ action, actor, actorName, address, id, role, summary, targets, time })
  return createHash('sha256').update(Buffer.from(prevHash, 'hex')).update(canonical).digest('hex')
}

export interface AuditFilter {
  readonly since: Micros | null
  readonly actor: string | null
  readonly action: string | null
  readonly target: string | null
  /** Only older than this id. */
  readonly before: number | null
  readonly limit: number
}

const COLUMNS = `id, time, actor, actor_name as "actorName", role, action, to_jsonb(targets) as targets, address, summary,
  encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash`

/** Newest first. */
export async function listAudit(db: Queryable, filter: AuditFilter): Promise<AuditRow[]> {
  const { since, actor, action, target, before, limit } = filter
  const { rows } = await db.query<AuditRow>({
    text: `select ${COLUMNS} from audit
           where ($1::bigint is null or time >= from_us($1)) and ($2::text is null or actor = $2)
             and ($3::text is null or action = $3) and ($4::text is null or targets @> array[$4::text])
             and ($5::bigint is null or id < $5)
           order by id desc limit $6`,
    values: [since, actor, action, target, before, limit],
  })
  return rows
}

export type AuditVerdict =
  | { readonly intact: true; readonly count: number; readonly head: string }
  | { readonly intact: false; readonly brokenAt: number; readonly reason: string }

/** Follows the chain from its start, a page at a time. What was cut off its end shows only to who kept an earlier head. */
export async function verifyAudit(db: Db): Promise<AuditVerdict> {
  let count = 0
  let head = AUDIT_START
  for (;;) {
    const { rows } = await db.query<AuditRow>({
      text: `select ${COLUMNS} from audit where id > $1 order by id limit ${VERIFY_ROWS}`,
      values: [count],
    })
    for (const row of rows) {
      count += 1
      const reason = faultOf(row, count, head)
      if (reason !== null) return { intact: false, brokenAt: count, reason }
      head = row.hash
    }
    if (rows.length < VERIFY_ROWS) return { intact: true, count, head }
  }
}

function faultOf(row: AuditRow, id: number, head: string): string | null {
  if (row.id !== id) return 'the row is missing'
  if (row.prevHash !== head) return 'it does not follow the row before it'
  return auditHash(row.prevHash, row) === row.hash ? null : 'the row is not what was sealed'
}

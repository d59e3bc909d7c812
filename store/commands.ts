import {
  answered,
  type Command,
  type CommandArgs,
  type CommandReply,
  type CommandStatus,
} from '../core/command.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

const COLUMNS = `c.id, c.seq, c.entity_id as entity, c.device_id as device, c.name, c.args, c.status, c.by, c.note,
  c.issued_at as "issuedAt", c.expires_at as "expiresAt", c.sent_at as "sentAt", c.ended_at as "endedAt",
  c.answered_at as "answeredAt", c.detail,
  c.reported, c.reported_at as "reportedAt", c.replaced_by as "replacedBy"`

export interface NewCommand {
  readonly id: string
  readonly entity: string
  readonly device: string
  readonly name: string
  readonly args: CommandArgs
  readonly by: string
  readonly note: string | null
  readonly key: string | null
  readonly issuedAt: Micros
  readonly expiresAt: Micros
  readonly isReported: boolean
}

/** Puts a command into the queue. An older one of the same name that its device has not got yet goes out of it, so that a
 *  device that comes back does not run through old orders. Gives the new one, and that. */
export async function issueCommand(tx: Queryable, command: NewCommand): Promise<Command[]> {
  const { id, entity, device, name, args, by, note, key, issuedAt, expiresAt, isReported } = command
  const made = await tx.query<Command>({
    text: `insert into command as c (id, device_id, entity_id, name, args, status, by, note, key, issued_at, expires_at, reported)
           values ($1, $2, $3, $4, $5::text::jsonb, 'queued', $6, $7, $8, from_us($9), from_us($10), $11)
           returning ${COLUMNS}`,
    values: [
      id,
      device,
      entity,
      name,
      JSON.stringify(args),
      by,
      note,
      key,
      issuedAt,
      expiresAt,
      isReported ? 'awaited' : null,
    ],
  })
  const replaced = await tx.query<Command>({
    text: `update command as c set status = 'cancelled', ended_at = from_us($4), replaced_by = $1, detail = $5
           where device_id = $2 and name = $3 and status = 'queued' and id <> $1 returning ${COLUMNS}`,
    values: [id, device, name, issuedAt, `replaced by the newer command ${id}`],
  })
  return [...replaced.rows, ...made.rows]
}

/** Notes that these go to their devices now. Of what was sent before under the same name and not answered, the newer one takes
 *  the place: it is not sent again. Gives all that are another now. */
export async function markSent(tx: Queryable, ids: readonly string[], at: Micros): Promise<Command[]> {
  const sent = await tx.query<Command>({
    text: `update command as c set status = 'sent', sent_at = from_us($2)
           where id = any($1::text[]) and status = 'queued' returning ${COLUMNS}`,
    values: [pgArray(ids), at],
  })
  const replaced = await tx.query<Command>({
    text: `update command as c set status = 'cancelled', ended_at = from_us($2), replaced_by = n.id,
             detail = 'not answered when the newer command ' || n.id || ' was sent'
           from command n where n.id = any($1::text[]) and n.status = 'sent' and c.device_id = n.device_id and c.name = n.name
             and c.seq < n.seq and c.status = 'sent' returning ${COLUMNS}`,
    values: [pgArray(ids), at],
  })
  return [...replaced.rows, ...sent.rows]
}

/** What a change writes; the rest of a command never changes. */
export type CommandChange = Pick<
  Command,
  'id' | 'status' | 'sentAt' | 'endedAt' | 'answeredAt' | 'detail' | 'reported' | 'reportedAt'
>

/** Writes changes of commands that still have the status they had; gives those that were changed, as they are now. */
export async function changeCommands(
  db: Queryable,
  changes: readonly CommandChange[],
  before: readonly CommandStatus[],
): Promise<Command[]> {
  const column = (pick: (change: CommandChange) => string | number | null) => pgArray(changes.map(pick))
  const { rows } = await db.query<Command>({
    text: `update command as c set status = n.s, sent_at = from_us(n.t), ended_at = from_us(n.e), detail = n.d,
             reported = n.r, reported_at = from_us(n.ra), answered_at = from_us(n.aa)
           from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
             $9::text[]) as n (i, s, t, e, d, r, ra, aa, was)
           where c.id = n.i and c.status = n.was returning ${COLUMNS}`,
    values: [
      column(({ id }) => id),
      column(({ status }) => status),
      column(({ sentAt }) => sentAt),
      column(({ endedAt }) => endedAt),
      column(({ detail }) => detail),
      column(({ reported }) => reported),
      column(({ reportedAt }) => reportedAt),
      column(({ answeredAt }) => answeredAt),
      pgArray(before),
    ],
  })
  return rows
}

/** Writes what devices' answers make of their commands; tells of each answer whether its command is known. */
export async function applyReplies(tx: Queryable, replies: readonly CommandReply[]): Promise<boolean[]> {
  const { rows } = await tx.query<Command>({
    text: `select ${COLUMNS} from command c where id = any($1::text[]) order by id for update`,
    values: [pgArray(replies.map(({ id }) => id))],
  })
  const known = new Map(rows.map((row) => [row.id, row]))
  const changed = new Map<string, CommandStatus>()
  const verdicts = replies.map((reply) => {
    const command = known.get(reply.id)
    const after = answered(command, reply)
    if (after === 'unknown') return false
    if (command && after !== 'unchanged') {
      if (!changed.has(reply.id)) changed.set(reply.id, command.status)
      known.set(reply.id, after)
    }
    return true
  })
  if (changed.size > 0)
    await changeCommands(
      tx,
      [...changed.keys()].flatMap((id) => known.get(id) ?? []),
      [...changed.values()],
    )
  return verdicts
}

export async function findCommands(db: Queryable, ids: readonly string[]): Promise<Command[]> {
  const { rows } = await db.query<Command>({
    text: `select ${COLUMNS} from command c where id = any($1::text[]) order by seq`,
    values: [pgArray(ids)],
  })
  return rows
}

/** The one that was asked for with the caller's own key. */
export async function findByKey(db: Queryable, entity: string, key: string): Promise<Command | null> {
  const { rows } = await db.query<Command>({
    text: `select ${COLUMNS} from command c where entity_id = $1 and key = $2`,
    values: [entity, key],
  })
  return rows[0] ?? null
}

interface CommandFilter {
  readonly entity?: string | undefined
  readonly device?: string | undefined
  readonly statuses?: readonly CommandStatus[] | undefined
  /** Only older ones than this. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Newest first. */
export async function listCommands(
  db: Db,
  { entity, device, statuses, before, limit }: CommandFilter,
): Promise<Command[]> {
  const { rows } = await db.query<Command>({
    text: `select ${COLUMNS} from command c
           where ($1::text is null or entity_id = $1) and ($2::text is null or device_id = $2)
             and ($3::text[] is null or status = any($3::text[])) and ($4::bigint is null or seq < $4)
           order by seq desc limit $5`,
    values: [entity ?? null, device ?? null, statuses ? pgArray(statuses) : null, before ?? null, limit],
  })
  return rows
}

/** What a start has to go on with: those that are open, and of each thing that was asked the newest that was done and has not
 *  been seen to be. */
export async function listUnfinishedCommands(db: Db): Promise<Command[]> {
  const { rows } = await db.query<Command>({
    text: `select ${COLUMNS} from command c where status in ('queued', 'sent') or (status in ('done', 'expired')
             and sent_at is not null and reported in ('awaited', 'missed')
             and not exists (select from command n where n.entity_id = c.entity_id and n.name = c.name and n.seq > c.seq))
           order by seq`,
  })
  return rows
}

/** Of each entity and each thing asked, the newest that had been asked for by then. */
export async function commandsAt(db: Db, entities: readonly string[], at: Micros): Promise<Command[]> {
  const { rows } = await db.query<Command>({
    text: `select distinct on (c.entity_id, c.name) ${COLUMNS} from command c
           where entity_id = any($1::text[]) and issued_at <= from_us($2)
           order by c.entity_id, c.name, c.seq desc`,
    values: [pgArray(entities), at],
  })
  return rows
}

/** Lets commands that ended before this go; gives how many went. */
export async function trimCommands(db: Db, olderThan: Micros): Promise<number> {
  const { rowCount } = await db.query({
    text: 'delete from command where ended_at < from_us($1)',
    values: [olderThan],
  })
  return rowCount
}

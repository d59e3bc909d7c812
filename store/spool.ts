import { randomUUID } from 'node:crypto'
import type { Message } from '../core/message.ts'
import { type Micros, microsNow } from '../core/time.ts'
import type { LocalDb, LocalRow } from './local-db.ts'
import { decodeMessages, encodeMessages } from './spool-format.ts'

/** Messages that were appended together, in their order. */
export interface Segment {
  /** Rises with each segment, and is never used again. */
  readonly seq: number
  readonly messages: readonly Message[]
}

export interface SpoolDepth {
  readonly messages: number
  readonly bytes: number
  readonly bytesMax: number
  /** Time of receipt of the oldest message; null: the spool is empty. */
  readonly oldestAt: Micros | null
}

const SEGMENT_BYTES_MAX = 1_048_576
const SEGMENT_MESSAGES_MAX = 5000

interface Held {
  readonly seq: number
  readonly messages: number
  readonly bytes: number
  readonly oldestAt: Micros
}

/** Messages that were acknowledged and are not in the database yet: append-only, oldest first out, synced to disk, bounded in
 *  bytes. */
export class Spool {
  /** Names this spool to the database, which remembers how far it was emptied. */
  readonly id: string
  readonly #local: LocalDb
  readonly #bytesMax: number
  readonly #held: Held[]
  #lastSeq: number
  #messages = 0
  #bytes = 0

  private constructor(local: LocalDb, id: string, held: Held[], lastSeq: number, bytesMax: number) {
    this.#local = local
    this.id = id
    this.#held = held
    this.#lastSeq = lastSeq
    this.#bytesMax = bytesMax
    for (const segment of held) {
      this.#messages += segment.messages
      this.#bytes += segment.bytes
    }
  }

  static async open(local: LocalDb, bytesMax: number): Promise<Spool> {
    await local.run([
      {
        sql: `create table if not exists spool_segment (seq integer primary key autoincrement, messages integer not null,
                oldest_at integer not null, block blob not null)`,
      },
      { sql: 'create table if not exists spool (id text not null)' },
      {
        sql: 'insert into spool (id) select ? where not exists (select 1 from spool)',
        values: [randomUUID()],
      },
    ])
    const [ids = [], sequence = [], segments = []] = await local.run([
      { sql: 'select id from spool' },
      { sql: "select seq from sqlite_sequence where name = 'spool_segment'" },
      {
        sql: 'select seq, messages, oldest_at as oldestAt, length(block) as bytes from spool_segment order by seq',
      },
    ])
    return new Spool(local, String(ids[0]?.id), segments.map(heldOf), Number(sequence[0]?.seq ?? 0), bytesMax)
  }

  get depth(): SpoolDepth {
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      bytesMax: this.#bytesMax,
      oldestAt: this.#held[0]?.oldestAt ?? null,
    }
  }

  get isEmpty(): boolean {
    return this.#held.length === 0
  }

  /** Keeps the messages, synced to disk when it resolves. False: there is no room for them, and none is kept. Rejects when
   *  the disk does not take them; none is kept then either. */
  async append(messages: readonly Message[]): Promise<boolean> {
    const segments = splitUp(messages).map((part) => ({
      part,
      block: encodeMessages(part),
      seq: this.#nextSeq(),
    }))
    const bytes = segments.reduce((sum, { block }) => sum + block.length, 0)
    if (this.#bytes + bytes > this.#bytesMax) return false
    // Taken before the wait, so that two appends at once cannot both take the last room.
    this.#bytes += bytes
    const oldestOf = (part: readonly Message[]) => part[0]?.receivedAt ?? 0
    const sizes = segments.map(({ block }) => block.length)
    try {
      await this.#local.run(
        segments.map(({ part, block, seq }) => ({
          sql: 'insert into spool_segment (seq, messages, oldest_at, block) values (?, ?, ?, ?)',
          values: [seq, part.length, oldestOf(part), block],
        })),
        segments.map(({ block }) => block.buffer),
      )
      for (const [i, { part, seq }] of segments.entries()) {
        this.#messages += part.length
        this.#held.push({
          seq,
          messages: part.length,
          bytes: sizes[i] ?? 0,
          oldestAt: oldestOf(part),
        })
      }
      return true
    } catch (error) {
      this.#bytes -= bytes
      throw error
    }
  }

  /** The oldest segments after this one (0: of all): as many as make one transaction of a bearable size, or none. */
  async next(after: number): Promise<Segment[]> {
    const upTo = this.#endOfPart(after)
    if (upTo === null) return []
    const [rows = []] = await this.#local.run([
      {
        sql: 'select seq, block from spool_segment where seq > ? and seq <= ? order by seq',
        values: [after, upTo],
      },
    ])
    return rows.map((row) => ({
      seq: Number(row.seq),
      messages: decodeMessages(row.block as Uint8Array),
    }))
  }

  /** Rises with the clock too: a file that was restored from a backup must not use a number again that the database knows. */
  #nextSeq(): number {
    this.#lastSeq = Math.max(this.#lastSeq + 1, microsNow())
    return this.#lastSeq
  }

  #endOfPart(after: number): number | null {
    let upTo: number | null = null
    let messages = 0
    let bytes = 0
    for (const segment of this.#held) {
      if (segment.seq <= after) continue
      messages += segment.messages
      bytes += segment.bytes
      if (upTo !== null && (messages > SEGMENT_MESSAGES_MAX || bytes > SEGMENT_BYTES_MAX)) break
      upTo = segment.seq
    }
    return upTo
  }

  /** Lets go of every segment up to this one: the database has them. */
  async remove(upTo: number): Promise<void> {
    await this.#local.run([{ sql: 'delete from spool_segment where seq <= ?', values: [upTo] }])
    const kept = this.#held.findIndex(({ seq }) => seq > upTo)
    for (const { messages, bytes } of this.#held.splice(0, kept < 0 ? this.#held.length : kept)) {
      this.#messages -= messages
      this.#bytes -= bytes
    }
    if (this.isEmpty) await this.#local.run([{ sql: 'pragma incremental_vacuum' }])
  }
}

const heldOf = (row: LocalRow): Held => ({
  seq: Number(row.seq),
  messages: Number(row.messages),
  bytes: Number(row.bytes),
  oldestAt: Number(row.oldestAt),
})

/** So that one segment is one transaction of a bearable size when it leaves. */
function splitUp(messages: readonly Message[]): Message[][] {
  const parts: Message[][] = []
  let part: Message[] = []
  let bytes = 0
  for (const message of messages) {
    if (part.length >= SEGMENT_MESSAGES_MAX || (part.length > 0 && bytes > SEGMENT_BYTES_MAX)) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(message)
    bytes += message.payload.length
  }
  if (part.length > 0) parts.push(part)
  return parts
}

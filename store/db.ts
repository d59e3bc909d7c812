/** What a parameter may be: the drivers send it in PostgreSQL's text form. Arrays go as one literal, see pgArray. */
export type SqlValue = string | number | boolean | null | Uint8Array

export interface Rows<R> {
  readonly rows: R[]
  readonly rowCount: number
}

export interface Statement {
  readonly text: string
  readonly values?: readonly SqlValue[]
  /** Named statements are prepared once per connection (server driver). */
  readonly name?: string
}

export interface Queryable {
  query<R = Record<string, unknown>>(statement: Statement): Promise<Rows<R>>
  /** COPY in PostgreSQL's binary format: `target` is a table with its columns. Gives the number of rows. The bytes are the
   *  driver's from then on (the embedded one moves them to its thread). */
  copy(target: string, bytes: Uint8Array<ArrayBuffer>): Promise<number>
  /** Several statements without parameters. */
  exec(sql: string): Promise<void>
}

export interface TransactionOptions {
  /** Before waiting reads (embedded). */
  readonly ahead?: boolean
  /** Given up after this long, its connection included, with a DbError that is worth a retry (server). Without it as long
   *  as it takes. */
  readonly timeoutMs?: number
}

/** The one interface of both drivers. In rows: timestamptz is a number of microseconds (core/time.ts),
 *  int8 a number, date and numeric text, bytea a Buffer, jsonb parsed. */
export interface Db extends Queryable {
  readonly kind: 'embedded' | 'server'
  /** Outside of a transaction of ours, COPY is one by itself: half the round trips. */
  copy(target: string, bytes: Uint8Array<ArrayBuffer>, options?: TransactionOptions): Promise<number>
  /** Runs `work` in one transaction on one connection. */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Ends the work under way, then closes. */
  close(): Promise<void>
}

/** An error of the database with its SQLSTATE, or of the way to it (ECONNREFUSED …). Same class for both drivers. */
export class DbError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DbError'
    this.code = code
  }
}

/** A row with this key is there already. */
export const isDuplicateKey = (error: unknown): boolean => error instanceof DbError && error.code === '23505'

/** An array literal, so that a batch crosses as one text per column. Elements: numbers and booleans, or text. */
export function pgArray(items: readonly (string | number | boolean | null)[]): string {
  const parts = items.map((item) => {
    if (item === null) return 'NULL'
    return typeof item === 'string' ? `"${item.replace(/["\\]/g, '\\$&')}"` : String(item)
  })
  return `{${parts.join(',')}}`
}

/** `YYYY-MM-DD HH:MM:SS[.ffffff]+00` → microseconds. Sessions run in UTC, so the zone is always +00. */
function parseTimestamp(text: string): number {
  const dot = text.indexOf('.')
  const zone = text.indexOf('+', 11)
  const seconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11, dot < 0 ? zone : dot)}Z`)
  const fraction = dot < 0 ? 0 : Number(text.slice(dot + 1, zone).padEnd(6, '0'))
  return seconds * 1000 + fraction
}

/** PostgreSQL's type ids whose text form both drivers read the same way. */
export const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  20: Number, // int8: our ids and microseconds stay far below 2^53
  1082: (text) => text, // date
  1184: parseTimestamp, // timestamptz
  1700: (text) => text, // numeric
}

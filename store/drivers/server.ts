import pg from 'pg'
import {
  type Db,
  DbError,
  PARSERS,
  type Queryable,
  type Rows,
  type Statement,
  type TransactionOptions,
} from '../db.ts'
import { copyIn } from './copy-in.ts'

const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    PARSERS[id] ??
    (format === 'binary' ? pg.types.getTypeParser(id, 'binary') : pg.types.getTypeParser(id, 'text')),
}

const READERS_MAX = 8
const READ_TIMEOUT_MS = 15_000
const CONNECT_TIMEOUT_MS = 5000
/** No such prepared statement; one of that name already. */
const STATEMENT_NAMES = new Set(['26000', '42P05'])
/** More than the server's own limit, for a server that does not answer at all. */
const GRACE_MS = 500

/** A PostgreSQL server. Reads share a small pool with a time limit; transactions have connections of their own, so that
 *  slow reads never hold up a commit, and so have policy jobs and refreshes, which may take long. */
export async function openServer(connectionString: string, onIdleError: (error: Error) => void): Promise<Db> {
  const base = {
    connectionString,
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'plumbline',
  }
  // The zone must be UTC from the first row on: it is a start-up option, not a SET that a reconnect could miss.
  const options = '-c timezone=UTC'
  const readers = new pg.Pool({
    ...base,
    max: READERS_MAX,
    options: `${options} -c statement_timeout=${READ_TIMEOUT_MS}`,
  })
  const writers = new pg.Pool({ ...base, max: 4, options })
  const copiers = new pg.Pool({ ...base, max: 2, options })
  const upkeep = new pg.Pool({ ...base, max: 2, options })
  for (const pool of [readers, writers, copiers, upkeep]) pool.on('error', onIdleError)
  return new ServerDb(readers, writers, copiers, upkeep)
}

class ServerDb implements Db {
  readonly kind = 'server'
  readonly #readers: pg.Pool
  readonly #writers: pg.Pool
  readonly #copiers: pg.Pool
  readonly #upkeep: pg.Pool

  constructor(readers: pg.Pool, writers: pg.Pool, copiers: pg.Pool, upkeep: pg.Pool) {
    this.#readers = readers
    this.#writers = writers
    this.#copiers = copiers
    this.#upkeep = upkeep
  }

  query<R>(statement: Statement): Promise<Rows<R>> {
    // A server that has gone without a word answers neither with rows nor with its own limit.
    const limit = new TimeLimit(READ_TIMEOUT_MS + GRACE_MS)
    return limit.race(onClient(this.#readers, limit, (client) => run<R>(client, statement)))
  }

  async exec(sql: string): Promise<void> {
    await this.#upkeep.query(sql).catch(rethrow)
  }

  copy(
    target: string,
    bytes: Uint8Array<ArrayBuffer>,
    { timeoutMs }: TransactionOptions = {},
  ): Promise<number> {
    // The server's own limit comes first, so that what is given up is known not to have happened.
    const limit = new TimeLimit(timeoutMs === undefined ? undefined : timeoutMs + GRACE_MS)
    return limit.race(
      onClient(this.#copiers, limit, async (client) => {
        await this.#limitStatements(client, timeoutMs ?? 0)
        return copy(client, target, bytes)
      }),
    )
  }

  readonly #statementTimeouts = new WeakMap<pg.PoolClient, number>()

  /** The limit seldom changes: a connection is told once. */
  async #limitStatements(client: pg.PoolClient, ms: number): Promise<void> {
    if ((this.#statementTimeouts.get(client) ?? 0) === ms) return
    await client.query(`set statement_timeout = ${ms}`).catch(rethrow)
    this.#statementTimeouts.set(client, ms)
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>, { timeoutMs }: TransactionOptions = {}): Promise<T> {
    const limit = new TimeLimit(timeoutMs)
    // Set for the server too, so that what is given up here does not go on there, waiting for a lock.
    const begin = timeoutMs === undefined ? 'begin' : `begin; set local statement_timeout = ${timeoutMs}`
    return limit.race(
      onClient(this.#writers, limit, async (client, spoil) => {
        await client.query(begin).catch(rethrow)
        try {
          const result = await work({
            query: (statement) => run(client, statement),
            copy: (target, bytes) => copy(client, target, bytes),
            exec: async (sql) => void (await client.query(sql).catch(rethrow)),
          })
          await client.query('commit').catch(rethrow)
          return result
        } catch (error) {
          await client.query('rollback').catch(spoil)
          throw error
        }
      }),
    )
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers, this.#writers, this.#copiers, this.#upkeep].map((pool) => pool.end()))
  }
}

/** Runs `work` on a connection of the pool, which is thrown away when it breaks, when its time is over, when `work` spoils
 *  it, and when a pooler in between has given us another server connection than the one that our statements were named to. */
async function onClient<T>(
  pool: pg.Pool,
  limit: TimeLimit,
  work: (client: pg.PoolClient, spoil: (error: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch(rethrow)
  if (limit.isOver) {
    client.release()
    throw limit.error()
  }
  let broken: Error | undefined
  // Without a listener a connection that breaks between two statements would end the process.
  const spoil = (error: Error) => {
    broken = error
  }
  client.on('error', spoil)
  limit.onOver(() => {
    broken = limit.error()
    destroy(client)
  })
  try {
    return await work(client, spoil)
  } catch (error) {
    if (error instanceof DbError && STATEMENT_NAMES.has(error.code)) broken = error
    throw error
  } finally {
    limit.clear()
    client.off('error', spoil)
    client.release(broken)
  }
}

/** The time of a transaction, over all its statements and the wait for a connection. */
class TimeLimit {
  readonly #ms: number | undefined
  readonly #timer: NodeJS.Timeout | undefined
  readonly #over = Promise.withResolvers<never>()
  #onOver: () => void = () => {}
  isOver = false

  constructor(ms: number | undefined) {
    this.#ms = ms
    this.#over.promise.catch(() => {})
    if (ms === undefined) return
    this.#timer = setTimeout(() => {
      this.isOver = true
      this.#onOver()
      this.#over.reject(this.error())
    }, ms)
  }

  async race<T>(work: Promise<T>): Promise<T> {
    if (this.#ms === undefined) return work
    // It may fail after it was given up.
    work.catch(() => {})
    return Promise.race([work, this.#over.promise]).finally(() => this.clear())
  }

  onOver(action: () => void): void {
    this.#onOver = action
  }

  error = (): DbError => new DbError('ETIMEDOUT', `given up after ${this.#ms} ms without an end`)

  clear(): void {
    clearTimeout(this.#timer)
  }
}

/** Cuts the connection at once: a polite end would wait for the statement under way. */
function destroy(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
  connection.stream.destroy()
}

const copy = (client: pg.PoolClient, target: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> =>
  copyIn(client, `copy ${target} from stdin with (format binary)`, bytes).catch(rethrow)

async function run<R>(on: pg.PoolClient, { text, values = [], name }: Statement): Promise<Rows<R>> {
  const config = {
    text,
    values: values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value)),
  }
  const result = await on.query(name === undefined ? config : { ...config, name }).catch(rethrow)
  return { rows: result.rows as R[], rowCount: result.rowCount ?? 0 }
}

const rethrow = (error: unknown): never => {
  throw asDbError(error)
}

/** Server errors carry a SQLSTATE and socket errors a code. What pg itself throws without one (a plain Error, never a
 *  TypeError) is always a connection that ended or could not be had. */
function asDbError(error: unknown): unknown {
  if (error instanceof DbError || !(error instanceof Error)) return error
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') return new DbError(code, error.message, { cause: error })
  return error.constructor === Error ? new DbError('ECONNRESET', error.message, { cause: error }) : error
}

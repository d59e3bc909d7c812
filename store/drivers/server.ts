import pg from 'pg'
import { type Db, DbError, PARSERS, type Queryable, type Rows, type Statement } from '../db.ts'

const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    PARSERS[id] ??
    (format === 'binary' ? pg.types.getTypeParser(id, 'binary') : pg.types.getTypeParser(id, 'text')),
}

const READERS_MAX = 8
const READ_TIMEOUT_MS = 15_000
const CONNECT_TIMEOUT_MS = 5000

/** A PostgreSQL server. Reads share a small pool with a time limit; transactions have connections of their own,
 *  so that slow reads never hold up a commit. */
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
  for (const pool of [readers, writers]) pool.on('error', onIdleError)
  return new ServerDb(readers, writers)
}

class ServerDb implements Db {
  readonly kind = 'server'
  readonly #readers: pg.Pool
  readonly #writers: pg.Pool

  constructor(readers: pg.Pool, writers: pg.Pool) {
    this.#readers = readers
    this.#writers = writers
  }

  query<R>(statement: Statement): Promise<Rows<R>> {
    return run<R>(this.#readers, statement)
  }

  async exec(sql: string): Promise<void> {
    // Policy jobs and refreshes may take long: they use a connection without the readers' time limit.
    await this.#writers.query(sql).catch(rethrow)
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#writers.connect().catch(rethrow)
    let broken: Error | undefined
    // Without a listener a connection that breaks between two statements would end the process.
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      await client.query('begin').catch(rethrow)
      const result = await work({
        query: (statement) => run(client, statement),
        exec: async (sql) => void (await client.query(sql).catch(rethrow)),
      })
      await client.query('commit').catch(rethrow)
      return result
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.end(), this.#writers.end()])
  }
}

async function run<R>(on: pg.Pool | pg.PoolClient, { text, values = [], name }: Statement): Promise<Rows<R>> {
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

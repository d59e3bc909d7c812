import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export interface LocalStatement {
  readonly sql: string
  readonly values?: readonly SQLInputValue[]
}

/** Main thread → worker. */
export interface LocalRequest {
  readonly id: number
  readonly statements: readonly LocalStatement[]
}

/** Worker → main thread; id 0 says that the file is open. */
export interface LocalReply {
  readonly id: number
  readonly results?: readonly (readonly Record<string, unknown>[])[]
  readonly error?: string
}

// WAL with synchronous FULL: a transaction is one write and one fsync, and is there after a power loss (sqlite.org/pragma.html
// #pragma_synchronous). auto_vacuum must stand before the first table.
const PRAGMAS = `pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma synchronous = full;
  pragma journal_size_limit = 67108864; pragma busy_timeout = 5000`

const prepared = new Map<string, StatementSync>()

function run(database: DatabaseSync, statements: readonly LocalStatement[]) {
  const all = ({ sql, values = [] }: LocalStatement) => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement.all(...values)
  }
  database.exec('begin immediate')
  try {
    const results = statements.map(all)
    database.exec('commit')
    return results
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

function main(): void {
  const port = parentPort
  if (!port) throw new Error('runs as a worker thread only')
  const database = new DatabaseSync((workerData as { path: string }).path)
  database.exec(PRAGMAS)
  port.on('message', (request: LocalRequest | 'close') => {
    if (request === 'close') {
      database.close()
      return port.close()
    }
    const { id, statements } = request
    let reply: LocalReply
    try {
      reply = { id, results: run(database, statements) }
    } catch (error) {
      reply = { id, error: (error as Error).message }
    }
    port.postMessage(reply)
  })
  port.postMessage({ id: 0 } satisfies LocalReply)
}

main()

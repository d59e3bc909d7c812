import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { startOwnServer } from './own-server.ts'

/** A PostgreSQL that takes a fresh database for each run. */
export interface DatabaseServer {
  readonly description: string
  /** Null when it is not ours: then its CPU is not known. */
  readonly pid: number | null
  /** Without TimescaleDB. */
  readonly plain: boolean
  createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }>
  stop(): Promise<void>
}

/** The TimescaleDB at DATABASE_URL, or a PostgreSQL started from the system's packages; or why there is neither. */
export async function openDatabaseServer(
  databaseUrl: string | undefined,
): Promise<DatabaseServer | { readonly skipped: string }> {
  const own = databaseUrl === undefined ? await startOwnServer() : null
  if (own && 'skipped' in own) return own
  const adminUrl = own?.url ?? databaseUrl ?? ''
  try {
    const version = await versionOf(adminUrl)
    return {
      description: own
        ? `PostgreSQL ${version} without TimescaleDB, default settings`
        : `PostgreSQL ${version} with TimescaleDB at DATABASE_URL`,
      pid: own?.pid ?? null,
      plain: own !== null,
      createDatabase: () => createDatabase(adminUrl),
      stop: async () => own?.stop(),
    }
  } catch (error) {
    await own?.stop()
    return { skipped: `the PostgreSQL server does not answer: ${(error as Error).message}` }
  }
}

const READY_MS = 60_000
/** SQLSTATE cannot_connect_now: the port is open, and recovery or the start is still under way. */
const STARTING_UP = '57P03'

async function versionOf(url: string): Promise<string> {
  for (const endsAtMs = Date.now() + READY_MS; ; await delay(200))
    try {
      const [version = ''] = await onServer(url, 'show server_version')
      return version
    } catch (error) {
      if ((error as { code?: string }).code !== STARTING_UP || Date.now() > endsAtMs) throw error
    }
}

/** What is in the databases that are there stays as it is. */
async function createDatabase(adminUrl: string) {
  const name = `plumbline_bench_${randomBytes(6).toString('hex')}`
  await onServer(adminUrl, `create database ${name}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: async () => void (await onServer(adminUrl, `drop database ${name} with (force)`)),
  }
}

/** The first column of what one statement gives. */
async function onServer(url: string, sql: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<string[]>({ text: sql, rowMode: 'array' })
    return rows.map(([first]) => String(first))
  } finally {
    await client.end()
  }
}

import type { Log } from '../core/ports.ts'
import { type Db, DbError } from './db.ts'
import { openEmbedded } from './drivers/embedded.ts'
import { openServer } from './drivers/server.ts'
import { type Flavour, migrate, readMigrations } from './migrate.ts'
import { seedAreas } from './seed-areas.ts'
import { StartError } from './start-error.ts'

export interface StoreSettings {
  /** Absent: the embedded database in dataDir. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** Accept a server without TimescaleDB: benches and drills. */
  readonly plain: boolean
}

export interface Store {
  readonly db: Db
  readonly flavour: Flavour
}

/** Opens the database, brings its schema up to date and seeds the areas. Throws StartError for what an operator must
 *  mend. `onFailure` hears of a connection or worker that fails later: fatal when the embedded database is gone. */
export async function openStore(
  settings: StoreSettings,
  log: Log,
  onFailure: (error: Error, fatal: boolean) => void,
): Promise<Store> {
  const db = await connect(settings, onFailure)
  try {
    const flavour = await flavourOf(db, settings.plain)
    if (flavour === 'plain')
      log.warn(
        {},
        'STORE_PLAIN=1: no hypertable, no compression, no retention, rollups computed at each read; for benches and drills only',
      )
    const applied = await migrate(db, await readMigrations(flavour))
    if (applied.length > 0) log.info({ applied }, 'database schema brought up to date')
    await seedAreas(db)
    return { db, flavour }
  } catch (error) {
    await db.close()
    throw error
  }
}

const connect = (settings: StoreSettings, onFailure: (error: Error, fatal: boolean) => void): Promise<Db> =>
  settings.databaseUrl === undefined
    ? openEmbedded(settings.dataDir, (error) => onFailure(error, true))
    : openServer(settings.databaseUrl, (error) => onFailure(error, false))

async function flavourOf(db: Db, plain: boolean): Promise<Flavour> {
  try {
    const { rows } = await db.query<{ installed: boolean; version: number }>({
      text: `select exists (select from pg_extension where extname = 'timescaledb') as installed,
                    current_setting('server_version_num')::int as version`,
    })
    if (plain) return 'plain'
    if (!rows[0]?.installed) await createExtension(db)
    return 'timescale'
  } catch (error) {
    if (error instanceof DbError)
      throw new StartError(
        `DATABASE_URL: the database cannot be used (${error.code}: ${error.message}); check that the server runs, and the address, user and password`,
      )
    throw error
  }
}

async function createExtension(db: Db): Promise<void> {
  try {
    await db.exec('create extension if not exists timescaledb')
  } catch (error) {
    if (!(error instanceof DbError)) throw error
    throw new StartError(
      'DATABASE_URL: this PostgreSQL server has no TimescaleDB extension, and Plumbline does not run without it. ' +
        "Install TimescaleDB (2.18 or newer) on the server, add it to shared_preload_libraries, restart it, and run 'CREATE EXTENSION timescaledb' " +
        `in this database; or leave DATABASE_URL out to use the embedded one. The server said: ${error.message}`,
    )
  }
}

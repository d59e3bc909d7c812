import type { Log } from '../core/ports.ts'
import { type Db, DbError } from './db.ts'
import { dispositionOf } from './db-errors.ts'
import { openEmbedded } from './drivers/embedded.ts'
import { openServer } from './drivers/server.ts'
import { GatedDb } from './gated-db.ts'
import { type Flavour, migrate, readMigrations } from './migrate.ts'
import { seedAreas } from './seed-areas.ts'
import { seedCrosswalks } from './seed-crosswalks.ts'
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
  /** Null: it is there. Otherwise it did not answer, what is known of it is from an earlier start, and `db` fails with what is
   *  to be tried again until the absence is ended. */
  readonly absence: Absence | null
}

export interface Absence {
  /** Brings the schema up to date and seeds the areas, when the database is there; gives it, for what must be read first. */
  bringUp(): Promise<Db>
  end(): void
}

/** Opens the database, brings its schema up to date and seeds the areas. Throws StartError for what an operator must
 *  mend. `onFailure` hears of a connection or worker that fails later: fatal when the embedded database is gone.
 *  `knownFlavour` allows a server that does not answer: one that an earlier start has brought up to date. */
export async function openStore(
  settings: StoreSettings,
  log: Log,
  onFailure: (error: Error, fatal: boolean) => void,
  knownFlavour: Flavour | null = null,
): Promise<Store> {
  const db = await connect(settings, onFailure)
  const bringUp = async () => {
    const flavour = await flavourOf(db, settings.plain)
    const applied = await migrate(db, await readMigrations(flavour))
    if (applied.length > 0) log.info({ applied }, 'database schema brought up to date')
    await seedAreas(db)
    await seedCrosswalks(db)
    return flavour
  }
  const warnOf = (flavour: Flavour) => {
    if (flavour === 'plain') log.warn({}, PLAIN)
    return flavour
  }
  try {
    return { db, flavour: warnOf(await bringUp()), absence: null }
  } catch (error) {
    if (knownFlavour !== null && isAbsent(error)) {
      const gated = new GatedDb(db)
      const absence: Absence = {
        async bringUp() {
          await bringUp()
          return db
        },
        end: () => gated.open(),
      }
      return { db: gated, flavour: warnOf(knownFlavour), absence }
    }
    await db.close()
    throw error instanceof DbError && settings.databaseUrl !== undefined ? cannotBeUsed(error) : error
  }
}

/** It does not answer, or not now; a wrong password or a missing file is for the operator to mend. */
const isAbsent = (error: unknown): boolean =>
  error instanceof DbError &&
  dispositionOf(error) === 'retry' &&
  !error.code.startsWith('28') &&
  !error.code.startsWith('58')

const PLAIN =
  'STORE_PLAIN=1: no hypertable, no compression, no retention, rollups computed at each read; for benches and drills only'

const cannotBeUsed = ({ code, message }: DbError) =>
  new StartError(
    `DATABASE_URL: the database cannot be used (${code}: ${message}); check that the server runs, and the address, user and password`,
  )

const connect = (settings: StoreSettings, onFailure: (error: Error, fatal: boolean) => void): Promise<Db> =>
  settings.databaseUrl === undefined
    ? openEmbedded(settings.dataDir, (error) => onFailure(error, true))
    : openServer(settings.databaseUrl, (error) => onFailure(error, false))

async function flavourOf(db: Db, plain: boolean): Promise<Flavour> {
  if (plain) return 'plain'
  const { rows } = await db.query<{ installed: boolean }>({
    text: `select exists (select from pg_extension where extname = 'timescaledb') as installed`,
  })
  if (!rows[0]?.installed) await createExtension(db)
  return 'timescale'
}

async function createExtension(db: Db): Promise<void> {
  try {
    await db.exec('create extension if not exists timescaledb')
  } catch (error) {
    if (!(error instanceof DbError) || isAbsent(error)) throw error
    throw new StartError(
      'DATABASE_URL: this PostgreSQL server has no TimescaleDB extension, and Plumbline does not run without it. ' +
        "Install TimescaleDB (2.18 or newer) on the server, add it to shared_preload_libraries, restart it, and run 'CREATE EXTENSION timescaledb' " +
        `in this database; or leave DATABASE_URL out to use the embedded one. The server said: ${error.message}`,
    )
  }
}

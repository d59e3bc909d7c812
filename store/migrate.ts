import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Db, Queryable } from './db.ts'
import { StartError } from './start-error.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export type Flavour = 'timescale' | 'plain'

// Any fixed number, the same in every process that migrates this database.
const ADVISORY_LOCK = 7_311_206_491

const FOLDER = new URL('./migrations/', import.meta.url)

/** The files that apply to this kind of database, in order: `NNNN_name.sql` to every kind,
 *  `NNNN_name.timescale.sql` and `NNNN_name.plain.sql` to that one only. */
export async function readMigrations(flavour: Flavour, folder: URL = FOLDER): Promise<Migration[]> {
  const other = flavour === 'timescale' ? '.plain.sql' : '.timescale.sql'
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.sql') && !name.endsWith(other))
    .sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Applies what is missing, each file in a transaction of its own under one advisory lock, and gives the names applied.
 *  Throws StartError when a file that was applied has changed since, or when the database is newer than this code. */
export async function migrate(db: Db, migrations: readonly Migration[]): Promise<string[]> {
  await locked(db, (tx) =>
    tx.exec(`create table if not exists schema_migration
      (name text primary key, checksum text not null, applied_at timestamptz not null default now())`),
  )
  const applied: string[] = []
  for (const migration of migrations)
    if (await locked(db, (tx) => apply(tx, migration))) applied.push(migration.name)
  await refuseUnknown(db, migrations)
  return applied
}

const locked = <T>(db: Db, work: (tx: Queryable) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [ADVISORY_LOCK] })
    return work(tx)
  })

async function apply(tx: Queryable, { name, sql, checksum }: Migration): Promise<boolean> {
  const { rows } = await tx.query<{ checksum: string }>({
    text: 'select checksum from schema_migration where name = $1',
    values: [name],
  })
  if (rows[0]?.checksum === checksum) return false
  if (rows[0])
    throw new StartError(
      `migration ${name} was changed after it had been applied to this database (recorded ${rows[0].checksum.slice(0, 12)}, ` +
        `now ${checksum.slice(0, 12)}): put the old file back and write the change as a new migration`,
    )
  await tx.exec(sql)
  await tx.query({
    text: 'insert into schema_migration (name, checksum) values ($1, $2)',
    values: [name, checksum],
  })
  return true
}

async function refuseUnknown(db: Db, migrations: readonly Migration[]): Promise<void> {
  const known = new Set(migrations.map(({ name }) => name))
  const { rows } = await db.query<{ name: string }>({
    text: 'select name from schema_migration order by name',
  })
  const unknown = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (unknown.length > 0)
    throw new StartError(
      `this database has migrations that this version does not know (${unknown.join(', ')}): it belongs to a newer ` +
        'version, or to a database of the other kind (STORE_PLAIN); start that version, or take another database',
    )
}

import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openServer } from '../../store/drivers/server.ts'
import { migrate, readMigrations } from '../../store/migrate.ts'
import { StartError } from '../../store/start-error.ts'
import { openStore } from '../../store/store.ts'
import { embeddedStore, freshDataFolder } from '../support/data-folder.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { silent } from '../support/silent-log.ts'

describe('migrations', () => {
  it('are applied once, and nothing is done the second time', async () => {
    const { db } = await embeddedStore()
    assert.deepEqual(await migrate(db, await readMigrations('timescale')), [])
  })

  it('stop the start when a file changed after it was applied', async () => {
    const { db } = await embeddedStore()
    const [first, ...rest] = await readMigrations('timescale')
    assert.ok(first)
    const changed = [{ ...first, checksum: 'f'.repeat(64) }, ...rest]
    await assert.rejects(
      migrate(db, changed),
      (error) => error instanceof StartError && error.message.includes('0001_registry.sql'),
    )
  })

  it('stop the start when the database is newer than this version', async () => {
    const { db } = await embeddedStore()
    const known = (await readMigrations('timescale')).slice(0, -1)
    await assert.rejects(
      migrate(db, known),
      (error) => error instanceof StartError && error.message.includes('newer'),
    )
  })

  it('leave nothing behind of a file that fails', async () => {
    const { db } = await embeddedStore()
    const bad = { name: '9999_bad.sql', sql: 'create table half (n int); select 1/0', checksum: 'bad' }
    await assert.rejects(migrate(db, [...(await readMigrations('timescale')), bad]))
    const { rows } = await db.query({ text: "select from pg_class where relname = 'half'" })
    assert.equal(rows.length, 0)
  })
})

describe('the seed', () => {
  it('has the 102 communes and wards of today and the 24 former districts, each in force in its time', async () => {
    const { db } = await embeddedStore()
    const { rows } = await db.query<{ version: string; level: string; count: number }>({
      text: 'select geo_version as version, level, count(*) as count from area group by 1, 2 order by 1, 2',
    })
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { version: '2025-03', level: 'district', count: 24 },
        { version: '2025-03', level: 'province', count: 2 },
        { version: '2025-07', level: 'commune', count: 102 },
        { version: '2025-07', level: 'province', count: 1 },
      ],
    )
    const shapes = await db.query({ text: "select from area where level = 'commune' and geometry is null" })
    assert.equal(shapes.rows.length, 0)
  })
})

describe('a data folder', () => {
  it('is refused to a second process', async () => {
    const folder = freshDataFolder()
    const open = () => openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {})
    const first = await open()
    await assert.rejects(open(), (error) => error instanceof StartError && error.message.includes('in use'))
    await first.db.close()
    await (await open()).db.close()
  })
})

describe.skipIf(postgresBin() === null)('a server without TimescaleDB', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  it('is refused with what to do', async () => {
    const opening = openStore({ databaseUrl: postgres.url, dataDir: '.', plain: false }, silent, () => {})
    await assert.rejects(
      opening,
      (error) =>
        error instanceof StartError &&
        /TimescaleDB/.test(error.message) &&
        /CREATE EXTENSION/.test(error.message),
    )
  })

  it('gets the plain tables and views when STORE_PLAIN asks for it, and says so', async () => {
    const url = await postgres.createDatabase('plain')
    const warnings: string[] = []
    const log = { ...silent, warn: (_fields: object, text: string) => void warnings.push(text) }
    const store = await openStore({ databaseUrl: url, dataDir: '.', plain: true }, log, () => {})
    assert.equal(store.flavour, 'plain')
    assert.match(warnings.join('\n'), /STORE_PLAIN/)
    const { rows } = await store.db.query({ text: 'select * from observation_1d' })
    assert.equal(rows.length, 0)
    await store.db.close()
  })

  it('keeps the stretches whose rollups are to be computed again when their table changes', async () => {
    const db = await openServer(await postgres.createDatabase('stretches'), () => {})
    const migrations = await readMigrations('plain')
    await migrate(
      db,
      migrations.filter(({ name }) => name < '0006'),
    )
    await db.exec(`
      insert into observation (series_id, time, value, received_at)
        select 7, t, 1, now() from unnest('{2026-01-01 16:00Z,2026-01-01 18:00Z,2026-01-01 20:00Z,2026-01-09 00:00Z}'::timestamptz[]) t;
      insert into rollup_refresh (from_time, to_time)
        select '2026-01-01 00:00Z', '2026-01-02 00:00Z' from generate_series(1, 2)`)
    await migrate(db, migrations)
    const { rows } = await db.query<{ day: number; to: number }>({
      text: 'select day, to_time as to from rollup_refresh where series_id = 7 order by day',
    })
    const text = (time: number) => new Date(time / 1000).toISOString().slice(0, 13)
    assert.deepEqual(
      rows.map(({ day, to }) => [text(day), text(to)]),
      [
        ['2025-12-31T17', '2026-01-01T16'],
        ['2026-01-01T17', '2026-01-01T20'],
      ],
    )
    await db.close()
  })

  it('lets two processes migrate at once', async () => {
    const url = await postgres.createDatabase('twice')
    const migrations = await readMigrations('plain')
    const dbs = await Promise.all([openServer(url, () => {}), openServer(url, () => {})])
    const applied = await Promise.all(dbs.map((db) => migrate(db, migrations)))
    assert.equal(applied.flat().length, migrations.length)
    await Promise.all(dbs.map((db) => db.close()))
  })
})

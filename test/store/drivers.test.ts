import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { CopyWriter } from '../../store/binary.ts'
import { type Db, DbError, pgArray } from '../../store/db.ts'
import { dispositionOf } from '../../store/db-errors.ts'
import { openServer } from '../../store/drivers/server.ts'
import { openStore, type Store } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { silent } from '../support/silent-log.ts'

/** What every driver must do, whichever database is behind it. */
function contract(open: () => Promise<Db>): void {
  it('gives each type in the form the interface promises', async () => {
    const db = await open()
    const { rows } = await db.query({
      text: `select 9007199254740991::int8 as int8, 1.5::float8 as float8, timestamptz '2026-01-02 03:04:05.678901+07' as time,
                    date '2026-01-02' as date, 12.30::numeric as numeric, '{"a":[1]}'::jsonb as json, true as bool, null as nothing`,
    })
    assert.deepEqual(
      { ...rows[0] },
      {
        int8: 9007199254740991,
        float8: 1.5,
        time: 1_767_297_845_678_901,
        date: '2026-01-02',
        numeric: '12.30',
        json: { a: [1] },
        bool: true,
        nothing: null,
      },
    )
  })

  it('takes arrays as one literal, with quotes, backslashes, commas and nulls in them', async () => {
    const db = await open()
    const texts = ['a"b', 'c\\d', 'e,f', '{g}', null, 'NULL', 'Đắk Lắk', '']
    const { rows } = await db.query<{ t: string | null }>({
      text: 'select t from unnest($1::text[]) with ordinality as u (t, n) order by n',
      values: [pgArray(texts)],
    })
    assert.deepEqual(
      rows.map(({ t }) => t),
      texts,
    )
  })

  it('rolls a failed transaction back and keeps a good one', async () => {
    const db = await open()
    await db.exec('create table kept (n int primary key)')
    await db.transaction((tx) => tx.query({ text: 'insert into kept values (1)' }))
    const failing = db.transaction(async (tx) => {
      await tx.query({ text: 'insert into kept values (2)' })
      throw new Error('changed our mind')
    })
    await assert.rejects(failing, /changed our mind/)
    const { rows } = await db.query({ text: 'select n from kept' })
    assert.deepEqual(
      rows.map(({ n }) => n),
      [1],
    )
  })

  it('names errors of the database by SQLSTATE', async () => {
    const db = await open()
    await assert.rejects(
      db.query({ text: 'select 1/0' }),
      (error) => error instanceof DbError && error.code === '22012' && dispositionOf(error) === 'reject',
    )
  })

  it('counts the rows that an insert changed', async () => {
    const db = await open()
    await db.exec('create table counted (n int primary key)')
    const insert = () =>
      db.query({
        text: 'insert into counted select * from unnest($1::int[]) on conflict do nothing',
        values: [pgArray([1, 2, 3])],
      })
    assert.equal((await insert()).rowCount, 3)
    assert.equal((await insert()).rowCount, 0)
  })

  it('takes rows by COPY in binary, of any value, and gives them back the same', async () => {
    const db = await open()
    await db.exec('create table copied (i int8, t timestamptz, f float8, l text)')
    const row = fc.record(
      {
        i: fc.maxSafeInteger(),
        // The years 1900 to 2100, on both sides of the epochs of Unix and of PostgreSQL.
        t: fc.integer({ min: -2_208_988_800_000_000, max: 4_102_444_800_000_000 }),
        f: fc.option(fc.double({ noNaN: true })),
        l: fc.option(fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => !text.includes('\0'))),
      },
      { noNullPrototype: true },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 50 }), async (rows) => {
        const writer = new CopyWriter(0)
        for (const { i, t, f, l } of rows) {
          writer.row(4, 60 + (l?.length ?? 0) * 3)
          writer.int8(i)
          writer.timestamp(t)
          if (f === null) writer.null()
          else writer.float8(f)
          if (l === null) writer.null()
          else writer.text(l)
        }
        await db.exec('truncate copied')
        assert.equal(await db.copy('copied (i, t, f, l)', writer.end()), rows.length)
        const found = await db.query<{ i: number; t: number; f: number | null; l: string | null }>({
          text: 'select i, t, f, l from copied order by ctid',
        })
        assert.deepEqual(
          found.rows.map((one) => ({ ...one })),
          rows,
        )
      }),
      { numRuns: 30 },
    )
  })

  it('leaves nothing of a COPY that fails, and goes on afterwards', async () => {
    const db = await open()
    await db.exec('create table unique_copied (i int8 primary key)')
    const rows = (...values: number[]) => {
      const writer = new CopyWriter(0)
      for (const value of values) {
        writer.row(1, 12)
        writer.int8(value)
      }
      return writer.end()
    }
    assert.equal(await db.copy('unique_copied (i)', rows(1, 2)), 2)
    await assert.rejects(
      db.transaction((tx) => tx.copy('unique_copied (i)', rows(3, 2))),
      (error) => error instanceof DbError && error.code === '23505',
    )
    assert.equal(await db.copy('unique_copied (i)', rows(3)), 1)
  })

  it('does not let another statement into a transaction: what runs beside one that fails stays', async () => {
    const db = await open()
    await db.exec('create table apart (n int)')
    const failing = db.transaction(async (tx) => {
      await tx.query({ text: 'insert into apart values (1)' })
      await tx.query({ text: 'select 1' })
      throw new Error('changed our mind')
    })
    const beside = [2, 3].map((n) => db.query({ text: 'insert into apart values ($1)', values: [n] }))
    await assert.rejects(failing, /changed our mind/)
    await Promise.all(beside)
    const { rows } = await db.query<{ n: number }>({ text: 'select n from apart order by n' })
    assert.deepEqual(
      rows.map(({ n }) => n),
      [2, 3],
    )
  })
}

describe('the embedded driver', () => {
  let store: Store
  beforeAll(async () => {
    store = await openStore(
      { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false },
      silent,
      () => {},
    )
  })
  afterAll(() => store.db.close())

  contract(async () => store.db)

  it('is made anew where the making of it was killed half-way, and kept ever after', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-half-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    mkdirSync(join(dataDir, 'postgres', 'base'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '18')
    const mark = join(dataDir, 'postgres.unfinished')
    writeFileSync(mark, '')
    const settings = { databaseUrl: undefined, dataDir, plain: false }
    const first = await openStore(settings, silent, () => {})
    assert.equal(existsSync(mark), false)
    await first.db.exec('create table kept (n int); insert into kept values (7)')
    await first.db.close()
    const second = await openStore(settings, silent, () => {})
    onTestFinished(() => second.db.close())
    assert.deepEqual((await second.db.query({ text: 'select n from kept' })).rows, [{ n: 7 }])
  }, 60_000)
})

describe.skipIf(postgresBin() === null)('the server driver on plain PostgreSQL', () => {
  let postgres: Postgres
  let count = 0
  const open: Db[] = []
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(async () => {
    await Promise.all(open.map((db) => db.close()))
    await postgres.stop()
  })

  contract(async () => {
    count += 1
    const db = await openServer(await postgres.createDatabase(`contract_${count}`), () => {})
    open.push(db)
    return db
  })

  it('names a server that is not there as an error to retry', async () => {
    const db = await openServer('postgres://postgres@127.0.0.1:1/postgres', () => {})
    await assert.rejects(db.query({ text: 'select 1' }), (error) => dispositionOf(error) === 'retry')
    await db.close()
  })

  it('gives a transaction up when its time is over, and lets go of its locks', async () => {
    const db = await openServer(await postgres.createDatabase('limited'), () => {})
    open.push(db)
    await db.exec('create table held (n int)')
    const release = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const holder = db.transaction(async (tx) => {
      await tx.exec('lock table held in access exclusive mode')
      locked.resolve()
      await release.promise
    })
    await locked.promise
    const waiting = db.transaction((tx) => tx.query({ text: 'insert into held values (1)' }), {
      timeoutMs: 100,
    })
    await assert.rejects(waiting, (error) => dispositionOf(error) === 'retry')
    release.resolve()
    await holder
    await db.transaction((tx) => tx.query({ text: 'insert into held values (2)' }), { timeoutMs: 10_000 })
    assert.deepEqual(
      (await db.query({ text: 'select n from held' })).rows.map((row) => row.n),
      [2],
    )
  })

  it('names a connection that the server ended in mid-transaction as an error to retry', async () => {
    const db = await openServer(await postgres.createDatabase('ended'), () => {})
    open.push(db)
    const cut = db.transaction(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
      await db.query({ text: 'select pg_terminate_backend($1)', values: [rows[0]?.pid ?? 0] })
      await tx.query({ text: 'select 1' })
    })
    await assert.rejects(cut, (error) => dispositionOf(error) === 'retry')
    assert.equal((await db.query({ text: 'select 1 as one' })).rows.length, 1)
  })
})

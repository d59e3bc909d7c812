import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { AUDIT_START, type AuditRow, auditHash, listAudit, verifyAudit } from '../../store/audit.ts'
import { Audit, type NewAuditEntry } from '../../store/audit-writer.ts'
import type { Db } from '../../store/db.ts'
import { openServer } from '../../store/drivers/server.ts'
import { GatedDb } from '../../store/gated-db.ts'
import { migrate, readMigrations } from '../../store/migrate.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { silent } from '../support/silent-log.ts'

const entry = (action: string, more: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  actor: 'token:t1',
  actorName: 'the office',
  role: 'admin',
  action,
  targets: ['wm-1'],
  address: '127.0.0.1',
  summary: '{}',
  ...more,
})
const EVERYTHING = { since: null, actor: null, action: null, target: null, before: null, limit: 1000 }
const rowsOf = (db: Db): Promise<AuditRow[]> => listAudit(db, EVERYTHING)

/** As a database administrator could, with the triggers off. */
const tamper = (db: Db, sql: string) =>
  db.exec(`alter table audit disable trigger all; ${sql}; alter table audit enable trigger all`)

describe('the audit log', () => {
  it('is a chain from its first row, whose head anybody can compute', async () => {
    const { db } = await embeddedStore()
    assert.deepEqual(await verifyAudit(db), { intact: true, count: 0, head: AUDIT_START })
    const audit = new Audit(db, silent)
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((action) => audit.record(entry(action)))), [
      true,
      true,
      true,
    ])
    const rows = (await rowsOf(db)).reverse()
    assert.deepEqual(
      rows.map(({ id, action }) => [id, action]),
      [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ],
    )
    let head = AUDIT_START
    for (const row of rows) {
      assert.equal(row.prevHash, head)
      head = auditHash(head, row)
    }
    assert.deepEqual(await verifyAudit(db), { intact: true, count: 3, head })
  })

  it('refuses to change, to delete and to be emptied', async () => {
    const { db } = await embeddedStore()
    await new Audit(db, silent).record(entry('a'))
    for (const sql of ["update audit set actor = 'x'", 'delete from audit', 'truncate audit'])
      await assert.rejects(db.exec(sql), /append-only/)
    assert.equal((await rowsOf(db)).length, 1)
  })

  it('shows the first row that was changed, taken out or put in behind its back', async () => {
    const { db } = await embeddedStore()
    const audit = new Audit(db, silent)
    for (let i = 0; i < 5; i++) await audit.record(entry(`a${i}`))
    await tamper(db, "update audit set actor = 'token:other' where id = 3")
    assert.deepEqual(await verifyAudit(db), {
      intact: false,
      brokenAt: 3,
      reason: 'the row is not what was sealed',
    })
    await tamper(db, 'delete from audit where id = 3')
    assert.deepEqual(await verifyAudit(db), { intact: false, brokenAt: 3, reason: 'the row is missing' })
    await tamper(db, 'update audit set id = id - 1 where id > 3')
    assert.deepEqual(await verifyAudit(db), {
      intact: false,
      brokenAt: 3,
      reason: 'it does not follow the row before it',
    })
  })

  it('is followed over more rows than one page of it', async () => {
    const { db } = await embeddedStore()
    const audit = new Audit(db, silent)
    const written = await Promise.all(Array.from({ length: 1500 }, (_, i) => audit.record(entry(`a${i}`))))
    assert.ok(written.every(Boolean))
    const verdict = await verifyAudit(db)
    assert.deepEqual(verdict.intact && verdict.count, 1500)
    await tamper(db, 'update audit set summary = \'{"a":1}\' where id = 1400')
    const broken = await verifyAudit(db)
    assert.equal(!broken.intact && broken.brokenAt, 1400)
  })

  it('takes any text, and what is stored is what was sealed', async () => {
    const { db } = await embeddedStore()
    const audit = new Audit(db, silent)
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.array(text, { maxLength: 4 }),
        fc.json(),
        async (name, action, targets, summary) => {
          assert.equal(await audit.record(entry(action, { actorName: name, targets, summary })), true)
        },
      ),
      { numRuns: 50 },
    )
    assert.equal(await audit.record(entry('half \ud800 and \0', { targets: ['\0', '"{}'] })), true)
    assert.equal((await verifyAudit(db)).intact, true)
  })

  it('says that a record is not written, and writes it when the database is back', async () => {
    const { db } = await embeddedStore()
    const gated = new GatedDb(db)
    const audit = new Audit(gated, silent)
    assert.equal(await audit.record(entry('while it was away')), false)
    gated.open()
    assert.equal(await audit.record(entry('after')), true)
    assert.deepEqual(
      (await rowsOf(db)).map(({ action }) => action),
      ['after', 'while it was away'],
    )
    await audit.close(1000)
  })

  it('goes on without a record that the database does not take, and puts that in the log', async () => {
    const { db } = await embeddedStore()
    const logged: object[] = []
    const audit = new Audit(db, { ...silent, error: (fields) => void logged.push(fields) })
    const written = await Promise.all([
      audit.record(entry('a')),
      audit.record(entry('too long', { summary: 'x'.repeat(9000) })),
      audit.record(entry('b')),
    ])
    assert.deepEqual(written, [true, false, true])
    assert.match(JSON.stringify(logged), /too long/)
    const verdict = await verifyAudit(db)
    assert.deepEqual(verdict.intact && verdict.count, 2)
  })
})

describe.skipIf(postgresBin() === null)('on a server', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  it('is one chain, however many processes write', async () => {
    const url = await postgres.createDatabase('audit')
    const dbs = await Promise.all([openServer(url, () => {}), openServer(url, () => {})])
    await migrate(dbs[0] as Db, await readMigrations('plain'))
    const writers = dbs.map((db) => new Audit(db, silent))
    const written: boolean[] = []
    for (let round = 0; round < 20; round++)
      written.push(
        ...(await Promise.all(writers.map((audit, n) => audit.record(entry(`writer ${n} round ${round}`))))),
      )
    assert.deepEqual(new Set(written), new Set([true]))
    const verdict = await verifyAudit(dbs[0] as Db)
    assert.deepEqual(verdict.intact && verdict.count, 40)
    await Promise.all(dbs.map((db) => db.close()))
  })
})

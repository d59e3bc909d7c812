import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome } from '../../core/message.ts'
import type { Db } from '../../store/db.ts'
import { openStore } from '../../store/store.ts'
import { addDevice } from '../support/data-folder.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { silent } from '../support/silent-log.ts'
import { messageOf, pipelineOn } from './pipeline-under-test.ts'

const MESSAGES = 64
const POISON = 666

/** The same database, with its transactions counted. */
function counting(db: Db): { db: Db; transactions: () => number } {
  let count = 0
  const counted: Db = {
    kind: db.kind,
    query: (statement) => db.query(statement),
    exec: (sql) => db.exec(sql),
    copy: (target, bytes) => db.copy(target, bytes),
    transaction(work, options) {
      count++
      return db.transaction(work, options)
    },
    close: () => db.close(),
  }
  return { db: counted, transactions: () => count }
}

describe.skipIf(postgresBin() === null)('a row that the database refuses', () => {
  let postgres: Postgres
  let db: Db
  beforeAll(async () => {
    postgres = await startPostgres()
    const databaseUrl = await postgres.createDatabase('poisoned')
    db = (await openStore({ databaseUrl, dataDir: '.', plain: true }, silent, () => {})).db
    // A rule of the operator's own, as a trigger has it: RAISE without a code is P0001.
    await db.exec(`
      create function no_poison() returns trigger language plpgsql as $$
        begin if new.value = ${POISON} then raise 'poison'; end if; return new; end $$;
      create trigger no_poison before insert on observation for each row execute function no_poison()`)
  })
  afterAll(async () => {
    await db?.close()
    await postgres.stop()
  })

  /** A batch of messages of one value each; gives their outcomes in the order in which they were sent. */
  async function ingestBatch(device: string, values: readonly number[]) {
    await addDevice(db, device)
    const counted = counting(db)
    const { pipeline, sum } = await pipelineOn(counted.db, { rowsMax: values.length, ageMsMax: 60_000 })
    const now = Date.now()
    const messages = values.map((value, i) =>
      messageOf(
        device,
        Buffer.from(JSON.stringify({ time: now - i, values: { 'water-volume': value } })),
        now * 1000,
      ),
    )
    const outcomes = await Promise.all(messages.map((message) => pipeline.ingest(message)))
    return { outcomes, messages, sum, transactions: counted.transactions() }
  }

  const STORED: Outcome = { stored: 1, duplicate: 0, rejections: [] }
  const REFUSED: Outcome = {
    stored: 0,
    duplicate: 0,
    rejections: [{ path: '/values/water-volume', code: 'refused_by_database', detail: 'SQLSTATE P0001' }],
  }

  const poisonAt = (...places: readonly number[]) =>
    Array.from({ length: MESSAGES }, (_, i) => (places.includes(i) ? POISON : i))

  it.each([0, 31, 63])(
    'becomes a rejection with its bytes, wherever it stands (%i); all others are stored',
    async (place) => {
      const device = `one-${place}`
      const { outcomes, messages, sum, transactions } = await ingestBatch(device, poisonAt(place))
      expect(outcomes).toEqual(messages.map((_, i) => (i === place ? REFUSED : STORED)))
      const { rows } = await db.query({
        text: `select payload, code from rejection where device_id = $1`,
        values: [device],
      })
      expect(rows.map((row) => ({ ...row }))).toEqual([
        { payload: messages[place]?.payload, code: 'refused_by_database' },
      ])
      const stored = await db.query({
        text: `select count(*) as n from observation o join series s on s.id = o.series_id where s.device_id = $1`,
        values: [device],
      })
      expect(stored.rows[0]?.n).toBe(MESSAGES - 1)
      expect(sum()).toEqual({ received: MESSAGES, stored: MESSAGES - 1, duplicate: 0, rejected: 1 })
      // Series, the batch, two halves at each level, the record of the refusal.
      expect(transactions).toBeLessThanOrEqual(3 + 2 * Math.log2(MESSAGES))
    },
  )

  it('among many such rows takes none of the good ones with it', async () => {
    const places = [0, 1, 2, 17, 40, 62, 63]
    const { outcomes, sum } = await ingestBatch('many', poisonAt(...places))
    expect(outcomes).toEqual(outcomes.map((_, i) => (places.includes(i) ? REFUSED : STORED)))
    expect(sum()).toMatchObject({ stored: MESSAGES - places.length, rejected: places.length })
  })
})

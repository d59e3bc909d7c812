import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addDays, DAY_US, localDayStart } from '../../core/time.ts'
import { insertActivity } from '../../store/activity.ts'
import type { Db } from '../../store/db.ts'
import { type HeardDay, putPastActivity } from '../../store/past-activity.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

const days: fc.Arbitrary<HeardDay[]> = fc.array(
  fc
    .record({ device: fc.constantFrom('a', 'b', 'c'), day: fc.nat(400), afterUs: fc.nat(4 * DAY_US) })
    .map(({ device, day, afterUs }) => {
      const date = addDays('2024-01-01', day)
      return { device, date, receivedAt: localDayStart(date) + afterUs }
    }),
  { maxLength: 40 },
)

const rows = async (db: Db) => ({
  days: (await db.query({ text: 'select * from activity_day order by 1, 2' })).rows,
  years: (await db.query({ text: 'select device_id, year, days, late from activity_year order by 1, 2' }))
    .rows,
  heard: (await db.query({ text: 'select * from heard_day order by 1' })).rows,
})

const clear = (db: Db) => db.exec('truncate activity_day; truncate activity_year; truncate heard_day')

describe('activity that is brought in', () => {
  let db: Db
  beforeAll(async () => {
    const store = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
    ;({ db } = await openStore(store, silent, () => {}))
  })
  afterAll(() => db.close())
  beforeEach(() => clear(db))

  it('is what the same messages would have left, in whatever order, and again', async () => {
    await fc.assert(
      fc.asyncProperty(days, days, async (first, second) => {
        await clear(db)
        for (const part of [first, second, second]) await putPastActivity(db, part, false, async () => {})
        const brought = await rows(db)
        await clear(db)
        const live = [...second, ...first].map(({ date, ...day }) => ({ ...day, localDate: date }))
        if (live.length > 0) await insertActivity(db, live)
        assert.deepEqual(brought, await rows(db))
      }),
      { numRuns: 8 },
    )
  })

  it('is made whole by the same file after it was broken off', async () => {
    const file = Array.from({ length: 1000 }, (_, n) => ({
      ...{ device: `d${String(n % 10)}`, date: addDays('2024-01-01', Math.floor(n / 10)) },
      receivedAt: n,
    }))
    const broken = putPastActivity(db, file, false, async (taken) => {
      if (taken > 300) throw new Error('the power is gone')
    })
    await expect(broken).rejects.toThrow('the power is gone')
    const left = (await rows(db)).days.length
    assert.ok(left > 0 && left < 1000)
    const dry = await putPastActivity(db, file, true, async () => {})
    assert.deepEqual(dry, { fresh: 1000 - left, known: left, earlier: 0 })
    await putPastActivity(db, file, false, async () => {})
    assert.equal((await rows(db)).days.length, 1000)
  })

  it('goes into compressed chunks and out of them', async () => {
    const month = (device: string, receivedAt: number) =>
      Array.from({ length: 30 }, (_, n) => ({ device, date: addDays('2024-01-01', n), receivedAt }))
    await putPastActivity(db, [...month('a', 100), ...month('c', 100)], false, async () => {})
    await db.exec(`select compress_chunk(c) from show_chunks('activity_day') c`)
    const counts = await putPastActivity(
      db,
      [...month('a', 100), ...month('b', 100), ...month('c', 50)],
      false,
      async () => {},
    )
    assert.deepEqual(counts, { fresh: 30, known: 30, earlier: 30 })
    const { rows } = await db.query<{ device: string; days: number; at: number }>({
      text: 'select device_id as device, count(*) as days, min(first_received_at) as at from activity_day group by 1 order by 1',
    })
    assert.deepEqual(
      rows.map(({ device, days, at }) => [device, days, at]),
      [
        ['a', 30, 100],
        ['b', 30, 100],
        ['c', 30, 50],
      ],
    )
  })
})

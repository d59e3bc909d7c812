import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Db } from '../../store/db.ts'
import { refreshLateRollups } from '../../store/late-rollups.ts'
import { compressNextChunk } from '../../store/maintenance.ts'
import { listMaterialisations } from '../../store/materialisations.ts'
import { insertFast } from '../../store/observations.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { meter, put } from '../support/series.ts'

const DAY_US = 86_400_000_000
const MINUTE_US = 60_000_000
const NOON = Math.floor((Date.now() * 1000) / DAY_US) * DAY_US + DAY_US / 2

const compressAll = (db: Db) => db.exec("select compress_chunk(c) from show_chunks('observation') c")

/** Takes every note away, as upkeep does. */
async function settle(db: Db): Promise<void> {
  await db.exec('delete from rollup_refresh')
}

async function statusOf(db: Db): Promise<number[]> {
  const { rows } = await db.query<{ status: number }>({
    text: `select status from _timescaledb_catalog.chunk
           where hypertable_id = (select id from _timescaledb_catalog.hypertable where table_name = 'observation') order by id`,
  })
  return rows.map(({ status }) => status)
}

describe('readings into compressed chunks', () => {
  // Three days, few times and few values, so that repeats and conflicts are the rule.
  const reading = fc.record({
    meter: fc.nat(2),
    time: fc.tuple(fc.nat(2), fc.nat(7)).map(([day, slot]) => NOON - (40 + day) * DAY_US + slot * MINUTE_US),
    value: fc.nat(1),
  })
  const step = fc.record({
    rows: fc.array(reading, { minLength: 1, maxLength: 12 }),
    thenCompress: fc.boolean(),
  })

  it('are stored once with the right verdict, in whatever order and however often they come', async () => {
    const { db } = await embeddedStore()
    const meters = [await meter(db, 'wm-1'), await meter(db, 'wm-2'), await meter(db, 'wm-3')]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        await db.exec('truncate observation, rollup_refresh')
        const model = new Map<string, number>()
        for (const { rows, thenCompress } of steps) {
          const batch = rows.flatMap(({ meter: i, time, value }) => meters[i]?.(time, value) ?? [])
          const expected = batch.map(({ seriesId, time, value }) => {
            const key = `${seriesId} ${time}`
            const known = model.get(key)
            if (known === undefined) model.set(key, value ?? 0)
            return known === undefined ? 'stored' : known === value ? 'duplicate' : 'conflict'
          })
          assert.deepEqual(await put(db, batch), expected)
          if (thenCompress) await compressAll(db)
        }
        const held = async () => {
          const { rows } = await db.query<{ key: string; value: number }>({
            text: `select series_id || ' ' || (extract(epoch from time) * 1000000)::bigint as key, value from observation order by 1`,
          })
          return rows.map(({ key, value }) => [key, value])
        }
        const wanted = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1))
        assert.deepEqual(new Map((await held()) as [string, number][]), new Map(wanted as [string, number][]))
        assert.equal((await held()).length, model.size)
        await compressAll(db)
        assert.equal((await held()).length, model.size)
      }),
      { numRuns: 8 },
    )
  })

  it('give the same table in any order of the same batches', async () => {
    const { db } = await embeddedStore()
    const row = await meter(db, 'wm-1')
    const batches = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 20 }, (_, j) =>
        row(NOON - (40 + (j % 3)) * DAY_US + ((i * 7 + j) % 40) * MINUTE_US, j % 3),
      ),
    )
    // One value for each time, so that who comes first does not matter.
    const agreed = batches.map((batch) => batch.map((one) => ({ ...one, value: one.time % 7 })))
    const dump = async () => {
      const { rows } = await db.query({ text: 'select time, value from observation order by time' })
      return rows.map((one) => ({ ...one }))
    }
    let first: object[] | null = null
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...agreed.keys(), ...agreed.keys()], { minLength: 12 }),
        fc.nat(11),
        async (order, compressAt) => {
          await db.exec('truncate observation, rollup_refresh')
          for (const [i, at] of order.entries()) {
            await put(db, agreed[at] ?? [])
            if (i === compressAt) await compressAll(db)
          }
          first ??= await dump()
          assert.deepEqual(await dump(), first)
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('compression', () => {
  it('takes one chunk a call, the oldest first, none within the lateness window, and mends what got late readings', async () => {
    const { db } = await embeddedStore()
    const row = await meter(db, 'wm-1')
    await insertFast(
      db,
      [40, 39, 29, 0].map((days) => row(NOON - days * DAY_US, days)),
    )
    assert.deepEqual(await statusOf(db), [0, 0, 0, 0])
    const [first, second, none] = [
      await compressNextChunk(db, 30),
      await compressNextChunk(db, 30),
      await compressNextChunk(db, 30),
    ]
    assert.ok(first && second && first !== second)
    assert.equal(none, null)
    assert.deepEqual(await statusOf(db), [1, 1, 0, 0])
    await put(db, [row(NOON - 39 * DAY_US + 1, 7)])
    assert.deepEqual(await statusOf(db), [1, 9, 0, 0])
    // More of it may be on its way: not while its rollups are to be computed again.
    assert.equal(await compressNextChunk(db, 30), null)
    await settle(db)
    assert.equal(await compressNextChunk(db, 30), second)
    assert.deepEqual(await statusOf(db), [1, 1, 0, 0])
  })

  it('leaves the rollups of late readings right that are computed from compressed chunks', async () => {
    const { db } = await embeddedStore()
    const row = await meter(db, 'wm-1')
    const day = NOON - 40 * DAY_US
    await insertFast(db, [
      row(day, 1),
      row(day + MINUTE_US, 2),
      row(NOON - DAY_US, 1),
      row(NOON - 3 * DAY_US, 2),
    ])
    for (const view of ['observation_1m', 'observation_1h', 'observation_1d'])
      await db.exec(`call refresh_continuous_aggregate('${view}', null, now())`)
    await compressAll(db)
    await put(db, [row(day + 2 * MINUTE_US, 6)])
    const materialisations = await listMaterialisations(db)
    assert.equal(await refreshLateRollups(db, materialisations, { lateDays: 30, notesMax: 9 }), 1)
    const counts = await db.query<{ raw: number; rolled: number; average: number }>({
      text: `select (select count(*) from observation where time >= from_us($1) and time < from_us($2)) as raw, count as rolled, avg as average
             from observation_1d where time >= from_us($3) and time < from_us($2)`,
      values: [day - DAY_US, day + DAY_US, day - DAY_US],
    })
    assert.deepEqual({ ...counts.rows[0] }, { raw: 3, rolled: 3, average: 3 })
  })
})

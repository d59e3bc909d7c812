import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { buckets } from '../../store/buckets.ts'
import type { Db } from '../../store/db.ts'
import { refreshLateRollups } from '../../store/late-rollups.ts'
import { advanceRollup } from '../../store/maintenance.ts'
import { listMaterialisations } from '../../store/materialisations.ts'
import { insertFast, type ObservationRow } from '../../store/observations.ts'
import { bucketOf, ROLLUPS } from '../../store/rollups.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot, embeddedStore } from '../support/data-folder.ts'
import { freshRollup, viewedRollup } from '../support/fresh-rollups.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { meter, put } from '../support/series.ts'
import { silent } from '../support/silent-log.ts'

const MINUTE_US = 60_000_000
const HOUR_US = 60 * MINUTE_US
const DAY_US = 24 * HOUR_US
const LATE_DAYS = 30
const RESOLUTIONS = ['1m', '1h', '1d'] as const

const now = () => Date.now() * 1000

async function advanceAll(db: Db): Promise<void> {
  for (const one of await listMaterialisations(db)) await advanceRollup(db, one, LATE_DAYS, () => false)
}

/** Until nothing is noted any more; in the smallest slices, so that each way through them is taken. */
async function refreshAll(db: Db, notesMax = 2): Promise<number> {
  const materialisations = await listMaterialisations(db)
  let notes = 0
  for (;;) {
    const count = await refreshLateRollups(db, materialisations, { lateDays: LATE_DAYS, notesMax })
    assert.ok(count !== null)
    if (count === 0) return notes
    notes += count
  }
}

async function notedDays(db: Db): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: 'select count(*) as count from rollup_refresh',
  })
  return rows[0]?.count ?? 0
}

/** All buckets of an entity as the API reads them, page by page. */
async function pages(db: Db, entity: string, resolution: (typeof RESOLUTIONS)[number], limit: number) {
  const found = []
  for (let after = null; ; ) {
    const window = {
      entity,
      quantity: 'water-flow',
      channel: '',
      from: 0,
      to: now() + DAY_US,
      limit,
      after,
    } as const
    const page: Awaited<ReturnType<typeof buckets>> = await buckets(db, resolution, window)
    found.push(...page.map((bucket) => ({ ...bucket })))
    const last = page.at(-1)
    if (!last || page.length < limit) return found
    after = { time: last.time, seriesId: 0 }
  }
}

async function assertApiIsFresh(db: Db, seriesIds: Readonly<Record<string, number>>, limit = 10_000) {
  for (const resolution of RESOLUTIONS) {
    const fresh = (await freshRollup(db, resolution)) as { series_id: number }[]
    for (const [entity, seriesId] of Object.entries(seriesIds))
      assert.deepEqual(
        await pages(db, entity, resolution, limit),
        fresh.filter((row) => row.series_id === seriesId).map(({ series_id: _, ...bucket }) => bucket),
        `${entity} ${resolution}`,
      )
  }
}

async function assertViewsAreFresh(db: Db) {
  for (const resolution of RESOLUTIONS)
    assert.deepEqual(await viewedRollup(db, resolution), await freshRollup(db, resolution), resolution)
}

let meters = 0

/** Two new meters with readings now and then up to a year ago, all of it rolled up. */
async function rolledUpYear(db: Db) {
  const [idOne, idTwo] = [`wm-${++meters}`, `wm-${++meters}`]
  const [one, two] = [await meter(db, idOne), await meter(db, idTwo)]
  const start = now()
  const ages = [365, 364.5, 40, 39.9, 5, 4.6, 2.5, 2, 1.4, 0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0]
  const rows = ages.flatMap((days, i) =>
    [one, two].flatMap((row) => [
      row(start - days * DAY_US, 10 + i),
      row(start - days * DAY_US - 90_000_000, i / 2),
    ]),
  )
  await put(db, rows)
  await advanceAll(db)
  await refreshAll(db)
  return { one, two, start, series: { [idOne]: one(0, 0).seriesId, [idTwo]: two(0, 0).seriesId } }
}

type Row = (time: number, value: number) => ObservationRow

/** Readings that are late by these times, each with a value that changes minimum, maximum, first and last by turns. */
const late = (row: Row, start: number, agesUs: readonly number[]) =>
  agesUs.flatMap((age, i) => [row(start - age - 1, -100 - i), row(start - age + 1_000_000, 1000 + i)])

const LATENESS = {
  minutes: [11, 12, 30].map((n) => n * MINUTE_US),
  hours: [1, 2.2, 3, 23].map((n) => n * HOUR_US),
  days: [1.2, 2, 5, 29].map((n) => n * DAY_US),
  'longer than the lateness window': [31, 40, 100, 365].map((n) => n * DAY_US),
}

describe('rollups of late readings', () => {
  let db: Db
  beforeAll(async () => {
    const where = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
    db = (await openStore(where, silent, () => {})).db
  })
  afterAll(() => db.close())

  it.each(Object.entries(LATENESS))(
    'that are late by %s equal a fresh GROUP BY at once through the API, and in the views once refreshed',
    async (_, ages) => {
      const { one, start, series } = await rolledUpYear(db)
      await assertViewsAreFresh(db)
      await put(db, late(one, start, ages))
      await assertApiIsFresh(db, series)
      // Otherwise this would show nothing: below the watermark the views do lag.
      assert.notDeepEqual(await viewedRollup(db, '1m'), await freshRollup(db, '1m'))
      assert.ok((await refreshAll(db)) > 0)
      await assertViewsAreFresh(db)
      await assertApiIsFresh(db, series)
      await advanceAll(db)
      await assertViewsAreFresh(db)
    },
  )

  it('equal it page by page, wherever a page ends', async () => {
    const { one, two, start, series } = await rolledUpYear(db)
    await put(db, late(one, start, Object.values(LATENESS).flat()))
    await put(db, late(two, start, LATENESS.days))
    await assertApiIsFresh(db, series, 3)
    await assertApiIsFresh(db, series, 1)
  })

  it('fall on the right side of midnight in the province, 17:00Z', async () => {
    const { one, start } = await rolledUpYear(db)
    const [, , days] = ROLLUPS
    assert.ok(days)
    const midnight = bucketOf(start - 3 * DAY_US, days)
    await put(db, [one(midnight - 1, 7), one(midnight, 8)])
    await refreshAll(db)
    const { rows } = await db.query<{ time: number; first: number; last: number }>({
      text: 'select * from observation_1d where series_id = $1',
      values: [one(0, 0).seriesId],
    })
    assert.equal(new Date(midnight / 1000).toISOString().slice(11), '17:00:00.000Z')
    assert.equal(rows.find(({ time, last }) => time === midnight - DAY_US && last === 7)?.last, 7)
    assert.equal(rows.find(({ time, first }) => time === midnight && first === 8)?.first, 8)
    await assertViewsAreFresh(db)
  })

  it('count text values too, which have no average', async () => {
    const { one, start, series } = await rolledUpYear(db)
    const text = (age: number) => ({ ...one(start - age, 0), value: null, label: 'open' })
    await put(db, [text(2 * HOUR_US), text(5 * DAY_US + 1), text(50 * DAY_US)])
    await assertApiIsFresh(db, series)
    await refreshAll(db)
    await assertViewsAreFresh(db)
  })

  it('are noted once for a series and day, however many batches bring them, and not at all for what is live', async () => {
    const { one, start } = await rolledUpYear(db)
    const day = start - 3 * DAY_US - (start % DAY_US)
    for (let i = 0; i < 20; i++) await put(db, [one(day + i * MINUTE_US, i)])
    assert.equal(await notedDays(db), 1)
    await put(db, [one(now() + 1, 1), one(now() - 3 * MINUTE_US, 1)])
    await put(db, [one(day, 0), one(day + MINUTE_US, 5)])
    assert.equal(await notedDays(db), 1)
  })
})

describe('the watermark of a rollup', () => {
  it('leaves noted what lies above it and the ordinary refresh would not reach, until it is past that', async () => {
    const { db } = await embeddedStore()
    const row = await meter(db, 'wm-1')
    const series = { 'wm-1': row(0, 0).seriesId }
    const start = now()
    await put(db, late(row, start, [200 * DAY_US, 100 * DAY_US]))
    assert.equal(await refreshAll(db), 0)
    await assertViewsAreFresh(db)
    await insertFast(db, [row(start - 3 * DAY_US, 5), row(start - 2 * DAY_US, 5), row(start, 6)])
    await advanceAll(db)
    await assertApiIsFresh(db, series)
    assert.ok((await refreshAll(db)) > 0)
    await assertViewsAreFresh(db)
    assert.equal(await notedDays(db), 0)
  })

  it('leaves nothing out when it moves over a long silence', async () => {
    const { db } = await embeddedStore()
    const row = await meter(db, 'wm-1')
    await insertFast(db, [row(now() - 20 * DAY_US, 5), row(now() - 18 * DAY_US, 5)])
    await advanceAll(db)
    await insertFast(db, [row(now() - 9 * DAY_US, 5), row(now() - 3 * DAY_US, 5), row(now(), 5)])
    await advanceAll(db)
    await assertViewsAreFresh(db)
  })
})

describe.skipIf(postgresBin() === null)('rollups on plain PostgreSQL', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  it('equal a fresh GROUP BY whatever is late, and note nothing', async () => {
    const databaseUrl = await postgres.createDatabase('late')
    const { db } = await openStore({ databaseUrl, dataDir: '.', plain: true }, silent, () => {})
    try {
      const row = await meter(db, 'wm-1')
      await put(db, late(row, now(), Object.values(LATENESS).flat()))
      await assertViewsAreFresh(db)
      await assertApiIsFresh(db, { 'wm-1': row(0, 0).seriesId })
      assert.equal(await notedDays(db), 0)
    } finally {
      await db.close()
    }
  })
})

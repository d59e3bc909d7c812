import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { buckets } from '../../store/buckets.ts'
import { insertChecked, insertFast, type ObservationRow } from '../../store/observations.ts'
import { SeriesIndex } from '../../store/series.ts'
import { lastObservations } from '../../store/twin-state.ts'
import { addDevice, embeddedStore } from '../support/data-folder.ts'

const HOUR_US = 3_600_000_000
const DAY_US = 24 * HOUR_US
const NOW = Date.parse('2026-11-20T10:00:00Z') * 1000

async function storeWithSeries() {
  const { db } = await embeddedStore()
  await addDevice(db, 'wm-1')
  const key = { device: 'wm-1', entity: 'wm-1', quantity: 'water-flow', channel: '', unit: 'm3/h' }
  const series = new SeriesIndex(db)
  await series.resolve([key])
  const seriesId = series.find(key) ?? 0
  const row = (time: number, value: number): ObservationRow => ({
    seriesId,
    time,
    value,
    label: null,
    quality: 'good',
    receivedAt: NOW,
  })
  return { db, seriesId, row }
}

describe('storing observations', () => {
  it('tells new, same and conflicting ones apart, within a batch and against the table', async () => {
    const { db, row } = await storeWithSeries()
    assert.equal(await insertFast(db, [row(NOW, 1), row(NOW + 1, 2)]), true)
    const verdicts = await insertChecked(db, [
      row(NOW, 1),
      row(NOW + 1, 3),
      row(NOW + 2, 4),
      row(NOW + 2, 4),
      row(NOW + 2, 5),
    ])
    assert.deepEqual(verdicts, ['duplicate', 'conflict', 'stored', 'duplicate', 'conflict'])
    const { rows } = await db.query<{ value: number }>({
      text: 'select value from observation order by time',
    })
    assert.deepEqual(
      rows.map(({ value }) => value),
      [1, 2, 4],
    )
  })

  it('keeps the sum of verdicts equal to what was sent into compressed chunks', async () => {
    const { db, row } = await storeWithSeries()
    const old = Array.from({ length: 50 }, (_, i) => row(NOW - 40 * DAY_US + i * 60_000_000, i))
    assert.equal(await insertFast(db, old), true)
    await db.exec("select compress_chunk(c) from show_chunks('observation') c")
    const again = [
      ...old.slice(0, 10),
      row(NOW - 40 * DAY_US + 30_000_000, 7),
      { ...row(NOW - 40 * DAY_US, 99) },
    ]
    const verdicts = await insertChecked(db, again)
    assert.deepEqual([...new Set(verdicts.slice(0, 10))], ['duplicate'])
    assert.deepEqual(verdicts.slice(10), ['stored', 'conflict'])
    const { rows } = await db.query<{ count: number }>({ text: 'select count(*) as count from observation' })
    assert.equal(rows[0]?.count, 51)
  })

  it('gives the newest observation of every series', async () => {
    const { db, row } = await storeWithSeries()
    await insertFast(db, [row(NOW - 10 * DAY_US, 1), row(NOW, 2), row(NOW - DAY_US, 3)])
    const found = []
    for await (const page of lastObservations(db)) found.push(...page)
    assert.deepEqual(
      found.map(({ entity, quantity, value }) => ({ entity, quantity, value })),
      [{ entity: 'wm-1', quantity: 'water-flow', value: 2 }],
    )
  })
})

describe('rollups', () => {
  it('begin their days at 17:00Z, midnight in the province, and count each raw row once', async () => {
    const { db, row } = await storeWithSeries()
    const midnight = Date.parse('2026-11-18T17:00:00Z') * 1000
    await insertFast(db, [
      row(midnight - 1, 1),
      row(midnight, 2),
      row(midnight + DAY_US - 1, 4),
      row(midnight + DAY_US, 8),
    ])
    const days = await buckets(db, '1d', {
      entity: 'wm-1',
      quantity: 'water-flow',
      channel: '',
      from: 0,
      to: NOW + 9 * DAY_US,
      limit: 10,
      after: null,
    })
    assert.deepEqual(
      days.map(({ time, count, avg, min, max, first, last }) => ({
        time,
        count,
        avg,
        min,
        max,
        first,
        last,
      })),
      [
        { time: midnight - DAY_US, count: 1, avg: 1, min: 1, max: 1, first: 1, last: 1 },
        { time: midnight, count: 2, avg: 3, min: 2, max: 4, first: 2, last: 4 },
        { time: midnight + DAY_US, count: 1, avg: 8, min: 8, max: 8, first: 8, last: 8 },
      ],
    )
  })
})

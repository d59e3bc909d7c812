import assert from 'node:assert/strict'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { buckets } from '../../store/buckets.ts'
import { setPolicies } from '../../store/maintenance.ts'
import { insertChecked, insertFast, type ObservationRow } from '../../store/observations.ts'
import { SeriesIndex } from '../../store/series.ts'
import { openStore, type Store } from '../../store/store.ts'
import { addDevice } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

/** A TimescaleDB server on which databases may be made: postgres://user:password@host:port/postgres. */
const SERVER = process.env.TEST_TIMESCALE_URL ?? ''
const NAME = `plumbline_test_${process.pid}`

describe.skipIf(SERVER === '')('the store on a TimescaleDB server', () => {
  let store: Store

  async function onServer(sql: string): Promise<void> {
    const client = new pg.Client(SERVER)
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }

  beforeAll(async () => {
    await onServer(`create database ${NAME}`)
    const url = new URL(SERVER)
    url.pathname = `/${NAME}`
    store = await openStore({ databaseUrl: url.href, dataDir: '.', plain: false }, silent, () => {})
  })
  afterAll(async () => {
    await store?.db.close()
    await onServer(`drop database if exists ${NAME} with (force)`)
  })

  it('migrates, sets its policies, stores, tells duplicates apart and rolls up', async () => {
    const { db } = store
    await setPolicies(db, { retentionDays: 1100, lateDays: 30 })
    await addDevice(db, 'wm-1')
    const key = { device: 'wm-1', entity: 'wm-1', quantity: 'water-flow', channel: '', unit: 'm3/h' }
    const series = new SeriesIndex(db)
    await series.resolve([key])
    const seriesId = series.find(key)
    const now = Date.now() * 1000
    const row = (time: number, value: number): ObservationRow => ({
      seriesId: seriesId ?? 0,
      time,
      value,
      label: null,
      quality: 'good',
      receivedAt: now,
    })
    assert.equal(await insertFast(db, [row(now, 1), row(now - 1, 3)]), true)
    assert.deepEqual(await insertChecked(db, [row(now, 1), row(now, 2), row(now + 1, 5)]), [
      'duplicate',
      'conflict',
      'stored',
    ])
    const window = {
      entity: 'wm-1',
      quantity: 'water-flow',
      channel: '',
      from: 0,
      to: now + 1e9,
      limit: 9,
      after: null,
    }
    const days = await buckets(db, '1d', window)
    assert.equal(
      days.reduce((sum, { count }) => sum + count, 0),
      3,
    )
  })
})

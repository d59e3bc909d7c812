import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type Metered, metered } from '../../digital-twin/water-balance/metering.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { SeriesIndex } from '../../store/series.ts'
import { openStore } from '../../store/store.ts'
import { addDevice, copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

const FROM = Date.parse('2026-03-02T00:00:00Z') * 1000
const MINUTE_US = 60_000_000
const WINDOW = { from: FROM, to: FROM + 60 * MINUTE_US }

/** What a device told of an entity every ten minutes of the hour, from one minute to another. */
interface Told {
  readonly device: string
  readonly quantity: 'water-volume' | 'water-flow'
  readonly fromMin: number
  readonly toMin: number
  readonly of: (minute: number) => number
}

const rising = (device: string, fromMin: number, toMin: number, start = 0): Told => ({
  ...{ device, quantity: 'water-volume', fromMin, toMin },
  of: (minute) => start + minute / 10,
})

const CASES: Readonly<Record<string, { told: readonly Told[]; gives: Partial<Metered> }>> = {
  changed: {
    told: [rising('old', 0, 30), rising('new', 40, 60, 500)],
    gives: { volume: 5, coverage: 50 / 60, by: 'water-volume' },
  },
  twice: {
    told: [rising('main', 0, 60), rising('check', 0, 50)],
    gives: { volume: 6, coverage: 1, by: 'water-volume' },
  },
  half: {
    told: [rising('wm', 0, 20), { device: 'wm', quantity: 'water-flow', fromMin: 0, toMin: 60, of: () => 6 }],
    gives: { volume: 6, coverage: 1, by: 'water-flow' },
  },
  nothing: { told: [], gives: { volume: 0, coverage: 0, by: null } },
}

describe('what went through the meters of a zone', () => {
  let db: Db
  beforeAll(async () => {
    const folder = copyOfSnapshot()
    ;({ db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {}))
    for (const [entity, { told }] of Object.entries(CASES)) {
      await addDevice(db, entity)
      for (const one of told) await tell(db, entity, one)
    }
  })
  afterAll(() => db.close())

  const parts = () => ({
    db,
    entity: (id: string): Entity => ({
      ...{ id, type: 'water-meter', area: null, lat: null, lon: null, name: null, attributes: {} },
    }),
    intervalS: () => 300,
  })

  it('is told once, by the devices after one another, or by the fullest of those at once', async () => {
    const ids = Object.keys(CASES)
    const [found = []] = await metered(parts(), ids, [WINDOW])
    for (const [i, id] of ids.entries()) {
      const { volume = -1, coverage = -1, by } = found[i] ?? {}
      const gives: Partial<Metered> = CASES[id]?.gives ?? {}
      assert.ok(Math.abs(volume - (gives.volume ?? 0)) < 1e-9, `${id}: ${volume}`)
      assert.ok(Math.abs(coverage - (gives.coverage ?? 0)) < 1e-9, `${id}: ${coverage}`)
      assert.equal(by, gives.by, id)
    }
  })

  it('is told for each window, however many there are', async () => {
    const hour = (i: number) => ({ from: FROM + i * 30 * MINUTE_US, to: FROM + (i + 1) * 30 * MINUTE_US })
    const windows = Array.from({ length: 900 }, (_, i) => hour(i % 2))
    const all = await metered(parts(), ['twice'], windows)
    assert.equal(all.length, 900)
    for (const [one] of all) assert.ok(one && Math.abs(one.volume - 3) < 1e-9)
  })
})

async function tell(db: Db, entity: string, { device, quantity, fromMin, toMin, of }: Told): Promise<void> {
  const id = `${entity}-${device}`
  await db.query({
    text: `insert into device (id, entity_id, type, role, secret_hash, valid_from, recorded_at)
           values ($1, $2, 'water-meter', 'end-device', '', now(), now()) on conflict (id) do nothing`,
    values: [id, entity],
  })
  const unit = quantity === 'water-volume' ? 'm3' : 'm3/h'
  const key = { device: id, entity, quantity, channel: '', unit }
  const series = new SeriesIndex(db)
  await series.resolve([key])
  for (let minute = fromMin; minute <= toMin; minute += 10)
    await db.query({
      text: 'insert into observation (series_id, time, value, received_at) values ($1, from_us($2), $3, now())',
      values: [series.find(key) ?? 0, FROM + minute * MINUTE_US, of(minute)],
    })
}

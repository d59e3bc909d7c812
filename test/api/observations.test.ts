import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { openStore } from '../../store/store.ts'
import { freshDataFolder } from '../support/data-folder.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { silent } from '../support/silent-log.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WIDTHS = {
  '1m': [60_000, 0],
  '1h': [HOUR_MS, 0],
  '1d': [DAY_MS, 17 * HOUR_MS],
} as const

interface Point {
  readonly time: string
  readonly value: number
}

/** What a rollup of these points is, by the words of the contract. */
function grouped(points: readonly Point[], resolution: keyof typeof WIDTHS) {
  const [width, origin] = WIDTHS[resolution]
  const bins = new Map<number, number[]>()
  for (const { time, value } of points) {
    const bin = Math.floor((Date.parse(time) - origin) / width) * width + origin
    bins.set(bin, [...(bins.get(bin) ?? []), value])
  }
  return [...bins].map(([bin, values]) => ({
    time: new Date(bin).toISOString(),
    avg: values.reduce((sum, value) => sum + value, 0) / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    first: values[0],
    last: values.at(-1),
    count: values.length,
  }))
}

describe('the history of a quantity', () => {
  it('has late readings in every rollup as soon as they are acknowledged', async () => {
    const env = { DATA_DIR: freshDataFolder() }
    const first = await startPlatformProcess(env)
    const secret = await first.addDevice('wm-1')
    const start = Date.now()
    const send = async (platform: typeof first, agesMs: readonly number[]) => {
      const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
      for (const [i, age] of agesMs.entries())
        await publish(client, 'devices/wm-1/readings', {
          time: start - age,
          values: { 'water-flow': 4 + (i % 4) },
        })
      await client.endAsync()
    }
    await send(first, [
      400 * DAY_MS,
      50 * DAY_MS,
      4 * DAY_MS,
      3 * DAY_MS,
      26 * HOUR_MS,
      3 * HOUR_MS,
      1.2e6,
      0,
    ])
    assert.equal(await first.kill('SIGTERM'), 0)
    const { db } = await openStore(
      { databaseUrl: undefined, dataDir: env.DATA_DIR, plain: false },
      silent,
      () => {},
    )
    for (const resolution of Object.keys(WIDTHS))
      await db.exec(`call refresh_continuous_aggregate('observation_${resolution}', null, now())`)
    await db.close()

    const second = await startPlatformProcess(env)
    await send(
      second,
      [1.2e6, 3 * HOUR_MS, 26 * HOUR_MS, 4 * DAY_MS, 50 * DAY_MS, 400 * DAY_MS].flatMap((age) => [
        age - 2000,
        age + 1000,
        age + HOUR_MS,
      ]),
    )
    const history = async <T>(resolution: string) => {
      const from = new Date(start - 500 * DAY_MS).toISOString()
      const to = new Date(start + DAY_MS).toISOString()
      const path = `/entities/wm-1/observations?quantity=water-flow&resolution=${resolution}&from=${from}&to=${to}`
      const { body } = await second.api<{ items: T[] }>('GET', path)
      return body.items
    }
    const raw = await history<Point>('raw')
    assert.equal(raw.length, 26)
    for (const resolution of ['1m', '1h', '1d'] as const)
      assert.deepEqual(await history(resolution), grouped(raw, resolution), resolution)
  })
})

import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { addDays, localDate, localDayStart, microsNow } from '../../core/time.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'

interface Side {
  readonly meters: number
  readonly coverage: number
  readonly measured: number
  readonly volume: number | null
}
interface Balance {
  readonly code?: string
  readonly detail?: string
  readonly from: string
  readonly to: string
  readonly systemInput: Side
  readonly meteredConsumption: Side
  readonly nonRevenueWater: { volume: number; share: number } | null
  readonly nightFlow: { minimum: object | null; legitimateUse: number; leakage: number; useSource: string }
  readonly incomplete: { inlets: { id: string }[]; customers: { id: string; by: string | null }[] }
}

const DAY = addDays(localDate(microsNow()), -1)
const DAY_MS = localDayStart(DAY) / 1000
const HOURS = Array.from({ length: 24 * 4 + 1 }, (_, i) => i / 4)

let platform: PlatformProcess

const balance = (id: string, query = '') =>
  platform.api<Balance>('GET', `/entities/${id}/water-balance${query}`)
const feeds = (from: string, to: string) => platform.api('POST', '/relations', { kind: 'feeds', from, to })

/** Every quarter of an hour, from the beginning of yesterday to its end. */
async function tells(id: string, type: string, of: (hour: number) => object): Promise<void> {
  const secret = await platform.addDevice(id, { type, intervalS: 900 })
  const client = await connectDevice(platform.mqttPort, id, secret)
  const readings = HOURS.map((hour) => ({ time: DAY_MS + hour * 3_600_000, values: of(hour) }))
  await publish(client, `devices/${id}/readings`, readings)
  await client.endAsync()
}

async function makeZone(): Promise<void> {
  await platform.api('POST', '/entities', { id: 'zone', type: 'water-zone' })
  await platform.api('POST', '/entities', { id: 'valve', type: 'valve' })
  await tells('inlet', 'flow-meter', (hour) => ({ 'water-flow': hour >= 1 && hour <= 5 ? 3 : 10 }))
  await tells('c1', 'water-meter', (hour) => ({ 'water-volume': 1000 + (80 * hour) / 24 }))
  await tells('c2', 'water-meter', (hour) => ({ 'water-volume': 50 + (80 * hour) / 24, 'water-flow': 1 }))
  for (const [from, to] of [
    ['inlet', 'valve'],
    ['valve', 'zone'],
    ['zone', 'c1'],
    ['zone', 'c2'],
  ] as const)
    assert.equal((await feeds(from, to)).status, 201)
}

beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

describe('the water balance of a zone', () => {
  it('of yesterday: what went in, what customers drew, what was lost, and the flow at night', async () => {
    await makeZone()
    const { status, body } = await balance('zone')
    assert.equal(status, 200)
    assert.deepEqual([body.from, body.to].map(Date.parse), [DAY_MS, DAY_MS + 86_400_000])
    // 10 m³/h all day, 3 for four hours, and on the way from the one to the other 6.5 for two quarters.
    assert.deepEqual(body.systemInput, { meters: 1, coverage: 1, measured: 210.25, volume: 210.25 })
    assert.deepEqual(body.meteredConsumption, { meters: 2, coverage: 1, measured: 160, volume: 160 })
    assert.deepEqual(body.nonRevenueWater, { volume: 50.25, share: 23.9001 })
    assert.deepEqual(body.nightFlow.minimum, { date: DAY, flow: 3 })
    assert.deepEqual([body.nightFlow.legitimateUse, body.nightFlow.leakage], [0.0034, 2.9966])
    assert.match(body.nightFlow.useSource, /Managing Leakage/)
    assert.deepEqual((await balance('zone', `?date=${DAY}`)).body, body)
  })

  it('of hours is of those alone, without a night, and with what customers use at night as given', async () => {
    const [from, to] = [6, 12].map((hour) => new Date(DAY_MS + hour * 3_600_000).toISOString())
    const { body } = await balance('zone', `?from=${from}&to=${to}&nightUsePerConnection=500`)
    assert.deepEqual([body.systemInput.volume, body.meteredConsumption.volume], [60, 40])
    assert.deepEqual([body.nightFlow.minimum, body.nightFlow.legitimateUse], [null, 1])
  })

  it('is not known once several customers are silent, and says who they are', async () => {
    await platform.addDevice('c3', { type: 'water-meter' })
    await feeds('zone', 'c3')
    const { body } = await balance('zone')
    assert.equal(body.nonRevenueWater, null)
    assert.deepEqual([body.meteredConsumption.measured, body.meteredConsumption.volume], [160, null])
    assert.deepEqual(
      body.incomplete.customers.map(({ id, by }) => [id, by]),
      [['c3', null]],
    )
    // The day before nobody told anything.
    const before = await balance('zone', `?date=${addDays(DAY, -1)}`)
    assert.deepEqual([before.body.systemInput.volume, before.body.systemInput.coverage], [null, 0])
    assert.deepEqual(
      before.body.incomplete.inlets.map(({ id }) => id),
      ['inlet'],
    )
  })

  it('is refused with why for what is no zone, has no inlet, shares one, or is not over', async () => {
    const refused = async (id: string, query = '') => {
      const { status, body } = await balance(id, query)
      return [status, body.code]
    }
    assert.deepEqual(await refused('nobody'), [404, 'entity_not_found'])
    assert.deepEqual(await refused('inlet'), [422, 'not_a_zone'])
    await platform.api('POST', '/entities', { id: 'empty', type: 'water-zone' })
    assert.deepEqual(await refused('empty'), [409, 'zone_without_inlet'])
    await platform.api('POST', '/entities', { id: 'gate', type: 'valve' })
    await feeds('gate', 'empty')
    assert.deepEqual(await refused('empty'), [409, 'inlet_without_meter'])
    assert.deepEqual(await refused('zone', `?date=${addDays(DAY, 5)}`), [422, 'window_not_valid'])
    const now = new Date().toISOString()
    assert.deepEqual(await refused('zone', `?date=${DAY}&from=${now}`), [422, 'window_not_valid'])
    assert.deepEqual(await refused('zone', '?date=2020-01-01'), [410, 'past_retention'])
    const year = new Date(Date.now() - 900 * 86_400_000).toISOString()
    assert.deepEqual(await refused('zone', `?from=${year}`), [422, 'window_too_large'])
    await feeds('inlet', 'empty')
    const { body } = await balance('zone')
    assert.equal(body.code, 'meter_shared')
    assert.match(body.detail ?? '', /inlet measures water of zone and of others/)
  })
})

import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

interface Shown {
  readonly freshness: string
  readonly lastSeen: string | null
  readonly name: string | null
  readonly attributes: Record<string, number>
  readonly derived: Record<string, { value: number; unit: string; label?: string }>
}

let platform: PlatformProcess

beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

const entity = async (id: string) => (await platform.api<Shown>('GET', `/entities/${id}`)).body

async function send(id: string, type: string, values: object): Promise<void> {
  const secret = await platform.addDevice(id, { type })
  const client = await connectDevice(platform.mqttPort, id, secret)
  await publish(client, `devices/${id}/readings`, { values })
  await client.endAsync()
}

describe('what is derived', () => {
  it('follows from a transformer’s readings once somebody says what it is rated for', async () => {
    await send('tf-1', 'transformer', { 'active-power': 30, 'reactive-power': 40 })
    assert.deepEqual(Object.keys((await entity('tf-1')).derived), ['power-factor'])
    const change = { name: 'Trạm Ea Tam', attributes: { 'rated-apparent-power': 100 } }
    assert.equal((await platform.api('PATCH', '/entities/tf-1', change)).status, 200)
    const { name, derived } = await entity('tf-1')
    assert.equal(name, 'Trạm Ea Tam')
    assert.deepEqual([derived['load-ratio']?.value, derived['load-ratio']?.unit], [50, '%'])
    const { body } = await platform.api<{ code: string }>('PATCH', '/entities/tf-1', {
      attributes: { 'A b': 1 },
    })
    assert.equal(body.code, 'not_valid')
  })

  it('of a zone follows its inlets and customers, and is told to who listens', async () => {
    await platform.api('POST', '/entities', { id: 'dma', type: 'water-zone' })
    await send('inlet', 'flow-meter', { 'water-flow': 10 })
    await send('customer', 'water-meter', { 'water-flow': 7 })
    const relations = [
      { kind: 'feeds', from: 'inlet', to: 'dma' },
      { kind: 'feeds', from: 'dma', to: 'customer' },
    ]
    await platform.api('POST', '/relations/import', { items: relations })
    const { derived } = await entity('dma')
    assert.equal(derived['water-loss-flow']?.value, 3)
    assert.equal(derived['water-loss-ratio']?.value, 30)
    const before = (await platform.api<{ revision: number }>('GET', '/entities/dma')).body.revision
    const { body } = await platform.api<{ credentials: { password: string } }>(
      'POST',
      '/devices/customer/credentials',
    )
    const client = await connectDevice(platform.mqttPort, 'customer', body.credentials.password)
    await publish(client, 'devices/customer/readings', { values: { 'water-flow': 9 } })
    await client.endAsync()
    await until('the loss to follow', async () => {
      const { body } = await platform.api<Shown & { revision: number }>('GET', '/entities/dma')
      return body.derived['water-loss-flow']?.value === 1 && body.revision > before
    })
  })

  it('has a history where it follows from the thing’s own values: at each reading, in pages, and by averages', async () => {
    const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
    const secret = await platform.addDevice('tf-9', { type: 'transformer' })
    await platform.api('PATCH', '/entities/tf-9', { attributes: { 'rated-apparent-power': 100 } })
    const client = await connectDevice(platform.mqttPort, 'tf-9', secret)
    const at = (minute: number, values: object) => ({ time: start + minute * 60_000, values })
    const both = (kw: number) => ({ 'active-power': kw, 'reactive-power': 0 })
    await publish(client, 'devices/tf-9/readings', [
      at(1, both(10)),
      at(2, both(20)),
      at(3, { temperature: 60 }),
      at(4, { 'active-power': 30 }),
      // Six minutes later the reactive power is too old.
      at(10, { 'active-power': 40 }),
      at(11, both(50)),
    ])
    await client.endAsync()
    interface History {
      readonly code?: string
      readonly next?: string
      readonly items: { time: string; value?: number; avg?: number; max?: number | null }[]
    }
    const [from, to] = [0, 60].map((minute) => new Date(start + minute * 60_000).toISOString())
    const history = async (id: string, query: string) =>
      (
        await platform.api<History>(
          'GET',
          `/entities/${id}/observations?from=${from}&to=${to}&quantity=${query}`,
        )
      ).body
    const minutes = ({ items }: History) =>
      items.map(({ time, value }) => [(Date.parse(time) - start) / 60_000, value])
    const all = await history('tf-9', 'load-ratio')
    assert.deepEqual(minutes(all), [
      [1, 10],
      [2, 20],
      [4, 30],
      [11, 50],
    ])
    assert.equal(all.next, undefined)
    const first = await history('tf-9', 'load-ratio&limit=2')
    assert.deepEqual(minutes(first), minutes(all).slice(0, 2))
    const rest = await history('tf-9', `load-ratio&limit=2&cursor=${first.next}`)
    assert.deepEqual(minutes(rest), minutes(all).slice(2))
    const hours = await history('tf-9', 'load-ratio&resolution=1h')
    assert.deepEqual(
      hours.items.map(({ avg, max }) => [avg, max]),
      [[30, null]],
    )
    await platform.api('POST', '/entities', { id: 'dma-9', type: 'water-zone' })
    assert.equal((await history('dma-9', 'water-loss-flow')).code, 'derived_not_stored')
  })

  it('of a zone is gone once an inlet has been silent for five intervals, and whoever listens is told', async () => {
    await platform.api('POST', '/entities', { id: 'dma-2', type: 'water-zone' })
    const secret = await platform.addDevice('inlet-2', { type: 'flow-meter', intervalS: 1 })
    const client = await connectDevice(platform.mqttPort, 'inlet-2', secret)
    await platform.api('POST', '/relations', { kind: 'feeds', from: 'inlet-2', to: 'dma-2' })
    await publish(client, 'devices/inlet-2/readings', { values: { 'water-flow': 10 } })
    const zone = async () => (await platform.api<Shown & { revision: number }>('GET', '/entities/dma-2')).body
    await until('the flow', async () => (await zone()).derived['water-flow']?.value === 10)
    let revisionWithFlow = 0
    await until('its end, as a change of its own', async () => {
      const { derived, revision } = await zone()
      if (derived['water-flow'] === undefined) return revision > revisionWithFlow
      revisionWithFlow = revision
      return false
    })
    await client.endAsync()
  })

  it('makes a zone without a device as fresh as what its values follow from', async () => {
    const zone = await until('the zone to be fresh', async () => {
      const shown = await entity('dma')
      return shown.freshness === 'fresh' && shown
    })
    assert.equal(zone.lastSeen?.slice(0, 19), (await entity('customer')).lastSeen?.slice(0, 19))
    await platform.api('POST', '/entities', { id: 'empty', type: 'water-zone' })
    const { freshness, lastSeen } = await entity('empty')
    assert.deepEqual([freshness, lastSeen], ['silent', null])
    await platform.addDevice('mute', { type: 'transformer' })
    await send('fed', 'power-meter', { 'active-power': 3 })
    await platform.api('POST', '/relations', { kind: 'feeds', from: 'mute', to: 'fed' })
    assert.equal((await entity('mute')).freshness, 'silent')
  })

  it('is watched by the rules that come with the type: an overloaded transformer is one alarm, and over when it is', async () => {
    const secret = await platform.addDevice('tf-2', { type: 'transformer' })
    await platform.api('PATCH', '/entities/tf-2', { attributes: { 'rated-apparent-power': 100 } })
    const client = await connectDevice(platform.mqttPort, 'tf-2', secret)
    const at = (secondsAgo: number, kw: number) =>
      publish(client, 'devices/tf-2/readings', {
        time: new Date(Date.now() - secondsAgo * 1000).toISOString(),
        values: { 'active-power': kw, 'reactive-power': 0 },
      })
    const alarms = async (state: string) =>
      (await platform.api<{ items: Record<string, unknown>[] }>('GET', `/alarms?entity=tf-2&state=${state}`))
        .body.items
    await at(100, 110)
    // Not yet for a minute, by the readings' own times.
    assert.deepEqual(await alarms('active'), [])
    await at(30, 120)
    const [alarm] = await until('the alarm', async () => {
      const found = await alarms('active')
      return found.length > 0 && found
    })
    assert.deepEqual(
      [alarm?.rule, alarm?.severity, alarm?.quantity, alarm?.value, alarm?.bound, alarm?.unit],
      ['transformer.overload', 'high', 'load-ratio', 120, 100, '%'],
    )
    assert.match(String(alarm?.textVi), /Máy biến áp quá tải.*Chuyển bớt tải/)
    await at(1, 60)
    await until('its end', async () => (await alarms('cleared')).length === 1)
    await client.endAsync()
  })
})

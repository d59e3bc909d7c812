import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { mqttBytes, RawMqtt } from '../support/raw-mqtt.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

interface EntityBody {
  session: string
  freshness: string
  quantities: Record<string, { value: number; unit: string; quality: string; time: string }>
}

const T0 = Date.now() - 60_000
const at = (i: number) => new Date(T0 + i * 1000).toISOString()

describe('a reading on the wire', () => {
  it('is stored, in the twin and on the stream, whichever client sent it', async () => {
    const platform = await startPlatformProcess()
    const secrets = Object.fromEntries(
      await Promise.all(
        ['wm-1', 'wm-2', 'wm-3'].map(async (id) => [id, await platform.addDevice(id)] as const),
      ),
    )
    const stream = await openStream(`${platform.http}/api/v1/stream`, 'administrator-of-a-test')
    const [one, two] = [
      await connectDevice(platform.mqttPort, 'wm-1', secrets['wm-1'] ?? ''),
      await connectDevice(platform.mqttPort, 'wm-2', secrets['wm-2'] ?? ''),
    ]
    const raw = new RawMqtt(platform.mqttPort)
    await raw.signIn('wm-3', secrets['wm-3'] ?? '')
    const count = 50
    const payload = (i: number) => ({
      time: at(i),
      values: { 'water-volume': 100 + i, 'water-pressure': { value: 3 + i / 100, unit: 'bar' } },
    })
    const sent = Array.from({ length: count }, (_, i) => [
      publish(one, 'devices/wm-1/readings', payload(i)),
      publish(two, 'devices/wm-2/readings', payload(i)),
    ])
    raw.socket.write(
      Buffer.concat(
        Array.from({ length: count }, (_, i) =>
          mqttBytes.publish('devices/wm-3/readings', JSON.stringify(payload(i)), i + 1),
        ),
      ),
    )
    await Promise.all(sent.flat())
    await until('every PUBACK of the raw client', () => raw.acknowledged.length === count)
    for (const id of ['wm-1', 'wm-2', 'wm-3']) {
      const { body } = await platform.api<{ items: { value: number; time: string }[] }>(
        'GET',
        `/entities/${id}/observations?quantity=water-volume&from=${at(0)}&limit=1000`,
      )
      assert.deepEqual(
        body.items.map(({ value, time }) => [value, time]),
        Array.from({ length: count }, (_, i) => [100 + i, at(i)]),
      )
      const { body: entity } = await platform.api<EntityBody>('GET', `/entities/${id}`)
      assert.equal(entity.session, 'connected')
      assert.equal(entity.freshness, 'fresh')
      assert.deepEqual(
        entity.quantities['water-pressure'] && { ...entity.quantities['water-pressure'], device: undefined },
        {
          value: (3 + 49 / 100) * 100,
          unit: 'kPa',
          time: at(49),
          quality: 'good',
          device: undefined,
        },
      )
      await until(`${id} on the stream`, () =>
        stream.events.some(
          ({ event, data }) =>
            event === 'twin' && data.id === id && data.quantities?.['water-volume']?.value === 149,
        ),
      )
    }
    assert.equal(await platform.metric('plumbline_observations_stored_total'), 3 * count * 2)
    assert.equal(await platform.metric('plumbline_acknowledged_total'), 3 * count)
    assert.equal(await platform.metric('plumbline_sessions'), 3)
  })
})

describe('bad input', () => {
  it('is answered, recorded with its bytes, and accounted for to the unit', async () => {
    const platform = await startPlatformProcess()
    const secret = await platform.addDevice('pm-1', { type: 'power-meter' })
    await platform.addDevice('pm-2', { type: 'power-meter' })
    const client = await connectDevice(platform.mqttPort, 'pm-1', secret)
    const readings = 'devices/pm-1/readings'
    const cases: [topic: string, payload: string, code: string][] = [
      [readings, 'not json', 'not_json'],
      [readings, '{"values":{"voltage":NaN}}', 'not_json'],
      [readings, '{"values":{"voltage":1e999}}', 'not_finite'],
      [readings, '{"values":{"colour":1}}', 'unknown_quantity'],
      [readings, '{"values":{"voltage":{"value":1,"unit":"kg"}}}', 'unit_not_convertible'],
      [readings, '{"values":{"active-power":{"value":1,"unit":"V.A"}}}', 'unit_not_convertible'],
      [readings, '{"time":"2099-01-01T00:00:00Z","values":{"voltage":1}}', 'time_in_future'],
      [readings, '{"time":"1970-01-01T00:00:00Z","values":{"voltage":1}}', 'time_too_old'],
      [readings, '['.repeat(5000) + ']'.repeat(5000), 'too_deep'],
      [readings, '{"values":{"voltage":"high"}}', 'wrong_type'],
      ['devices/pm-1/nonsense', '{"values":{"voltage":1}}', 'topic_not_allowed'],
      ['devices/pm-2/readings', '{"values":{"voltage":1}}', 'topic_not_allowed'],
    ]
    for (const [topic, payload] of cases) await publish(client, topic, payload)
    const { body } = await platform.api<{
      items: { topic: string; code: string; payload: string; items: unknown[] }[]
    }>('GET', '/rejections?limit=100')
    const found = body.items.map(({ topic, code, payload }) => [
      topic,
      Buffer.from(payload, 'base64').toString(),
      code,
    ])
    assert.deepEqual(found.reverse(), cases)

    await publish(client, readings, { time: at(0), values: { voltage: 230, current: null, colour: 1 } })
    await publish(client, readings, { time: at(0), values: { voltage: 230 } })
    await publish(client, readings, { time: at(0), values: { voltage: 231 } })
    await publish(client, readings, { time: at(1), values: { frequency: 7 } })
    const metric = (name: string) => platform.metric(`plumbline_${name}`)
    const [received, stored, duplicate, rejected, ignored] = await Promise.all(
      [
        'observations_received_total',
        'observations_stored_total',
        'observations_duplicate_total',
        'observations_rejected_total',
        'ignored_total',
      ].map(metric),
    )
    assert.deepEqual(
      { received, stored, duplicate, rejected, ignored },
      { received: 17, stored: 2, duplicate: 1, rejected: cases.length + 2, ignored: 1 },
    )
    const { body: entity } = await platform.api<EntityBody>('GET', '/entities/pm-1')
    assert.equal(entity.quantities.voltage?.value, 230)
    assert.equal(entity.quantities.frequency?.quality, 'implausible')
    assert.equal(
      (await platform.api<{ items: unknown[] }>('GET', '/rejections?code=conflicting_value')).body.items
        .length,
      1,
    )
  })

  it('of a mebibyte is recorded by its head, acknowledged, and its connection closed', async () => {
    const platform = await startPlatformProcess()
    const raw = new RawMqtt(platform.mqttPort)
    await raw.signIn('wm-1', await platform.addDevice('wm-1'))
    raw.socket.write(mqttBytes.publish('devices/wm-1/readings', Buffer.alloc(1_048_576, 0x20), 7))
    await until('the connection to be closed', () => raw.isClosed)
    assert.deepEqual(raw.acknowledged, [7])
    const { body } = await platform.api<{ items: { code: string; payload: string; replayable: boolean }[] }>(
      'GET',
      '/rejections',
    )
    assert.deepEqual(
      body.items.map(({ code, payload, replayable }) => [code, payload.length, replayable]),
      [['payload_too_large', 87_384, false]],
    )
  })

  it('can be replayed once its cause is mended, with the time at which it first came', async () => {
    const platform = await startPlatformProcess()
    const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    await publish(client, 'devices/wm-1/readings', { time: at(0), values: { 'water-volume': 5 } })
    await publish(client, 'devices/wm-1/readings', { time: at(0), values: { 'water-volume': 6 } })
    const { body } = await platform.api<{ items: { id: number; resolvedAt: string | null }[] }>(
      'GET',
      '/rejections',
    )
    const [rejection] = body.items
    const replay = await platform.api('POST', `/rejections/${rejection?.id}/replay`)
    assert.equal(replay.status, 200)
    assert.equal(replay.body.resolvedAt, null)
    const again = await platform.api<{ items: { count: number }[] }>('GET', '/rejections')
    assert.deepEqual(
      again.body.items.map(({ count }) => count),
      [2],
    )
  })
})

describe('HTTP ingest', () => {
  it('answers under the same conditions as MQTT', async () => {
    const platform = await startPlatformProcess()
    const secret = await platform.addDevice('wm-1')
    const post = (topic: string, body: string | Buffer, password = secret) =>
      fetch(`${platform.http}/ingest/${topic}`, {
        method: 'POST',
        body: new Uint8Array(Buffer.from(body)),
        headers: { authorization: `Basic ${Buffer.from(`wm-1:${password}`).toString('base64')}` },
      })
    const status = async (...args: Parameters<typeof post>) => (await post(...args)).status
    assert.equal(await status('devices/wm-1/readings', '{"values":{"water-volume":1}}'), 204)
    assert.equal(await status('devices/wm-1/readings', '{"values":{"water-volume":1}}', 'wrong'), 401)
    assert.equal(await status('devices/wm-2/readings', '{"values":{"water-volume":1}}'), 403)
    assert.equal(await status('devices/wm-1/readings', Buffer.alloc(300 * 1024)), 413)
    const mixed = await post(
      'devices/wm-1/readings',
      JSON.stringify({ time: at(5), values: { 'water-volume': 2, colour: 3 } }),
    )
    assert.equal(mixed.status, 422)
    assert.equal(mixed.headers.get('content-type'), 'application/problem+json')
    const { stored, duplicate, code } = (await mixed.json()) as Record<string, unknown>
    assert.deepEqual({ stored, duplicate, code }, { stored: 1, duplicate: 0, code: 'unknown_quantity' })
    const { body } = await platform.api<EntityBody>('GET', '/entities/wm-1')
    assert.equal(body.session, 'unknown')
  })
})

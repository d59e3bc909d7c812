import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { samplesOf } from '../support/samples.ts'
import { sparkplugPayload } from '../support/sparkplug.ts'
import { until } from '../support/until.ts'

interface Twin {
  session: string
  quantities: Record<string, { value: number; unit: string }>
}

const FORMATS = [
  'chirpstack',
  'the-things-stack',
  'lorawan-network-servers',
  'senml',
  'sparkplug-b',
  'opcua-pubsub-json',
  'ngsi-smart-data-models',
  'ditto-protocol',
  'thingsboard',
  'influx-line-protocol',
  'dsmr-p1',
  'tasmota',
  'shelly',
  'zigbee2mqtt',
  'victron',
  'homie',
]

/** What the plants' own names mean, for formats that have none of their own. */
const FIELDS: Readonly<Record<string, object>> = {
  'sparkplug-b': { 'Supply Voltage': { quantity: 'voltage', unit: 'V' } },
  'opcua-pubsub-json': { StepUp: { quantity: 'event-count' } },
}

const dataFolder = copyOfSnapshot()
let platform: PlatformProcess

/** Samples are of years ago. */
const start = async () => {
  platform = await startSharedPlatform({ DATA_DIR: dataFolder, RETENTION_DAYS: '36500' })
}
beforeAll(start)
afterAll(() => platform.kill('SIGTERM'))

const twinOf = async (entity: string): Promise<Twin> =>
  (await platform.api<Twin>('GET', `/entities/${entity}`)).body

const gateway = (id: string, more: object = {}) =>
  platform.addDevice(id, { type: 'sensor', role: 'gateway', ...more })

describe('every format', () => {
  it.each(FORMATS)('%s: its samples are acknowledged, counted to the unit, and live', async (format) => {
    const profile = await platform.api('POST', '/profiles', {
      id: format,
      codec: format,
      fields: FIELDS[format] ?? {},
    })
    assert.equal(profile.status, 201, JSON.stringify(profile.body))
    const id = `gw-${format}`
    const client = await connectDevice(platform.mqttPort, id, await gateway(id, { profile: format }), {
      clientId: `mqttjs-${format}`,
    })
    const before = await platform.metric('plumbline_observations_stored_total')
    let sent = 0
    for (const { topic, payload, file } of samplesOf(format)) {
      if (/^source-|\.spec\.json$/.test(file)) continue
      await publish(client, (topic ?? `plant/${format}`).replace(/[<>%+#]/g, ''), Buffer.from(payload))
      sent++
    }
    assert.ok(sent > 0)
    const [received, stored, duplicate, rejected] = await Promise.all(
      ['received', 'stored', 'duplicate', 'rejected'].map((name) =>
        platform.metric(`plumbline_observations_${name}_total`),
      ),
    )
    assert.equal(received, (stored ?? 0) + (duplicate ?? 0) + (rejected ?? 0))
    assert.ok((stored ?? 0) > before, 'something of it is stored')
    const { body } = await platform.api<{ items: { verdict: string; format: string }[] }>(
      'GET',
      `/devices/${id}/messages?limit=200`,
    )
    assert.equal(body.items.length, sent)
    for (const item of body.items) assert.equal(item.format, format)
  })
})

describe('a LoRaWAN meter', () => {
  const DECODER = `function decodeUplink(input) {
    if (input.fPort !== 10) return { errors: ['no such port'] };
    return { data: { litres: (input.bytes[0] << 16) | (input.bytes[1] << 8) | input.bytes[2], batV: input.bytes[3] / 50 } };
  }`
  const uplink = (fPort: number, hex: string) => ({
    time: new Date().toISOString(),
    deviceInfo: { devEui: '70B3D57ED0001234', deviceName: 'meter' },
    fPort,
    data: Buffer.from(hex, 'hex').toString('base64'),
    rxInfo: [{ gatewayId: '0016c001f153a14c', rssi: -97, snr: 7.5 }],
  })

  it('is read by the decoder of its profile, whichever way its network server comes in', async () => {
    await platform.api('POST', '/profiles', {
      id: 'lora-meter',
      entityType: 'water-meter',
      decoder: DECODER,
      fields: { litres: { quantity: 'water-volume', unit: 'L' } },
      decoderExamples: [{ fPort: 10, bytes: '0003e8b4', data: { litres: 1000, batV: 3.6 } }],
    })
    const secret = await gateway('chirpstack-1')
    await platform.addDevice('meter-1', { profile: 'lora-meter', externalIds: ['70b3d57ed0001234'] })
    const client = await connectDevice(platform.mqttPort, 'chirpstack-1', secret, { clientId: 'auto-5f3a' })
    await publish(client, 'application/1/device/70b3d57ed0001234/event/up', uplink(10, '0003e8b4'))
    const { quantities } = await twinOf('meter-1')
    assert.deepEqual(
      ['water-volume', 'battery-voltage', 'signal-strength', 'signal-to-noise-ratio'].map(
        (quantity) => quantities[quantity]?.value,
      ),
      [1, 3.6, -97, 7.5],
    )
    const webhook = await fetch(`${platform.http}/ingest/application/1/device/70b3d57ed0001234/event/up`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`chirpstack-1:${secret}`).toString('base64')}` },
      body: JSON.stringify(uplink(10, '0007d0b4')),
    })
    assert.equal(webhook.status, 204)
    assert.equal((await twinOf('meter-1')).quantities['water-volume']?.value, 2)
    // As ChirpStack's HTTP integration sends it: one address, the event in the query.
    const integration = await fetch(`${platform.http}/ingest/application/1/device/-?event=up`, {
      method: 'POST',
      headers: { 'x-api-key': `chirpstack-1:${secret}` },
      body: JSON.stringify(uplink(10, '000bb8b4')),
    })
    assert.equal(integration.status, 204)
    assert.equal((await twinOf('meter-1')).quantities['water-volume']?.value, 3)
    const refused = await fetch(`${platform.http}/ingest/application/1/device/70b3d57ed0001234/event/up`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`chirpstack-1:${secret}`).toString('base64')}` },
      body: JSON.stringify(uplink(11, '00')),
    })
    assert.equal(refused.status, 422)
    const answer = (await refused.json()) as { rejections: { code: string; detail: string }[] }
    assert.deepEqual(
      answer.rejections.map(({ code, detail }) => [code, detail]),
      [['decoder_failed', 'no such port']],
    )
  })
})

describe('a Sparkplug node', () => {
  const birth = Buffer.from(
    sparkplugPayload({
      timestamp: Date.now(),
      seq: 0,
      metrics: [
        { name: 'bdSeq', datatype: 8, value: { long: 7n } },
        {
          name: 'Temperature',
          alias: 5,
          datatype: 9,
          value: { float: 21.5 },
          properties: { engUnit: { string: '°C' } },
        },
      ],
    }),
  )
  const data = (seq: number, value: number) =>
    Buffer.from(
      sparkplugPayload({ timestamp: Date.now(), seq, metrics: [{ alias: 5, value: { float: value } }] }),
    )

  it('is read by the aliases of its birth, after a restart too', async () => {
    const secret = await gateway('edge-1')
    const client = await connectDevice(platform.mqttPort, 'edge-1', secret, { clientId: 'ignition-node' })
    await publish(client, 'spBv1.0/plant/NBIRTH/pumps', birth)
    await publish(client, 'spBv1.0/plant/NDATA/pumps', data(1, 22.5))
    assert.equal((await twinOf('edge-1.plant-pumps')).quantities.temperature?.value, 22.5)
    assert.equal(await platform.kill('SIGTERM'), 0)
    await start()
    const again = await connectDevice(platform.mqttPort, 'edge-1', secret, { clientId: 'ignition-node' })
    await publish(again, 'spBv1.0/plant/NDATA/pumps', data(2, 23.5))
    assert.equal((await twinOf('edge-1.plant-pumps')).quantities.temperature?.value, 23.5)
  })

  it('that nobody has seen born is asked to be born again, on its own connection', async () => {
    const client = await connectDevice(platform.mqttPort, 'edge-2', await gateway('edge-2'))
    const heard: string[] = []
    client.on('message', (topic) => heard.push(topic))
    await client.subscribeAsync('spBv1.0/plant/NCMD/valves', { qos: 1 })
    await publish(client, 'spBv1.0/plant/NDATA/valves', data(3, 1))
    await until('the request', () => heard.includes('spBv1.0/plant/NCMD/valves'))
    const { body } = await platform.api<{ items: { code: string }[] }>('GET', '/rejections?device=edge-2')
    assert.deepEqual(
      body.items.map(({ code }) => code),
      ['unknown_alias'],
    )
  })
})

describe('log-ins', () => {
  it('a device of ThingsBoard comes in with its token as user name', async () => {
    await platform.api('POST', '/profiles', { id: 'tb', codec: 'thingsboard', entityType: 'weather-station' })
    const token = await platform.addDevice('tb-1', { type: undefined, profile: 'tb' })
    const client = await connectDevice(platform.mqttPort, 'tb-1', '', {
      clientId: 'any-name',
      username: token,
    })
    await publish(client, 'v1/devices/me/telemetry', { temperature: 31.5 })
    assert.equal((await twinOf('tb-1')).quantities.temperature?.value, 31.5)
    const plain = await platform.addDevice('wm-plain')
    await assert.rejects(() =>
      connectDevice(platform.mqttPort, 'x', '', { clientId: 'wm-plain', username: plain }),
    )
  })

  it('a Tasmota plug keeps its client id, and its will tells that it is gone', async () => {
    await platform.api('POST', '/profiles', { id: 'plug', codec: 'tasmota', entityType: 'power-meter' })
    const secret = await platform.addDevice('plug-1', { type: undefined, profile: 'plug' })
    const client = await connectDevice(platform.mqttPort, 'plug-1', secret, {
      clientId: 'DVES_7B1A2C',
      will: { topic: 'tele/tasmota_7B1A2C/LWT', payload: Buffer.from('Offline'), qos: 1, retain: true },
    })
    await publish(client, 'tele/tasmota_7B1A2C/SENSOR', { ENERGY: { Total: 1.5, Power: 60 } })
    assert.equal((await twinOf('plug-1')).quantities['active-power']?.value, 0.06)
    assert.equal((await twinOf('plug-1')).session, 'connected')
    client.stream.destroy()
    await until('it is gone', async () => (await twinOf('plug-1')).session === 'disconnected')
  })
})

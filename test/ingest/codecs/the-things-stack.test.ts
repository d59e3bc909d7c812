import { describe, expect, it } from 'vitest'
import { theThingsStack } from '../../../ingest/codecs/the-things-stack.ts'
import { codecContext } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'
import { compareBytes, withServersDecoding } from '../../support/uplinks.ts'

const RAW = 'raw payload (base64)'
const TABLE: Readonly<Record<string, Landing>> = {
  [RAW]: { left: 'uplink' },
  rssi: { quantity: 'signal-strength', unit: 'dB[mW]' },
  snr: { quantity: 'signal-to-noise-ratio' },
  temperature: { quantity: 'temperature', unit: 'Cel' },
  luminosity: { quantity: 'illuminance', unit: 'lx' },
}

const end_device_ids = { device_id: 'dev1', dev_eui: '70B3D57ED0001234' }
const received_at = '2026-01-01T00:00:00.5Z'
const TIME = 1_767_225_600_500_000
const decode = (message: object) =>
  theThingsStack.decode(
    Buffer.from(JSON.stringify({ end_device_ids, ...message })),
    'v3/app@tenant/devices/dev1/up',
    codecContext(),
  )
const shown = ({ readings }: ReturnType<typeof decode>) =>
  readings.map(({ quantity, channel, value, unit, time }) => [quantity, channel, value, unit, time])

describe('the samples', () => {
  for (const sample of samplesOf('the-things-stack'))
    it(sample.file, () => {
      const decoded = theThingsStack.decode(sample.payload, sample.topic ?? '', codecContext())
      expect(theThingsStack.matches(sample.topic ?? '')).toBe(true)
      const all = withServersDecoding(decoded, codecContext())
      const { wanted, found } = compare(sample, all, TABLE)
      expect(found).toEqual(wanted)
      const bytes = compareBytes(sample, decoded, { name: RAW, encoding: 'base64', deviceOf: (d) => d })
      expect(bytes.found).toEqual(bytes.wanted)
      const isInvalid = sample.file.includes('INVALID')
      expect(all.rejections.map(({ code }) => code)).toEqual(isInvalid ? ['not_json'] : [])
      if (sample.expect.length === 0 && !isInvalid)
        expect(decoded).toMatchObject({ readings: [], ignored: { life_cycle: 1 } })
    })

  it('say the DevEUI beside the id of the application', () => {
    const [sample] = samplesOf('the-things-stack').filter(({ file }) => file === 'v2-hono-uplink.json')
    const decoded = theThingsStack.decode(sample?.payload ?? new Uint8Array(), '', codecContext())
    expect(decoded.aliases).toEqual({ 'ttn-dev-id': ['01020304050607ab'] })
  })
})

describe('times', () => {
  const uplink = { f_port: 1, frm_payload: 'AQ==' }
  const rx_metadata = [
    { time: '2026-01-01T00:00:03Z' },
    { time: '2026-01-01T00:00:04Z', gps_time: '2026-01-01T00:00:01Z' },
  ]
  const timeOf = (message: object) => decode(message).uplinks?.[0]?.time

  it('are taken from the network server, the application server, GNSS, settings, and a gateway, in this order', () => {
    const settings = { time: '2026-01-01T00:00:02Z' }
    const all = { ...uplink, received_at, rx_metadata, settings }
    expect(timeOf({ received_at: '2026-01-01T00:00:00.9Z', uplink_message: all })).toBe(TIME)
    const { received_at: _, ...ofGateways } = all
    expect(timeOf({ received_at: '2026-01-01T00:00:00.9Z', uplink_message: ofGateways })).toBe(TIME + 400_000)
    expect(timeOf({ uplink_message: ofGateways })).toBe(TIME + 500_000)
    expect(timeOf({ uplink_message: { ...ofGateways, rx_metadata: rx_metadata.slice(0, 1) } })).toBe(
      TIME + 1_500_000,
    )
    expect(timeOf({ uplink_message: { ...uplink, rx_metadata } })).toBe(TIME + 500_000)
    expect(timeOf({ uplink_message: { ...uplink, rx_metadata: rx_metadata.slice(0, 1) } })).toBe(
      TIME + 2_500_000,
    )
  })

  it('are that of receipt where a server has one that is none', () =>
    expect(
      timeOf({ received_at: '2026-01-01T…', uplink_message: { ...uplink, rx_metadata } }),
    ).toBeUndefined())
})

describe('a normalised payload', () => {
  it('is read in the units of its schema', () =>
    expect(
      shown(
        decode({
          uplink_message: {
            received_at,
            frm_payload: 'AQ==',
            normalized_payload: [
              {
                battery: 3.6,
                air: {
                  location: 'indoor',
                  relativeHumidity: 40,
                  pressure: 1013,
                  co2: 600,
                  lightIntensity: 120,
                },
                soil: { depth: 10, ec: 1.5, moisture: 22, n: 4 },
                water: { leak: false, temperature: { min: 1, avg: 2, max: 3, current: 4 } },
                action: { motion: { detected: true, count: 3 }, contactState: 'open' },
                rain: { intensity: 2, cumulative: 8 },
                wind: { speed: 5, direction: 90 },
              },
              { soil: { depth: 20, moisture: 25 } },
            ],
          },
        }),
      ),
    ).toEqual([
      ['battery-voltage', '', 3.6, 'V', TIME],
      ['relative-humidity', '', 40, '%', TIME],
      ['atmospheric-pressure', '', 1013, 'hPa', TIME],
      ['co2-concentration', '', 600, '[ppm]', TIME],
      ['illuminance', '', 120, 'lx', TIME],
      ['conductivity', 'soil.10cm', 1.5, 'mS/cm', TIME],
      ['soil-moisture', '10cm', 22, '%', TIME],
      ['leak', '', false, undefined, TIME],
      ['water-temperature', 'min', 1, 'Cel', TIME],
      ['water-temperature', 'avg', 2, 'Cel', TIME],
      ['water-temperature', 'max', 3, 'Cel', TIME],
      ['water-temperature', '', 4, 'Cel', TIME],
      ['motion', '', true, undefined, TIME],
      ['event-count', 'motion', 3, '1', TIME],
      ['contact-open', '', true, undefined, TIME],
      ['rainfall-rate', '', 2, 'mm/h', TIME],
      ['rainfall', '', 8, 'mm', TIME],
      ['wind-speed', '', 5, 'm/s', TIME],
      ['wind-direction', '', 90, 'deg', TIME],
      ['soil-moisture', '20cm', 25, '%', TIME],
    ]))

  it('is the same by a message of its own', () =>
    expect(
      shown(decode({ uplink_normalized: { received_at, normalized_payload: { air: { temperature: 20 } } } })),
    ).toEqual([['temperature', '', 20, 'Cel', TIME]]))
})

it('reads a location that was solved, a service, and a battery at the time of its answer', () => {
  const location = { latitude: 20.25, longitude: 105.97, source: 'SOURCE_LORA_RSSI_GEOLOCATION' }
  expect(shown(decode({ received_at, location_solved: { service: 'x', location } }))).toEqual([
    ['latitude', '', 20.25, 'deg', TIME],
    ['longitude', '', 105.97, 'deg', TIME],
  ])
  expect(shown(decode({ received_at, service_data: { service: 'x', data: { temp: 20 } } }))).toEqual([
    ['temperature', '', 20, 'Cel', TIME],
  ])
  const last_battery_percentage = { value: 88.5, received_at: '2026-01-01T00:00:00Z' }
  expect(
    shown(decode({ uplink_message: { received_at, frm_payload: 'AQ==', last_battery_percentage } })),
  ).toEqual([['battery-level', '', 88.5, '%', TIME - 500_000]])
})

it('reads a message as the event stream of the console shows it', () => {
  const data = { end_device_ids, uplink_message: { received_at, f_port: 1, frm_payload: 'AQ==' } }
  const event = { name: 'as.up.data.forward', identifiers: [], data }
  const decoded = theThingsStack.decode(Buffer.from(JSON.stringify(event)), 'any', codecContext())
  expect(decoded.uplinks).toMatchObject([{ source: 'dev1', fPort: 1, time: TIME }])
})

it.each([
  ['app/devices/d1/events/activations', { app_eui: '70B3D57ED0000000', dev_eui: '70B3D57ED0001234' }],
  ['app/devices/d1/events/down/sent', { message: {} }],
  ['v3/app@tenant/devices/d1/down/push', { downlinks: [{ f_port: 1, frm_payload: 'AQ==' }] }],
  ['v3/app@tenant/devices/d1/queue/invalidated', { end_device_ids, downlink_queue_invalidated: {} }],
])('%s is of the life of a device', (topic, message) => {
  expect(theThingsStack.matches(topic)).toBe(true)
  const { ignored, rejections } = theThingsStack.decode(
    Buffer.from(JSON.stringify(message)),
    topic,
    codecContext(),
  )
  expect([ignored, rejections]).toEqual([{ life_cycle: 1 }, []])
})

it('refuses what it does not know, and a payload that is no base64', () => {
  expect(decode({ somethingElse: {} }).rejections).toMatchObject([{ path: '', code: 'wrong_shape' }])
  expect(decode({ uplink_message: { frm_payload: '?' } }).rejections).toMatchObject([
    { path: '/uplink_message/frm_payload', code: 'wrong_shape' },
  ])
})

it('leaves the topics of others alone', () => {
  for (const topic of [
    'devices/d1/readings',
    'v3/app@t/devices/d/down/ack/x',
    'a/b/devices/c/up',
    'v3/app/devices/d',
  ])
    expect([topic, theThingsStack.matches(topic)]).toEqual([topic, false])
})

import { describe, expect, it } from 'vitest'
import { lorawanNetworkServers } from '../../../ingest/codecs/lorawan-network-servers.ts'
import { codecContext, senderContext } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'
import { compareBytes, withServersDecoding } from '../../support/uplinks.ts'

const RAW = 'raw payload (hex)'
const TABLE: Readonly<Record<string, Landing>> = {
  [RAW]: { left: 'uplink' },
  temperature: { quantity: 'temperature', unit: 'Cel' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
  pressure: { quantity: 'atmospheric-pressure', unit: 'hPa' },
  Temperature: { quantity: 'temperature', unit: 'Cel' },
}
/** What the decoder of the sample's device calls a pressure is the weather's; others mean a pipe's. */
const context = codecContext({ rules: { pressure: { quantity: 'atmospheric-pressure', unit: 'hPa' } } })

const EUI = '70b3d57ed0001234'
const TIME = 1_767_225_600_500_000
const decode = (message: object) =>
  lorawanNetworkServers.decode(Buffer.from(JSON.stringify(message)), 'lorawan/up', context)
const shown = ({ readings }: ReturnType<typeof decode>) =>
  readings.map(({ quantity, channel, value, time }) => [quantity, channel, value, time])
const uplinkOf = (decoded: ReturnType<typeof decode>) => {
  const [uplink] = decoded.uplinks ?? []
  return uplink && { ...uplink, bytes: Buffer.from(uplink.bytes).toString('hex') }
}

describe('the samples', () => {
  for (const upper of samplesOf('lorawan-network-servers')) {
    const sample = {
      ...upper,
      expect: upper.expect.map((one) => ({ ...one, device: one.device?.toLowerCase() ?? null })),
    }
    it(sample.file, () => {
      const decoded = lorawanNetworkServers.decode(sample.payload, 'lorawan/up', context)
      const all = withServersDecoding(decoded, context)
      const { wanted, found } = compare(sample, all, TABLE)
      expect(found).toEqual(wanted)
      const bytes = compareBytes(sample, decoded, { name: RAW, encoding: 'hex', deviceOf: (d) => d })
      expect(bytes.found).toEqual(bytes.wanted)
      // Every one of the samples has the same six bytes beside whatever was decoded.
      expect(uplinkOf(decoded)?.bytes).toBe('62756d6c7578')
      expect(all.rejections).toEqual([])
      expect(all.readings.some(({ quantity }) => quantity === 'battery-level')).toBe(false)
    })
  }
})

describe('Actility', () => {
  const head = { Time: '2026-01-01T07:00:00.5+07:00', DevEUI: EUI.toUpperCase() }

  it('answers to DevStatusReq', () => {
    const answer = (Var1: unknown) =>
      decode({ DevEUI_notification: { ...head, Type: 'devstatusans', Var1, Var2: '-4' } })
    expect(shown(answer(254))).toEqual([
      ['battery-level', '', 100, TIME],
      ['link-margin', '', -4, TIME],
    ])
    for (const none of [0, 255, '255', ''])
      expect(shown(answer(none))).toEqual([['link-margin', '', -4, TIME]])
    expect(decode({ DevEUI_notification: { ...head, Type: 'join' } }).ignored).toEqual({ life_cycle: 1 })
  })

  it('hands over what ThingPark X decoded, points with their units', () => {
    const points = {
      batteryVoltage: { unitId: 'mV', record: 3017 },
      location: { unitId: 'GPS', record: [105.97, 20.25] },
    }
    const payload = { temperature: 24, batteryVoltage: 3017 }
    const decoded = decode({ DevEUI_uplink: { ...head, FPort: 1, payload_hex: '01', payload, points } })
    expect(shown(withServersDecoding(decoded, context))).toEqual([
      ['temperature', '', 24, TIME],
      ['battery-voltage', '', 3017, TIME],
      ['longitude', '', 105.97, TIME],
      ['latitude', '', 20.25, TIME],
    ])
  })

  it('refuses bytes that it could not decrypt, and leaves downlinks out', () => {
    const encrypted = { ...head, FPort: 1, payload_hex: '01', PayloadEncryption: 1 }
    expect(decode({ DevEUI_uplink: encrypted }).rejections).toMatchObject([{ code: 'encrypted_payload' }])
    expect(decode({ DevEUI_downlink_Sent: head }).ignored).toEqual({ life_cycle: 1 })
  })
})

it('LORIOT: both forms of one uplink have the same time, and a battery is scaled', () => {
  const frame = { EUI, ts: 1_767_225_600_500, port: 2, data: '0A', bat: 1 }
  const rx = decode({ cmd: 'rx', ...frame })
  const gw = decode({
    cmd: 'gw',
    ...frame,
    gws: [
      { rssi: -90, snr: 2 },
      { rssi: -60, snr: 1 },
    ],
  })
  expect(uplinkOf(rx)).toEqual({ path: '/data', source: EUI, fPort: 2, bytes: '0a', time: TIME })
  expect(uplinkOf(gw)).toEqual(uplinkOf(rx))
  expect(shown(gw)).toEqual([
    ['signal-strength', '', -60, TIME],
    ['signal-to-noise-ratio', '', 1, TIME],
    ['battery-level', '', 0, TIME],
  ])
  expect(decode({ cmd: 'txd', EUI, ts: 1 }).ignored).toEqual({ life_cycle: 1 })
})

it('LORIOT: of the radio, which both forms tell, that of rx is read', () => {
  const sender = senderContext()
  const decode = (message: object) =>
    lorawanNetworkServers.decode(
      Buffer.from(JSON.stringify({ EUI, port: 2, data: '0A', ...message })),
      '',
      sender(),
    )
  const radioOf = (message: object) => decode(message).readings.map(({ value }) => value)
  expect(radioOf({ cmd: 'rx', ts: 1_767_225_600_500, rssi: -80, snr: 5 })).toEqual([-80, 5])
  expect(radioOf({ cmd: 'gw', ts: 1_767_225_600_500, gws: [{ rssi: -60, snr: 9 }] })).toEqual([])
  expect(radioOf({ cmd: 'gw', ts: 1_767_225_700_500, gws: [{ rssi: -60, snr: 9 }] })).toEqual([-60, 9])
})

it('Kerlink: a frame that a gateway kept came when the gateway had it', () => {
  const frame = { endDevice: { devEui: EUI }, fPort: 2, payload: 'AQI=', encodingType: 'BASE64' }
  const times = { recvTime: 1_767_229_200_000, gwRecvTime: 1_767_225_600_500 }
  expect(uplinkOf(decode({ ...frame, ...times, delayed: true }))).toMatchObject({ bytes: '0102', time: TIME })
  expect(uplinkOf(decode({ ...frame, ...times, delayed: false }))?.time).toBe(1_767_229_200_000_000)
  expect(decode({ ...frame, ...times, encrypted: true }).rejections).toMatchObject([
    { code: 'encrypted_payload' },
  ])
})

it('AWS: base64, with the port in either spelling', () => {
  const LoRaWAN = {
    DevEui: EUI,
    Fport: 136,
    Gateways: [{ GatewayEui: '80029cfffe5cf1cc', Snr: 9.75, Rssi: -29 }],
    SpreadingFactor: 12,
    Timestamp: '2026-01-01T00:00:00.5Z',
  }
  const decoded = decode({ WirelessDeviceId: 'uuid', PayloadData: 'AQI=', WirelessMetadata: { LoRaWAN } })
  expect(uplinkOf(decoded)).toEqual({
    path: '/PayloadData',
    source: EUI,
    fPort: 136,
    bytes: '0102',
    time: TIME,
  })
  expect(shown(decoded).map(([, , value]) => value)).toEqual([-29, 9.75, 12])
  expect(decoded.aliases).toEqual({ [EUI]: ['uuid'] })
  const nameless = {
    PayloadData: 'AQI=',
    WirelessMetadata: { LoRaWAN: { ...LoRaWAN, DevEui: '58a0cb000202c99' } },
  }
  expect(uplinkOf(decode({ WirelessDeviceId: 'uuid', ...nameless }))?.source).toBe('uuid')
  expect(decode(nameless).rejections).toMatchObject([{ code: 'wrong_shape' }])
})

it('Helium: seconds or milliseconds', () => {
  const frame = {
    dev_eui: EUI.toUpperCase(),
    payload: 'AQI=',
    port: 1,
    hotspots: [{ rssi: -54, spreading: 'SF9BW125' }],
  }
  expect(uplinkOf(decode({ ...frame, reported_at: 1_767_225_600_500 }))?.time).toBe(TIME)
  expect(uplinkOf(decode({ ...frame, reported_at: 1_767_225_600 }))?.time).toBe(TIME - 500_000)
  expect(shown(decode({ ...frame, reported_at: 1_767_225_600 })).map(([, , value]) => value)).toEqual([
    -54, 9,
  ])
})

it('Milesight: an uplink with the data rate in its own words', () => {
  const decoded = decode({
    applicationID: '1',
    devEUI: EUI,
    fPort: 85,
    data: 'AQI=',
    time: '2026-01-01T00:00:00.5Z',
    rxInfo: [{ loRaSNR: 13.8, rssi: -51, mac: '24e124fffef54092' }],
    txInfo: { dataRate: { spreadFactor: 7 } },
    object: { temperature: 21.5 },
  })
  expect(uplinkOf(decoded)).toMatchObject({
    fPort: 85,
    bytes: '0102',
    time: TIME,
    decoded: { temperature: 21.5 },
  })
  expect(shown(decoded).map(([, , value]) => value)).toEqual([-51, 13.8, 7])
})

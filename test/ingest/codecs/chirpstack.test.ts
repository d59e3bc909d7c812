import { PbfWriter } from 'pbf'
import { describe, expect, it } from 'vitest'
import { chirpstack } from '../../../ingest/codecs/chirpstack.ts'
import { codecContext, RECEIVED_AT } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'
import { compareBytes, withServersDecoding } from '../../support/uplinks.ts'

const RAW = 'raw payload (base64)'
const TABLE: Readonly<Record<string, Landing>> = {
  [RAW]: { left: 'uplink' },
  rssi: { quantity: 'signal-strength', unit: 'dB[mW]' },
  snr: { quantity: 'signal-to-noise-ratio' },
  'link margin': { quantity: 'link-margin' },
  'battery level': { quantity: 'battery-level' },
  voltage: { quantity: 'voltage' },
  temp: { quantity: 'temperature' },
  temperatureSensor: { quantity: 'temperature', unit: 'Cel' },
  humiditySensor: { quantity: 'relative-humidity', unit: '%' },
}

const EUI = '70b3d57ed0001234'
const topicOf = (event: string) => `application/7/device/${EUI}/event/${event}`
const decode = (payload: Uint8Array | object, event = 'up', topic = topicOf(event)) =>
  chirpstack.decode(
    payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
    topic,
    codecContext(),
  )
const deviceInfo = { devEui: EUI }
const numbers = ({ readings }: ReturnType<typeof decode>) =>
  readings.map(({ quantity, channel, value }) => [quantity, channel, value])

describe('the samples', () => {
  for (const sample of samplesOf('chirpstack'))
    it(sample.file, () => {
      const decoded = chirpstack.decode(sample.payload, sample.topic ?? '', codecContext())
      const all = withServersDecoding(decoded, codecContext())
      const { wanted, found } = compare(sample, all, TABLE)
      expect(found).toEqual(wanted)
      const bytes = compareBytes(sample, decoded, { name: RAW, encoding: 'base64', deviceOf: (d) => d })
      expect(bytes.found).toEqual(bytes.wanted)
      expect(all.rejections).toEqual([])
      if (sample.expect.length === 0) expect(decoded).toEqual(decode(sample.payload, 'join'))
    })
})

describe('an uplink', () => {
  it('was heard at 0 dB where LoRa leaves the ratio out, and has none by frequency-shift keying', () => {
    const rxInfo = [{ rssi: -80 }]
    const lora = { modulation: { lora: { spreadingFactor: 7 } } }
    expect(numbers(decode({ deviceInfo, fPort: 1, data: 'AQ==', rxInfo, txInfo: lora }))).toEqual([
      ['signal-strength', '', -80],
      ['signal-to-noise-ratio', '', 0],
      ['spreading-factor', '', 7],
    ])
    const fsk = { modulation: { fsk: { datarate: 50_000 } } }
    expect(numbers(decode({ deviceInfo, fPort: 1, data: 'AQ==', rxInfo, txInfo: fsk }))).toEqual([
      ['signal-strength', '', -80],
    ])
  })

  it('has the time of a gateway with GNSS where the server gives none, and passes clocks by that were never set', () => {
    const rxInfo = [{ rssi: -80, gwTime: '1980-01-06T00:00:12Z' }, { gwTime: '2026-01-01T00:00:00Z' }]
    const [uplink] = decode({ deviceInfo, fPort: 1, data: 'AQ==', rxInfo }).uplinks ?? []
    expect(uplink?.time).toBe(Date.parse('2026-01-01T00:00:00Z') * 1000)
  })

  it('has the time of the server for that gateway, then that of version 3, where there is no other', () => {
    const rxInfo = [{ rssi: -80 }, { nsTime: '2026-01-01T00:00:01Z' }]
    const publishedAt = '2026-01-01T00:00:02Z'
    const timeOf = (message: object) => decode({ fPort: 1, data: 'AQ==', ...message }).uplinks?.[0]?.time
    expect(timeOf({ deviceInfo, rxInfo, publishedAt })).toBe(Date.parse('2026-01-01T00:00:01Z') * 1000)
    expect(timeOf({ devEUI: EUI, publishedAt })).toBe(Date.parse(publishedAt) * 1000)
  })

  it('has no time of its own where every clock is ahead of receipt', () => {
    const time = new Date(RECEIVED_AT / 1000 + 3_600_000).toISOString()
    expect(decode({ deviceInfo, time, fPort: 1, data: 'AQ==' }).uplinks).toEqual([
      { path: '/data', source: EUI, fPort: 1, bytes: Uint8Array.of(1) },
    ])
  })

  it('does not hand commands on port 0 to a decoder', () =>
    expect(decode({ deviceInfo, fPort: 0, data: 'AQ==' })).toMatchObject({
      readings: [],
      ignored: { life_cycle: 1 },
    }))

  it('keeps its bytes where the text of version 3 is no JSON', () => {
    const decoded = decode({ devEUI: 'cLPVftAAEjQ=', fPort: 1, data: 'AQ==', objectJSON: '{"a":' })
    expect(decoded.rejections).toMatchObject([{ path: '/objectJSON', code: 'not_json' }])
    expect(decoded.uplinks).toHaveLength(1)
  })

  it('is known without its topic, and takes the DevEUI out of it where the message has none', () => {
    expect(decode({ deviceInfo, fPort: 1, data: 'AQ==' }, 'up', 'somewhere').uplinks).toHaveLength(1)
    expect(decode({ fPort: 1, data: 'AQ==' }).uplinks?.[0]?.source).toBe(EUI)
    expect(decode({ fPort: 1, data: 'AQ==' }, 'up', 'somewhere').rejections).toMatchObject([
      { code: 'wrong_shape' },
    ])
  })
})

describe('other events', () => {
  it('reads a location; an altitude that was left out is none', () =>
    expect(
      numbers(decode({ deviceInfo, location: { latitude: 20.25, longitude: 105.97 } }, 'location')),
    ).toEqual([
      ['latitude', '', 20.25],
      ['longitude', '', 105.97],
    ]))

  it('has no battery level where there is none, in either version', () => {
    const none = { batteryLevelUnavailable: true, batteryLevel: 0, margin: 5 }
    expect(numbers(decode({ deviceInfo, ...none }, 'status'))).toEqual([['link-margin', '', 5]])
    expect(numbers(decode({ devEUI: EUI, ...none }, 'status'))).toEqual([['link-margin', '', 5]])
  })

  it('an empty battery is left out by version 4, as all that is zero, and is a level', () => {
    expect(numbers(decode({ deviceInfo, margin: 5 }, 'status'))).toEqual([
      ['link-margin', '', 5],
      ['battery-level', '', 0],
    ])
    expect(numbers(decode({ devEUI: EUI, margin: 5 }, 'status'))).toEqual([['link-margin', '', 5]])
  })

  it('a status of a mains supply alone is known without its topic', () =>
    expect(numbers(decode({ deviceInfo, externalPowerSource: true }, '', 'any'))).toEqual([
      ['link-margin', '', 0],
    ]))

  it.each(['ack', 'txack', 'log', 'error', 'join'])('leaves %s out', (event) =>
    expect(decode({ deviceInfo, queueItemId: 'x', level: 'ERROR' }, event)).toEqual({
      readings: [],
      rejections: [],
      ignored: { life_cycle: 1 },
    }),
  )
})

describe('Protobuf', () => {
  /** Field numbers as integration.proto has them. */
  const message = (write: (pbf: PbfWriter) => void): Uint8Array => {
    const pbf = new PbfWriter()
    pbf.writeStringField(1, '3ac7e3c4-4401-4b8d-9386-a5c902f9202d')
    pbf.writeMessage(
      2,
      (_: null, time) => {
        time.writeVarintField(1, 1_767_225_600)
        time.writeVarintField(2, 500_000_999)
      },
      null,
    )
    pbf.writeMessage(3, (_: null, info) => info.writeStringField(8, EUI), null)
    write(pbf)
    return pbf.finish()
  }
  const up = message((pbf) => {
    pbf.writeVarintField(8, 2)
    pbf.writeBytesField(10, Uint8Array.of(1, 2))
    pbf.writeMessage(
      11,
      (_: null, object) =>
        object.writeMessage(
          1,
          (__: null, entry) => {
            entry.writeStringField(1, 'temperature')
            entry.writeMessage(2, (___: null, value) => value.writeDoubleField(2, 21.5), null)
          },
          null,
        ),
      null,
    )
    pbf.writeMessage(
      12,
      (_: null, rx) => {
        rx.writeVarintField(6, -71)
        rx.writeFloatField(7, 9.8)
      },
      null,
    )
    pbf.writeMessage(
      13,
      (_: null, tx) =>
        tx.writeMessage(
          2,
          (__: null, modulation) =>
            modulation.writeMessage(3, (___: null, lora) => lora.writeVarintField(2, 7), null),
          null,
        ),
      null,
    )
  })

  it('says the same as JSON', () => {
    const json = {
      deviceInfo,
      time: '2026-01-01T00:00:00.500000999Z',
      fPort: 2,
      data: 'AQI=',
      object: { temperature: 21.5 },
      rxInfo: [{ rssi: -71, snr: 9.8 }],
      txInfo: { modulation: { lora: { spreadingFactor: 7 } } },
    }
    const decoded = decode(up)
    expect(decoded.uplinks).toHaveLength(1)
    expect(decoded).toEqual(decode(json))
  })

  it('reads a status, and refuses what is cut anywhere', () => {
    const status = message((pbf) => {
      pbf.writeVarintField(5, -3)
      pbf.writeFloatField(8, 88.3)
    })
    expect(numbers(decode(status, 'status'))).toEqual([
      ['link-margin', '', -3],
      ['battery-level', '', 88.3],
    ])
    const whole = decode(up)
    for (let length = 0; length < up.length; length++) {
      // Cut between two fields it is a shorter message, which says nothing that the whole does not.
      const { readings, rejections, uplinks = [] } = decode(up.subarray(0, length))
      if (rejections.length > 0) expect([readings, uplinks]).toEqual([[], []])
      for (const reading of readings) expect(whole.readings).toContainEqual(reading)
    }
    expect(decode(up.subarray(0, up.length - 1)).rejections).toMatchObject([{ code: 'not_json' }])
  })

  it('has the times of gateways and of the server for each', () => {
    const at = (second: number) => (_: null, time: PbfWriter) => time.writeVarintField(1, second)
    const frame = (times: Readonly<Record<number, number>>) => {
      const pbf = new PbfWriter()
      pbf.writeMessage(3, (_: null, info) => info.writeStringField(8, EUI), null)
      pbf.writeBytesField(10, Uint8Array.of(1))
      const write = (_: null, rx: PbfWriter) => {
        for (const [tag, second] of Object.entries(times)) rx.writeMessage(Number(tag), at(second), null)
      }
      pbf.writeMessage(12, write, null)
      return decode(pbf.finish()).uplinks?.[0]?.time
    }
    expect(frame({ 3: 1_767_225_600, 17: 1_767_225_601 })).toBe(1_767_225_600_000_000)
    expect(frame({ 17: 1_767_225_601 })).toBe(1_767_225_601_000_000)
  })

  it('refuses bytes that say to be longer than they are', () =>
    expect(decode(Buffer.concat([up, Buffer.from('527f01', 'hex')])).rejections).toMatchObject([
      { code: 'not_json' },
    ]))

  it('needs the topic to know the event', () =>
    expect(decode(up, 'up', 'somewhere').rejections).toMatchObject([{ code: 'not_json' }]))
})

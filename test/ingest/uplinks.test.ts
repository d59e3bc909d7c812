import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Findings } from '../../ingest/findings.ts'
import { readDecoded } from '../../ingest/uplinks.ts'
import { codecContext } from '../support/codec-context.ts'
import { ownValue } from '../support/samples.ts'
import { DEVICE_RULES } from './lorawan-device-rules.ts'

const TIME = 1_767_225_600_000_000
const at = { path: '/object', source: 'd1', time: TIME }

function decode(data: unknown, rules: Parameters<typeof codecContext>[0] = {}, given: object = at) {
  const found = new Findings()
  readDecoded(found, codecContext(rules).rulesOf('d1'), data, { path: '/object', ...given })
  return found.decoded()
}

/** Values in own units, to nine digits. */
const shown = ({ readings }: ReturnType<typeof decode>) =>
  readings.map(({ quantity, channel, value, unit }) => {
    const own = ownValue(quantity, value, unit)
    return [
      channel ? `${quantity}/${channel}` : quantity,
      typeof own === 'number' ? Number(own.toPrecision(9)) : own,
    ]
  })

interface SampleFile {
  readonly file: string
  readonly uplinks?: readonly { readonly output: { readonly data?: unknown; readonly errors?: unknown } }[]
}
const folder = new URL('../samples/lorawan-device-codecs/', import.meta.url)
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
const samples: SampleFile[] = read('expected.json')

/** What the decoder of each sample gives, frame by frame. */
const WANTED: Readonly<Record<string, readonly (readonly [string, number])[][]>> = {
  'decentlab-dl-mbx-distance.codec.yaml': [
    [
      ['battery-voltage', 2.993],
      ['distance', 1.234],
    ],
    [['battery-voltage', 2.993]],
  ],
  'decentlab-dl-pr26-pressure-level.codec.yaml': [
    [
      ['battery-voltage', 3.199],
      ['pressure', -1.171875],
      ['temperature', 25.671875],
    ],
    [['battery-voltage', 3.199]],
  ],
  'bmeters-iwm-lr3-water-meter.codec.yaml': [[['water-volume', 5.18]]],
  'bosch-tps110-parking.codec.yaml': [
    [['parking-occupied', 1]],
    [
      ['parking-occupied', 1],
      ['temperature', -1],
    ],
    [['parking-occupied', 1]],
  ],
  'nwave-nps310sm-parking.codec.yaml': [
    [['parking-occupied', 1]],
    [['parking-occupied', 0]],
    [['parking-occupied', 0]],
  ],
  'tekzitel-tekzipark-parking.codec.yaml': [
    [
      ['parking-occupied', 1],
      ['temperature', 45],
    ],
    [
      ['parking-occupied', 1],
      ['temperature', 45],
    ],
    [
      ['parking-occupied', 0],
      ['temperature', 46],
    ],
  ],
  'strega-smart-valve-water.codec.yaml': [
    [
      ['valve-position', 0],
      ['battery-level', 74],
      ['switch/0', 0],
      ['switch/1', 0],
      ['relative-humidity', 46.82],
      ['leak', 0],
      ['tamper', 1],
      ['temperature', 23.96],
    ],
  ],
}

describe('what decoders of devices give', () => {
  for (const { file, uplinks = [] } of samples)
    if (uplinks.length > 0)
      it(file, () => {
        const decoded = uplinks
          .filter(({ output }) => output.data !== undefined)
          .map(({ output }) => decode(output.data, { rules: DEVICE_RULES[file] ?? {} }))
        expect(decoded.map(shown)).toEqual(WANTED[file])
        // The rules name everything, so that nothing stays to be wired.
        expect(decoded.map(({ unmapped = [], rejections }) => [unmapped, rejections])).toEqual(
          decoded.map(() => [[], []]),
        )
      })

  it('Kamstrup: records of M-Bus, in local time without a zone; what is invalid is no value', () => {
    const file = 'kamstrup-flowiq2200-midnight-log.json'
    const decoded = decode(read(file).output, { rules: DEVICE_RULES[file] ?? {} }, { utcOffsetMinutes: 120 })
    expect(shown(decoded)).toEqual([
      ['water-volume', 0.236],
      ['leak', 0],
      ['tamper', 1],
      ['battery-low', 0],
      ['water-flow/min', 0],
      ['water-flow/max', 0],
    ])
    const midnight = Date.parse('2023-10-19T00:00:00+02:00') * 1000
    expect(new Set(decoded.readings.map(({ time }) => time))).toEqual(new Set([midnight]))
    expect(decoded.ignored.null).toBe(2)
    expect(decoded.rejections).toEqual([])
  })

  it('Axioma: the time of the meter goes before that of the network', () => {
    const file = 'axioma-qalcosonic-w1-24h.json'
    const arrived = Date.parse('2026-09-03T05:00:00Z') * 1000
    const decoded = decode(
      read(file).output_selected_keys,
      { rules: DEVICE_RULES[file] ?? {} },
      { time: arrived },
    )
    expect(decoded.readings).toEqual([
      {
        path: '/object/current_volume_m3',
        quantity: 'water-volume',
        channel: '',
        value: 6.054,
        unit: 'm3',
        time: Date.parse('2026-09-02T23:09:34Z') * 1000,
      },
    ])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(
      [6, 7, 8, 9, 10].map((hour) => `/object/delta_${hour}_m3`),
    )
  })
})

describe('forms in which decoders write', () => {
  it('text with a unit is a value with a unit; a text that is no value is none', () => {
    // Dragino LSE01.
    const decoded = decode({
      Bat: '3.384 V',
      TempC_DS18B20: 'NULL',
      temp_SOIL: '30.11 °C',
      conduct_SOIL: '12 uS/cm',
    })
    expect(shown(decoded)).toEqual([
      ['battery-voltage', 3.384],
      ['temperature/soil', 30.11],
      ['conductivity', 12],
    ])
    expect(decoded.ignored).toEqual({ null: 1 })
    for (const nothing of [null, '', 'null', 'N/A', ' NaN ', Number.NaN, undefined])
      expect(decode({ temperature: nothing })).toMatchObject({ readings: [], ignored: { null: 1 } })
  })

  it('numbers at the end of a name, or under it, are channels: Cayenne LPP by two servers', () => {
    expect(shown(decode({ temperature_1: 20, temperature_2: 21, relative_humidity_3: 50.5 }))).toEqual([
      ['temperature/1', 20],
      ['temperature/2', 21],
      ['relative-humidity/3', 50.5],
    ])
    expect(shown(decode({ temperatureSensor: { 1: 20, 2: 21 }, barometer: { 4: 1013 } }))).toEqual([
      ['temperature/1', 20],
      ['temperature/2', 21],
      ['atmospheric-pressure/4', 101.3],
    ])
  })

  it('units at the end of a name are its unit', () => {
    const data = { temp_c: 20, battery_mv: 3600, pressure_kpa: 250, BAT_V: 9, humidity_pct: 40, ILL_lx: 7 }
    expect(shown(decode(data))).toEqual([
      ['temperature', 20],
      ['battery-voltage', 3.6],
      ['pressure', 250],
      // battery_mv and BAT_V would be one observation: the first stays.
      ['relative-humidity', 40],
      ['illuminance', 7],
    ])
    expect(decode(data).unmapped).toEqual([{ path: '/object/BAT_V', source: 'd1' }])
  })

  it('records with times of their own are each at their time; without one, at the frame', () => {
    const history = [
      { time: 1_767_222_000, temperature: 20 },
      { time: 1_767_218_400_000, temperature: 19 },
      { time: 'yesterday', temperature: 18 },
    ]
    const { readings, unmapped } = decode({ temperature: 21, history })
    expect(readings.map(({ value, time }) => [value, time])).toEqual([
      [21, TIME],
      [20, TIME - 3_600_000_000],
      [19, TIME - 7_200_000_000],
    ])
    expect(unmapped?.map(({ path }) => path)).toEqual([
      '/object/history/2/time',
      '/object/history/2/temperature',
    ])
  })

  it('measures have times of their own: LoRa Cloud', () =>
    expect(
      decode({ info_fields: { temp: { timestamp: 1_767_222_000.757, value: 25 } } }).readings,
    ).toMatchObject([{ quantity: 'temperature', value: 25, time: 1_767_222_000_757_000 }]))

  it('records with a name and a value are fields: SenseCAP', () => {
    const messages = [
      [
        { measurementId: '4097', measurementValue: 24.5, type: 'Air Temperature' },
        { measurementId: '4098', measurementValue: 61, type: 'Air Humidity' },
      ],
    ]
    expect(shown(decode({ messages }))).toEqual([
      ['temperature', 24.5],
      ['relative-humidity', 61],
    ])
    const older = [{ measurementId: 4097, measurementValue: 24.5, type: 'report_telemetry' }]
    const rules = { 'messages/4097': { quantity: 'temperature', unit: 'Cel' } }
    expect(shown(decode({ messages: older }, { rules }))).toEqual([['temperature', 24.5]])
    const numbered = [4097, 4101, 4104, 9999].map((measurementId, i) => ({
      measurementId,
      measurementValue: [24.5, 101_320, 90, 1][i],
      type: 'report_telemetry',
    }))
    expect(shown(decode({ messages: numbered }))).toEqual([
      ['temperature', 24.5],
      ['atmospheric-pressure', 101.32],
      ['wind-direction', 90],
    ])
  })

  it('records of a variable, a value and a date are fields at that date: Watteco', () => {
    const data = [{ variable: 'temperature', value: 20.5, date: '2025-12-31T23:30:00Z' }]
    expect(decode({ data }).readings).toMatchObject([
      { quantity: 'temperature', value: 20.5, time: 1_767_223_800_000_000 },
    ])
  })

  it('units with exponents, and a degree that is no temperature: Decentlab', () => {
    const data = {
      wind_speed: { unit: 'm⋅s⁻¹', value: 1.5 },
      wind_direction: { unit: '°', value: 29.9 },
      air_temperature: { unit: '°C', value: 26.4 },
      solar_radiation: { unit: 'W⋅m⁻²', value: 10 },
      electrical_conductivity: { unit: 'µS⋅cm⁻¹', value: 166 },
    }
    expect(shown(decode(data))).toEqual([
      ['wind-speed', 5.4],
      ['wind-direction', 29.9],
      ['temperature', 26.4],
      ['solar-irradiance', 10],
      ['conductivity', 166],
    ])
  })

  it("a chip's number is no channel: Dragino", () => {
    expect(shown(decode({ TempC_SHT31: 20.1, Hum_SHT31: 50.2 }))).toEqual([
      ['temperature', 20.1],
      ['relative-humidity', 50.2],
    ])
  })

  it('a list of bytes or codes is one field that nobody knows', () =>
    expect(decode({ bytes: [1, 2, 3] }).unmapped).toEqual([{ path: '/object/bytes', source: 'd1' }]))

  it.each([
    ['1970', 12_345],
    ['ahead of the network by more than a clock may be', TIME / 1_000_000 + 3600],
    ['no time', 'soon'],
  ])('a clock that tells %s is not believed', (_, timestamp) =>
    expect(decode({ timestamp, temperature: 20 }).readings).toMatchObject([{ time: TIME }]),
  )

  it('a clock with a rule of null is left out', () =>
    expect(
      decode({ timestamp: 1_767_222_000, temperature: 20 }, { rules: { timestamp: null } }),
    ).toMatchObject({ readings: [{ time: TIME }], ignored: { unmapped: 1 } }))

  it('what the message gave already is not read again', () => {
    const radio = { path: '/rssi', quantity: 'signal-strength', channel: '', value: -80, time: TIME }
    expect(decode({ rssi: -50, snr: 3 }, {}, { ...at, beside: [radio] })).toMatchObject({
      readings: [{ quantity: 'signal-to-noise-ratio' }],
      unmapped: [{ path: '/object/rssi' }],
    })
  })

  it('a name that means two things is not guessed at', () => {
    const data = { battery: 90, distance: 1200, light: 1, volume: 3, pressure: 5 }
    expect(decode(data)).toMatchObject({ readings: [], ignored: { unmapped: 5 } })
  })
})

it('refuses what is no object, and more values than a message may have', () => {
  expect(decode('text').rejections).toMatchObject([{ path: '/object', code: 'wrong_shape' }])
  const many = Array.from({ length: 1001 }, (_, i) => ({ temperature: i, time: 1_700_000_000 + i }))
  expect(decode(many)).toMatchObject({ readings: [], rejections: [{ code: 'too_many_values' }] })
})

it('refuses more fields than a frame can hold, whatever they are', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1]))
  expect(decode(fields(4000))).toMatchObject({ rejections: [], ignored: { unmapped: 4000 } })
  expect(decode({ temperature: 1, deep: [{ a: fields(3000) }, { b: fields(3000) }] })).toMatchObject({
    readings: [],
    rejections: [{ code: 'too_many_values' }],
  })
  expect(decode({ temperature: 1, bytes: Array.from({ length: 50_000 }, () => 7) }).readings).toHaveLength(1)
})

it('answers any object', () =>
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (data) => {
      const { readings, rejections } = decode(data)
      expect(readings.length + rejections.length).toBeLessThanOrEqual(1000)
      for (const { time } of readings) expect(Number.isInteger(time)).toBe(true)
    }),
  ))

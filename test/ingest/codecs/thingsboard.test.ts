import { describe, expect, it } from 'vitest'
import { thingsboard } from '../../../ingest/codecs/thingsboard.ts'
import { codecContext } from '../../support/codec-context.ts'
import { decodeText, lines } from '../../support/decode-text.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

/** The documentation's keys mean nothing by themselves; a profile gives them a meaning. */
const rules = {
  key1: { quantity: 'operating-state' },
  key2: { quantity: 'operating-state', channel: '2' },
  key3: { quantity: 'active-energy', unit: 'kW.h' },
  key4: { quantity: 'event-count' },
}
const table: Readonly<Record<string, Landing>> = {
  key1: { quantity: 'operating-state' },
  key2: { quantity: 'operating-state', channel: '2' },
  key3: { quantity: 'active-energy', unit: 'kW.h' },
  key4: { quantity: 'event-count', unit: '1' },
  temperature: { quantity: 'temperature', unit: 'Cel' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
}

const decode = (json: unknown, topic = 'v1/devices/me/telemetry') =>
  decodeText(thingsboard, json, topic, codecContext({ rules }))

describe('samples', () => {
  for (const sample of samplesOf('thingsboard'))
    it(sample.file, () => {
      const decoded = thingsboard.decode(sample.payload, sample.topic ?? '', codecContext({ rules }))
      // A state is text, also where the device sent a boolean.
      const asText = {
        ...sample,
        expect: sample.expect.map((e) => (e.value === true ? { ...e, value: 'true' } : e)),
      }
      const { wanted, found } = compare(asText, decoded, table)
      expect(found).toEqual(wanted)
      expect(decoded.readings).toHaveLength(sample.expect.length)
      expect(decoded.rejections).toEqual([])
    })
})

describe('telemetry', () => {
  it('takes arrays of both forms, mixed', () =>
    expect(
      lines(decode([{ temperature: 1 }, { ts: 1451649600512, values: { temperature: 2, humidity: 3 } }])),
    ).toEqual([
      'temperature = 1 Cel',
      'temperature = 2 Cel @2016-01-01T12:00:00.512Z',
      'relative-humidity = 3 % @2016-01-01T12:00:00.512Z',
    ]))

  it('has ts only beside values: alone it is a key as any', () => {
    const decoded = decode({ ts: 1451649600512, temperature: 2 })
    expect(lines(decoded)).toEqual(['temperature = 2 Cel'])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/ts'])
  })

  it('has values only beside ts: alone they are an object as any', () => {
    const decoded = decode({ values: { key9: 1 }, temperature: 2 })
    expect(lines(decoded)).toEqual(['temperature = 2 Cel'])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/values/key9'])
  })

  it.each([-1, 9e15, 'x', true, {}])('a ts of %j spoils its own object alone', (ts) => {
    const decoded = decode([{ ts, values: { temperature: 1 } }, { temperature: 2 }])
    expect(lines(decoded)).toEqual(['temperature = 2 Cel'])
    expect(decoded.rejections.map(({ path, code }) => `${path} ${code}`)).toEqual(['/0/ts invalid_time'])
  })

  it('reads objects in values member by member, and a value with its unit', () =>
    expect(
      lines(
        decode({
          ts: 1451649600000,
          values: { l1: { voltage: 230 }, flow: { value: 1, unit: 'x' }, power: null },
        }),
      ),
    ).toEqual(['voltage/l1 = 230 V @2016-01-01T12:00:00.000Z']))

  it('keeps one quantity of several objects apart, and of keys that were flattened', () =>
    expect(
      lines(
        decode({
          temperature: 1,
          room1: { temperature: 2 },
          room2: { temperature: 3, key3: 4 },
          'room3.temperature': 5,
        }),
      ),
    ).toEqual([
      'temperature = 1 Cel',
      'temperature/room1 = 2 Cel',
      'temperature/room2 = 3 Cel',
      'active-energy/room2 = 4 kW.h',
      'temperature/room3 = 5 Cel',
    ]))

  it('takes the short topics, and not protobuf', () => {
    expect(lines(decode({ temperature: 1 }, 'v2/t'))).toEqual(['temperature = 1 Cel'])
    expect(thingsboard.matches('v2/t/j')).toBe(true)
    expect(thingsboard.matches('v2/t/p')).toBe(false)
    expect(thingsboard.matches('v1/devices/other/telemetry')).toBe(false)
  })

  it('empty telemetry is life cycle; none is refused', () => {
    for (const empty of [{}, [], { ts: 1, values: {} }])
      expect(decode(empty).ignored).toEqual({ life_cycle: 1 })
    for (const none of ['"x"', '1', '[1]'])
      expect(decode(none).rejections.map(({ code }) => code)).toEqual(['wrong_shape'])
  })

  it('objects with nothing in them are no value', () =>
    expect(decode({ a: {}, b: [] }).ignored).toEqual({ null: 1 }))

  it('refuses 1,001 values whole and takes 1,000', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ ts: i, values: { temperature: i } }))
    expect(decode(many(1000)).readings).toHaveLength(1000)
    expect(decode(many(1001)).rejections.map(({ code }) => code)).toEqual(['too_many_values'])
  })
})

describe('gateway', () => {
  it('one bad device does not spoil the others', () => {
    const decoded = decode({ A: 5, B: [{ temperature: 1 }], C: { temperature: 2 } }, 'v1/gateway/telemetry')
    expect(lines(decoded)).toEqual(['B temperature = 1 Cel', 'C temperature = 2 Cel'])
    expect(decoded.rejections.map(({ path }) => path)).toEqual(['/A'])
    expect(decode([], 'v1/gateway/telemetry').rejections.map(({ code }) => code)).toEqual(['wrong_shape'])
    expect(decode({}, 'v1/gateway/telemetry').ignored).toEqual({ life_cycle: 1 })
  })

  it('names devices by address in lower case, others as they are', () =>
    expect(
      decode(
        { 'AC:23:3F:00:11:22': [{ temperature: 1 }], 'Cellar A': [{ temperature: 2 }] },
        'v1/gateway/telemetry',
      ).readings.map(({ source }) => source),
    ).toEqual(['ac:23:3f:00:11:22', 'Cellar A']))

  it('says who is there', () => {
    expect(decode({ device: 'A' }, 'v1/gateway/disconnect').presence).toEqual([
      { source: 'A', kind: 'disconnected', reason: 'gateway disconnect' },
    ])
    expect(decode({ device: 7 }, 'v1/gateway/connect').rejections.map(({ code }) => code)).toEqual([
      'wrong_shape',
    ])
  })

  it.each([
    'v1/devices/me/attributes',
    'v1/devices/me/attributes/request/1',
    'v1/devices/me/rpc/response/7',
    'v1/devices/me/rpc/request/7',
    'v1/devices/me/claim',
    'v1/gateway/attributes',
    'v1/gateway/attributes/request',
    'v1/gateway/rpc',
    'v1/gateway/claim',
    'v2/a',
    'v2/r/res/1',
    'v2/fw/request/1/chunk/0',
  ])('%s is life cycle, whatever is in it', (topic) => {
    expect(thingsboard.matches(topic)).toBe(true)
    expect(decode('not JSON', topic)).toEqual({ readings: [], rejections: [], ignored: { life_cycle: 1 } })
  })
})

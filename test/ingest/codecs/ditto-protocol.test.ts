import { describe, expect, it } from 'vitest'
import { dittoProtocol } from '../../../ingest/codecs/ditto-protocol.ts'
import { numberWithUnit } from '../../../ingest/number-with-unit.ts'
import { codecContext } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

type Given = Parameters<typeof codecContext>[0]
const read = (json: unknown, given?: Given) =>
  dittoProtocol.decode(new TextEncoder().encode(JSON.stringify(json)), 'any', codecContext(given))
const envelope = (path: string, value: unknown, action = 'twin/commands/modify', more: object = {}) => ({
  topic: `org.acme/meter-1/things/${action}`,
  headers: {},
  path,
  value,
  ...more,
})
const found = ({ readings }: ReturnType<typeof read>) =>
  readings.map(({ quantity, channel, value, unit }) => [quantity, channel, value, unit])

const axis = (channel: string) => ({ quantity: 'acceleration', channel })
const RULES = {
  'accelerometer/x': axis('x'),
  'accelerometer/y': axis('y'),
  'accelerometer/z': axis('z'),
  pres: { quantity: 'atmospheric-pressure' },
  pressure: { quantity: 'atmospheric-pressure', unit: 'mm[Hg]' },
}
const table = (unit: string | null): Readonly<Record<string, Landing>> => ({
  'accelerometer/x': { ...axis('x'), unit: unit === 'g' ? '[g]' : 'm/s2' },
  'accelerometer/y': { ...axis('y'), unit: '[g]' },
  'accelerometer/z': { ...axis('z'), unit: '[g]' },
  temperature: { quantity: 'temperature', unit: 'Cel' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
  pressure: { quantity: 'atmospheric-pressure', unit: 'mm[Hg]' },
})

it.each(samplesOf('ditto-protocol'))('the sample $file', (sample) => {
  const decoded = dittoProtocol.decode(sample.payload, 'any', codecContext({ rules: RULES }))
  const { wanted, found: got } = compare(sample, decoded, table(sample.expect[0]?.unit ?? null))
  expect(got).toEqual(wanted)
  expect(decoded).toMatchObject({ rejections: [], ignored: {} })
  expect(decoded.readings).toHaveLength(wanted.length)
  const isEnvelope = !sample.file.startsWith('device-text-payload.json')
  for (const { source } of decoded.readings)
    expect(source).toBe(isEnvelope ? sample.expect[0]?.device : undefined) // prettier-ignore
})

describe('paths', () => {
  const properties = { voltage: 230, status: 'on' }
  it.each([
    [
      '/',
      {
        thingId: 'org.acme:meter-1',
        policyId: 'p',
        attributes: {},
        features: { m: { definition: ['a:b:1'], properties } },
      },
      '/value/features/m/properties/voltage',
    ],
    ['', { features: { m: { properties } } }, '/value/features/m/properties/voltage'],
    ['/features', { m: { properties } }, '/value/m/properties/voltage'],
    ['/features/m', { properties }, '/value/properties/voltage'],
    ['/features/m/properties', properties, '/value/voltage'],
    ['/features/m/properties/voltage', 230, '/value'],
    ['/features/m/properties/phase/L1', { voltage: 230 }, '/value/voltage'],
  ])('%s', (path, value, at) => {
    const decoded = read(envelope(path, value))
    expect(decoded.rejections).toEqual([])
    expect(decoded.readings.map((reading) => [reading.path, reading.source, reading.value])).toEqual([
      [at, 'org.acme:meter-1', 230],
    ])
  }) // prettier-ignore

  it('attributes are read too, as far as they are known', () => {
    const decoded = read(
      envelope('/attributes', { location: { latitude: 19.5, longitude: 106 }, maker: 'ACME' }),
    )
    expect(found(decoded)).toEqual([
      ['latitude', '', 19.5, 'deg'],
      ['longitude', '', 106, 'deg'],
    ])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/value/maker'])
  })

  it.each([
    ['what is desired', '/features/m/desiredProperties/voltage', 230],
    ['a definition', '/features/m/definition', ['a:b:1']],
    ['a policy', '/policyId', 'p'],
    ['a removal', '/features/m/properties/voltage', null],
    ['an empty feature', '/features/m/properties', {}],
    ['a thing without features', '/', { thingId: 'a:b' }],
  ])('%s measures nothing', (_, path, value) =>
    expect(read(envelope(path, value))).toEqual({ readings: [], rejections: [], ignored: { life_cycle: 1 } }),
  )

  it('steps are those of a JSON Pointer', () =>
    expect(
      found(
        read(envelope('/features/a~1b/properties/x~0y', 5), {
          rules: { 'a/b/x~y': { quantity: 'event-count' } },
        }),
      ),
    ).toEqual([['event-count', '', 5, undefined]]))
})

describe('actions', () => {
  const count = (action: string, more: object = {}) => {
    const { readings, ignored } = read(envelope('/features/m/properties/voltage', 230, action, more))
    return readings.length > 0 ? 'read' : Object.keys(ignored).join()
  }
  it.each([
    'twin/commands/create',
    'twin/commands/modify',
    'twin/commands/merge',
    'twin/events/created',
    'twin/events/modified',
    'twin/events/merged',
    'live/events/modified',
  ])('%s says what is', (action) => expect(count(action)).toBe('read'))

  it.each([
    'live/commands/modify',
    'twin/commands/retrieve',
    'twin/commands/delete',
    'twin/events/deleted',
    'twin/errors',
    'twin/acks/x',
    'live/messages/hello.world',
    'twin/search/subscribe',
  ])('%s does not', (action) => expect(count(action)).toBe('life_cycle'))

  it('a response is none either, nor a policy', () => {
    expect(count('twin/commands/modify', { status: 201 })).toBe('command_reply')
    expect(count('twin/commands/retrieve', { status: 200 })).toBe('command_reply')
    expect(read({ topic: 'org.acme/p/policies/commands/create', path: '/', value: {} }).ignored).toEqual({
      life_cycle: 1,
    }) // prettier-ignore
  })

  it('a thing without a namespace has its name', () =>
    expect(
      read({
        ...envelope('/features/m/properties/voltage', 1),
        topic: '_/meter-1/things/twin/events/modified',
      }).readings[0]?.source, // prettier-ignore
    ).toBe('meter-1'))

  it('a thing that the connection is to fill in is the sender', () => {
    const topic = '_/_/things/twin/commands/modify'
    const { readings } = read({ ...envelope('/features/m/properties/voltage', 1), topic })
    expect(readings).toMatchObject([{ quantity: 'voltage' }])
    expect(readings[0]).not.toHaveProperty('source')
  })

  it('an answer is one whatever it is about', () =>
    expect(read({ topic: 'unknown/unknown/errors', path: '/', value: {}, status: 400 }).ignored).toEqual({
      command_reply: 1,
    }))

  it('time is that of the event; one that is no time is that of receipt', () => {
    const time = (timestamp: unknown) =>
      read(envelope('/features/m/properties/voltage', 1, 'twin/events/modified', { timestamp })).readings[0]
        ?.time
    expect(time('2026-01-02T03:04:05.678901Z')).toBe(1_767_323_045_678_901)
    expect([time('yesterday'), time(5), time(undefined)]).toEqual([undefined, undefined, undefined])
  })
})

describe('names and units', () => {
  const features = (value: object, given?: Given) => read(envelope('/features', value), given)

  it('a feature of one number is its name; a property is told apart by its feature', () =>
    expect(
      found(
        features({
          temperature: { properties: { value: 20 } },
          humidity: { properties: { status: { sensorValue: 50, sensorUnits: '%' } } },
          'temperature:1': { properties: { value: 21 } },
          kitchen: { properties: { temperature: 22 } },
          voltage: { properties: { voltage: 230 } },
        }),
      ),
    ).toEqual([
      ['temperature', '', 20, 'Cel'],
      ['relative-humidity', '', 50, '%'],
      ['temperature', '1', 21, 'Cel'],
      ['temperature', 'kitchen', 22, 'Cel'],
      ['voltage', '', 230, 'V'],
    ]))

  it("a profile's rule for feature and property holds as it is", () =>
    expect(
      found(
        features(
          { a: { properties: { temperature: 20 } } },
          { rules: { 'a/temperature': { quantity: 'water-temperature' } } },
        ), // prettier-ignore
      ),
    ).toEqual([['water-temperature', '', 20, undefined]]))

  it('a unit is that of the neighbours that take it; one that none takes goes to the check', () => {
    expect(found(features({ m: { properties: { temperature: 70, humidity: 50, unit: '°F' } } }))).toEqual([
      ['temperature', 'm', 70, '[degF]'],
      ['relative-humidity', 'm', 50, '%'],
    ])
    expect(found(features({ m: { properties: { temperature: 70, unit: 'furlong' } } }))[0]?.[3]).toBe(
      'furlong',
    )
  })

  it('a unit of its own goes before that of the neighbours', () =>
    expect(found(features({ m: { properties: { temperature: '70 °F', unit: 'K' } } }))).toEqual([
      ['temperature', 'm', 70, '[degF]'],
    ]))
})

it.each([
  ['23.42 °C', { value: 23.42, unit: 'Cel' }],
  ['-5°C', { value: -5, unit: 'Cel' }],
  ['  7.5e3  W ', { value: 7500, unit: 'W' }],
  ['55%', { value: 55, unit: '%' }],
  ['1 l/min', { value: 1, unit: 'L/min' }],
  ['2.5 m³/h', { value: 2.5, unit: 'm3/h' }],
  ['2.5m3/h', { value: 2.5, unit: 'm3/h' }],
  ['12 Main Street', undefined],
  ['23.42', undefined],
  ['°C', undefined],
  ['1,000 W', undefined],
  ['1e999 W', { value: Number.POSITIVE_INFINITY, unit: 'W' }],
  ['1.2.3 V', undefined],
])('%s is number and unit: %o', (text, want) => expect(numberWithUnit(text)).toEqual(want))

it.each([
  ['an array', []],
  ['an empty object', {}],
  ['a number', 1],
  ['a path that is none', { ...envelope('features', {}) }],
  ['no path', { topic: 'a/b/things/twin/events/modified', value: 1 }],
  ['no criterion', { topic: 'a/b/things/twin', value: 1 }],
])('%s is refused', (_, json) =>
  expect(read(json).rejections.map(({ code }) => code)).toEqual(['wrong_shape']),
)

it('a name of any length is looked up, and no more', () => {
  for (const step of ['value.', 'value/', 'x_1.', '.'])
    expect(read({ [step.repeat(40_000)]: { [step.repeat(10_000)]: 1 } }).unmapped).toHaveLength(1)
})

it('more than a thousand values are refused, whole, wherever in the message they are', () => {
  const spread = Object.fromEntries(
    Array.from({ length: 30 }, (_, f) => [
      `f${f}`,
      { properties: { rows: Array.from({ length: 50 }, (_, v) => ({ voltage: v })) } },
    ]),
  )
  expect(read(envelope('/features', spread)).rejections.map(({ code }) => code)).toEqual(['too_many_values'])
  expect(read(envelope('/features', spread)).readings).toEqual([])
  const many = Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`m${i}`, { voltage: i }]))
  const decoded = read(envelope('/features/m/properties', many))
  expect([decoded.readings, decoded.rejections.map(({ code }) => code)]).toEqual([[], ['too_many_values']])
})

import { describe, expect, it } from 'vitest'
import { QUANTITIES } from '../../../core/quantity.ts'
import { opcuaPubsubJson } from '../../../ingest/codecs/opcua-pubsub-json.ts'
import { UCUM_OF_UNECE } from '../../../ingest/unece-units.ts'
import { codecContext, RECEIVED_AT, senderContext } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

type Given = Parameters<typeof codecContext>[0]
const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))
const read = (json: unknown, given?: Given, topic = 'any') =>
  opcuaPubsubJson.decode(bytes(json), topic, codecContext(given))
const found = ({ readings }: ReturnType<typeof read>) =>
  readings.map(({ source, quantity, channel, value, unit }) => [source, quantity, channel, value, unit])
const codes = (json: unknown) => read(json).rejections.map(({ path, code }) => `${path} ${code}`)
/** One field in a message without headers. */
const field = (value: unknown, given?: Given) => read({ Payload: { temperature: value } }, given)

const RULES = {
  AlternatingBoolean: { quantity: 'switch' },
  StepUp: { quantity: 'event-count' },
  RandomSignedInt32: { quantity: 'event-count', channel: 'signed' },
  RandomUnsignedInt32: { quantity: 'event-count', channel: 'unsigned' },
  BadFastUInt1: { quantity: 'event-count', channel: 'bad' },
}
const TABLE: Readonly<Record<string, Landing>> = {
  AlternatingBoolean: { quantity: 'switch' },
  StepUp: { quantity: 'event-count' },
  RandomSignedInt32: { quantity: 'event-count', channel: 'signed' },
  RandomUnsignedInt32: { quantity: 'event-count', channel: 'unsigned' },
}

describe('the samples', () => {
  it.each(samplesOf('opcua-pubsub-json'))('$file', (sample) => {
    const decoded = opcuaPubsubJson.decode(sample.payload, 'any', codecContext({ rules: RULES }))
    const { wanted, found: got } = compare(sample, decoded, TABLE)
    expect(got).toEqual(wanted)
    expect(decoded.readings).toHaveLength(wanted.length)
    for (const { source } of decoded.readings) expect(source).toBe(sample.expect[0]?.device)
    const isTwo = sample.file.includes('two-documents')
    expect(decoded.rejections.map(({ code }) => code)).toEqual(isTwo ? ['not_json'] : [])
    if (wanted.length === 0 && !isTwo) expect(decoded.ignored).toEqual({ life_cycle: 1 })
  })

  it('are the same without what the hub wraps around them', () => {
    const [sample] = samplesOf('opcua-pubsub-json')
    const { body } = JSON.parse(Buffer.from(sample?.payload ?? '').toString()) as { body: unknown }
    expect(read(body, { rules: RULES }).readings.map(({ path }) => `/body${path}`)).toEqual(
      opcuaPubsubJson
        .decode(sample?.payload ?? new Uint8Array(), 'any', codecContext({ rules: RULES }))
        .readings.map(({ path }) => path),
    )
  })

  it('of the second document, whose status is bad and which has no value, there is nothing to read', () => {
    const sample = samplesOf('opcua-pubsub-json').find(({ file }) => file.includes('two-documents'))
    const [, second = ''] = Buffer.from(sample?.payload ?? '')
      .toString()
      .split(/\n\s*\n/) // prettier-ignore
    expect(read(JSON.parse(second), { rules: RULES })).toEqual({
      readings: [],
      rejections: [],
      ignored: { null: 1 },
    }) // prettier-ignore
  })
})

describe('headers', () => {
  const payload = { temperature: 20 }
  it.each([
    [
      'network and data set',
      { MessageType: 'ua-data', PublisherId: 'P', Messages: [{ DataSetWriterId: 1, Payload: payload }] },
      'P/1',
    ],
    [
      'one message, not an array',
      { MessageType: 'ua-data', PublisherId: 'P', Messages: { DataSetWriterId: 1, Payload: payload } },
      'P/1',
    ],
    [
      'the name before the id',
      { PublisherId: 'P', Messages: [{ DataSetWriterId: 1, DataSetWriterName: 'W', Payload: payload }] },
      'P/W',
    ],
    [
      'a publisher that is a number (1.04)',
      { PublisherId: 32, Messages: [{ DataSetWriterId: 1, Payload: payload }] },
      '32/1',
    ],
    [
      'a data set alone, which has the publisher itself (1.05)',
      { PublisherId: 'P', DataSetWriterId: 62541, MessageType: 'ua-keyframe', Payload: payload },
      'P/62541',
    ],
    ['an array of data sets', [{ DataSetWriterId: 4, Payload: payload }], '4'],
    [
      'an array of network messages',
      [{ MessageType: 'ua-data', PublisherId: 'P', Messages: [{ Payload: payload }] }],
      'P',
    ],
    ['none', payload, undefined],
  ])('%s', (_, json, source) => expect(found(read(json))).toEqual([[source, 'temperature', '', 20, 'Cel']])) // prettier-ignore

  it('come from the topic where the message has none', () => {
    expect(found(read(payload, {}, 'opcua/json/data/P/G/W'))[0]?.[0]).toBe('P/W')
    expect(found(read({ DataSetWriterId: 3, Payload: payload }, {}, 'opcua/json/data/P/G'))[0]?.[0]).toBe(
      'P/3',
    )
  })
})

describe('fields', () => {
  it.each([
    ['raw', 20.5, 20.5],
    ['a DataValue', { Value: 20.5, SourceTimestamp: '2026-01-02T00:00:00Z' }, 20.5],
    ['a DataValue of 1.05', { UaType: 11, Value: 20.5, Status: { Code: 0 } }, 20.5],
    ['a Variant of 1.04', { Type: 11, Body: 20.5 }, 20.5],
    [
      'a Variant in a DataValue',
      { Value: { Type: 11, Body: 20.5 }, ServerTimestamp: '2026-01-02T00:00:00Z' },
      20.5,
    ], // prettier-ignore
    ['a Variant without its type', { Value: 20.5 }, 20.5],
    ['a 64-bit integer in text', { UaType: 8, Value: '-20' }, -20],
    ['a boolean', true, true],
  ])('%s', (_, raw, value) => expect(field(raw).readings.map((reading) => reading.value)).toEqual([value]))

  it.each([
    ['null', null],
    ['no value', {}],
    ['a null Variant', { Type: 0, Body: null }],
    ['NaN', 'NaN'],
    ['bad without a value', { StatusCode: 2_150_694_912 }],
    ['bad with null', { Value: null, StatusCode: { Code: 2_150_694_912 } }],
  ])('%s is no measurement', (_, raw) =>
    expect(field(raw)).toEqual({ readings: [], rejections: [], ignored: { null: 1 } }),
  )

  it.each([
    ['good', 0, undefined],
    ['good, with information in the lower bits', 0x00a60000, undefined],
    ['{} is good', {}, undefined],
    ['uncertain', 0x40920000, 'estimated'],
    ['bad', 0x80310000, 'bad'],
    ['bad, 1.05', { Code: 0x80310000, Symbol: 'BadNoCommunication' }, 'bad'],
    ['bad by its symbol alone', { Symbol: 'BadNoCommunication' }, 'bad'],
    ['uncertain by its symbol alone', { Symbol: 'UncertainLastUsableValue' }, 'estimated'],
  ])('status: %s', (_, StatusCode, quality) => {
    expect(field({ Value: 1, StatusCode }).readings[0]?.quality).toBe(quality)
    expect(field({ Value: 1, Status: StatusCode }).readings[0]?.quality).toBe(quality)
  })

  it('a message that is bad makes its fields so', () =>
    expect(
      read({ Status: 0x80310000, Payload: { temperature: { Value: 1, StatusCode: 0x40920000 } } }).readings[0]
        ?.quality,
    ).toBe('bad'))

  it('time: source, server, message, receipt; the least and greatest DateTime are none', () => {
    const time = (value: object, message = {}) =>
      read({ ...message, Payload: { temperature: { Value: 1, ...value } } }).readings[0]?.time
    const at = '2026-01-02T03:04:05.9999999Z'
    const us = 1_767_323_045_999_999
    expect(time({ SourceTimestamp: at, ServerTimestamp: '2026-01-01T00:00:00Z' })).toBe(us)
    expect(time({ SourceTimestamp: '0001-01-01T00:00:00Z', ServerTimestamp: at })).toBe(us)
    expect(time({ SourceTimestamp: '9999-12-31T23:59:59Z' }, { Timestamp: at })).toBe(us)
    expect(time({})).toBeUndefined()
    expect(codes({ Payload: { temperature: { Value: 1, SourceTimestamp: 'yesterday' } } })).toEqual([
      '/Payload/temperature invalid_time',
    ]) // prettier-ignore
    expect(codes({ Payload: { temperature: { Value: 1, SourceTimestamp: 1 } } })).toEqual([
      '/Payload/temperature invalid_time',
    ]) // prettier-ignore
  })

  it('Infinity is no number that is measured', () => {
    expect(codes({ Payload: { temperature: 'Infinity' } })).toEqual(['/Payload/temperature not_finite'])
    expect(read({ Payload: { Name: 'Infinity' } }).unmapped).toHaveLength(1)
  })

  it('structures and arrays are fields by their members', () =>
    expect(
      found(
        read(
          { Payload: { Env: { UaType: 22, Value: { temperature: 20, Humidity: 50 } }, Levels: [1, 2] } },
          { rules: { 'Levels/1': { quantity: 'fill-level', channel: '1' } } },
        ),
      ),
    ).toEqual([
      [undefined, 'temperature', 'Env', 20, 'Cel'],
      [undefined, 'relative-humidity', 'Env', 50, '%'],
      [undefined, 'fill-level', '1', 2, undefined],
    ]))

  it('a structure that nothing knows is unmapped, and only an empty one is no value', () => {
    const { ignored } = read({ Payload: { Label: { Text: 'x', Locale: 'en' }, temperature: {} } })
    expect(ignored).toEqual({ unmapped: 2, null: 1 })
  })

  it('are found by a rule for the whole name, by their node, and by the last step', () => {
    const names = {
      'nsu=http://x.vn/plc/;s=Temperature': 1,
      '2:Humidity': 2,
      'Boiler 1.Temperature': 3,
      'ns=2;s=Boiler2/Temperature': 4,
      'Pump.Temperature': 5,
      'Pump.Mystery': 6,
    }
    const rules = { 'Pump.Temperature': { quantity: 'water-temperature' } }
    const decoded = read({ Payload: names }, { rules })
    expect(found(decoded)).toEqual([
      [undefined, 'temperature', '', 1, 'Cel'],
      [undefined, 'relative-humidity', '', 2, '%'],
      [undefined, 'temperature', 'Boiler-1', 3, 'Cel'],
      [undefined, 'temperature', 'Boiler2', 4, 'Cel'],
      [undefined, 'water-temperature', '', 5, undefined],
    ])
    expect(decoded.unmapped).toEqual([{ path: '/Payload/Pump.Mystery' }])
  })
})

describe('metadata', () => {
  const eu = (unit: object) => [
    { Key: { Name: 'EURange' }, Value: { Low: 0, High: 100 } },
    { Key: { Name: 'EngineeringUnits' }, Value: unit },
  ]
  const meta = (properties: unknown, writer: object = { DataSetWriterId: 7, DataSetWriterName: 'W' }) => ({
    MessageId: '1',
    MessageType: 'ua-metadata',
    PublisherId: 'P',
    ...writer,
    MetaData: { Name: 'DS', Fields: [{ Name: 'temperature', Properties: properties }, { Name: 'x' }, 7] },
  })
  const unitAfter = (properties: unknown, data: object = { DataSetWriterId: 7 }) => {
    const context = senderContext()
    const decoded = opcuaPubsubJson.decode(bytes(meta(properties)), 'any', context(RECEIVED_AT))
    expect([decoded.isRemembered, decoded.ignored]).toEqual([true, { life_cycle: 1 }])
    const message = { PublisherId: 'P', Messages: [{ ...data, Payload: { temperature: 300 } }] }
    return opcuaPubsubJson.decode(bytes(message), 'any', context(RECEIVED_AT + 1)).readings[0]?.unit
  }
  const KEL = 0x4b454c

  it.each([
    ['1.04, Variant and ExtensionObject', { Type: 22, Body: { TypeId: { Id: 888 }, Body: { UnitId: KEL } } }],
    ['1.05', { UaType: 22, Value: { UaTypeId: 'i=888', UnitId: KEL } }],
    ['bare', { UnitId: KEL, DisplayName: { Text: 'Kelvin' } }],
    ['a display name', { UnitId: -1, DisplayName: { Locale: 'en', Text: 'K' } }],
    ['a display name that is text', { DisplayName: 'K' }],
  ])('%s', (_, unit) => expect(unitAfter(eu(unit))).toBe('K'))

  it('holds for the id and for the name of its writer, and for no other', () => {
    const properties = eu({ UnitId: KEL })
    expect(unitAfter(properties, { DataSetWriterName: 'W' })).toBe('K')
    expect(unitAfter(properties, { DataSetWriterId: 8 })).toBe('Cel')
    expect(unitAfter([{ Key: '0:EngineeringUnits', Value: { UnitId: KEL } }])).toBe('K')
    expect(unitAfter('none')).toBe('Cel')
  })

  it('without fields is refused', () =>
    expect(codes({ MessageType: 'ua-metadata', PublisherId: 'P' })).toEqual(['/MetaData wrong_shape']))

  it('numbers units by their common codes, which are units here', () => {
    const accepted = new Set([...QUANTITIES.values()].flatMap(({ accepts }) => [...accepts.keys()]))
    for (const [code, ucum] of Object.entries(UCUM_OF_UNECE)) expect(accepted.has(ucum), code).toBe(true)
  })
})

describe('life cycle', () => {
  it.each([
    ['a keep-alive', { PublisherId: 'P', Messages: [{ DataSetWriterId: 1, MessageType: 'ua-keepalive' }] }],
    ['an event', { DataSetWriterId: 1, MessageType: 'ua-event', Payload: { temperature: 5 } }],
    ['a connection', { MessageType: 'ua-connection', PublisherId: 'P', Connection: {} }],
    ['an application', { MessageType: 'ua-application', PublisherId: 'P' }],
    ['an empty payload', { DataSetWriterId: 1, Payload: {} }],
  ])('%s', (_, json) =>
    expect(read(json)).toEqual({ readings: [], rejections: [], ignored: { life_cycle: 1 } }),
  )

  it('a state of the publisher is that of its writers', () => {
    const context = senderContext()
    const decode = (json: unknown, after: number) =>
      opcuaPubsubJson
        .decode(bytes(json), 'any', context(RECEIVED_AT + after))
        .presence?.map(({ source, kind }) => `${source} ${kind}`)
    decode({ PublisherId: 'P', Messages: [{ DataSetWriterId: 1, Payload: { temperature: 1 } }] }, 0)
    const status = (Status: unknown) => decode({ MessageType: 'ua-status', PublisherId: 'P', Status }, 1)
    expect(status(3)).toEqual(['P disconnected', 'P/1 disconnected'])
    expect(status('Operational_2')).toEqual(['P connected', 'P/1 connected'])
    expect(status(1)).toBeUndefined()
    expect(status('?')).toBeUndefined()
  })
})

it.each([
  ['an empty array', []],
  ['a number', 5],
  ['text', 'x'],
  ['an empty object', {}],
])('%s is nothing of OPC UA', (_, json) => expect(codes(json)).toEqual([' wrong_shape']))

it('a thousand fields are read; more are refused, whole, in however many messages', () => {
  const payload = (fields: number) =>
    Object.fromEntries(Array.from({ length: fields }, (_, i) => [`m${i}/temperature`, i]))
  expect(read({ Payload: payload(1000) }).readings).toHaveLength(1000)
  for (const json of [
    { Payload: payload(1001) },
    [{ Payload: payload(600) }, { Payload: payload(600) }, { Payload: payload(10) }],
  ])
    expect([codes(json), read(json).readings]).toEqual([[' too_many_values'], []])
})

it('matches the default topics only', () => {
  for (const topic of ['opcua/json/data/P/G', 'opcua/json/metadata/P/G/W', 'opcua/json/status/P'])
    expect(opcuaPubsubJson.matches(topic)).toBe(true)
  for (const topic of ['opcua/uadp/data/P/G', 'x/opcua/json/data/P', 'opcua/json'])
    expect(opcuaPubsubJson.matches(topic)).toBe(false)
})

import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CodecContext } from '../../../ingest/codec.ts'
import { parsePayload } from '../../../ingest/codecs/sparkplug-b/payload.ts'
import { sparkplugB } from '../../../ingest/codecs/sparkplug-b.ts'
import { shortestFloat } from '../../../ingest/shortest-float.ts'
import { codecContext, RECEIVED_AT, senderContext } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'
import { sparkplugPayload, type TestMetric, type TestPayload } from '../../support/sparkplug.ts'

const T = 1_767_323_000_000
const TYPE = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10,
  boolean: 11,
  string: 12,
  text: 14,
  dataset: 16,
  bytes: 17,
  template: 19,
} // prettier-ignore

/** One sender's messages, one after the other, a second apart unless it is said. */
function sender(given: Parameters<typeof senderContext>[0] = {}) {
  const context = senderContext(given)
  let at = RECEIVED_AT
  return (topic: string, payload: TestPayload | Uint8Array, laterUs = 1_000_000) => {
    at += laterUs
    const bytes = payload instanceof Uint8Array ? payload : sparkplugPayload(payload)
    return sparkplugB.decode(bytes, `spBv1.0/G/${topic}`, context(at))
  }
}

const birth = (metrics: readonly TestMetric[], seq = 0, bdSeq?: number): TestPayload => ({
  timestamp: T,
  seq,
  metrics: [
    ...(bdSeq === undefined ? [] : [{ name: 'bdSeq', datatype: TYPE.int64, value: { long: BigInt(bdSeq) } }]),
    ...metrics,
  ],
})
const temperature: TestMetric = {
  name: 'temperature',
  alias: 1,
  datatype: TYPE.double,
  value: { double: 20 },
}
const values = ({ readings }: { readings: readonly { value: unknown }[] }) =>
  readings.map(({ value }) => value)
const codes = ({ rejections }: { rejections: readonly { path: string; code: string }[] }) =>
  rejections.map(({ path, code }) => `${path} ${code}`)

const left = (why: string): Landing => ({ left: why })
const RULES = {
  'Supply Voltage': { quantity: 'voltage', unit: 'V' },
  'Inputs/A': { quantity: 'contact-open', channel: 'A' },
  'Inputs/C': { quantity: 'contact-open', channel: 'C' },
}
const TABLE: Record<string, Landing> = {
  'Supply Voltage': { quantity: 'voltage', unit: 'V' },
  'Inputs/A': { quantity: 'contact-open', channel: 'A', unit: '1' },
  'Inputs/C': { quantity: 'contact-open', channel: 'C', unit: '1' },
}
for (const { expect: items } of samplesOf('sparkplug-b'))
  for (const { quantity } of items)
    TABLE[quantity] ??= left(/^Inputs|^Outputs/.test(quantity) ? 'unmapped' : 'control') // prettier-ignore

describe('the samples', () => {
  it.each(samplesOf('sparkplug-b').filter(({ file }) => file.endsWith('.bin')))('$file', (sample) => {
    const decoded = sparkplugB.decode(sample.payload, sample.topic ?? '', codecContext({ rules: RULES }))
    const { wanted, found } = compare(sample, decoded, TABLE)
    expect(found).toEqual(wanted)
    expect(decoded.readings).toHaveLength(wanted.length)
    expect(decoded.rejections).toEqual([])
    const sources = new Set(sample.expect.map(({ device }) => device))
    for (const { source } of decoded.readings) expect(sources).toContain(source)
  })

  it('follow one another: births, then data from both, then seq 0 again only after 255', () => {
    const context = senderContext({ rules: RULES })
    // In the file: the node's birth, the device's, data of the node, of the device.
    const bins = samplesOf('sparkplug-b').filter(({ file }) => file.endsWith('.bin'))
    const answers = bins.map(
      ({ payload, topic }, i) =>
        sparkplugB.decode(payload, topic ?? '', context(RECEIVED_AT + i)).answers?.length ?? 0,
    )
    // The printed data message of the device has seq 0 after 2, which is a gap.
    expect(answers).toEqual([0, 0, 0, 1])
  })

  it('are refused as text, which they are not on the wire', () => {
    for (const { file, payload } of samplesOf('sparkplug-b').filter((sample) =>
      sample.file.endsWith('.json'),
    ))
      expect(codes(sparkplugB.decode(payload, 'spBv1.0/G/NDATA/N', codecContext())), file).toEqual([
        ' not_protobuf',
      ]) // prettier-ignore
  })
})

describe('values by datatype', () => {
  const read = (metric: TestMetric) =>
    values(
      sender({ rules: { x: { quantity: 'event-count' } } })('NBIRTH/N', birth([{ name: 'x', ...metric }])),
    )

  it.each([
    ['Int8 in eight bits', TYPE.int8, { int: 0xf6 }, -10],
    ['Int8 padded to 32', TYPE.int8, { int: -10 }, -10],
    ['Int16', TYPE.int16, { int: 0x8000 }, -32_768],
    ['Int32', TYPE.int32, { int: -2_147_483_648 }, -2_147_483_648],
    ['Int32 in the long field', TYPE.int32, { long: -10n }, -10],
    ['Int64', TYPE.int64, { long: -5_000_000_000n }, -5_000_000_000],
    ['UInt8', TYPE.uint8, { int: 255 }, 255],
    ['UInt16', TYPE.uint16, { int: 65_535 }, 65_535],
    ['UInt32', TYPE.uint32, { int: 4_294_967_295 }, 4_294_967_295],
    ['UInt32 in the long field', TYPE.uint32, { long: 4_294_967_295n }, 4_294_967_295],
    ['UInt64', TYPE.uint64, { long: 2n ** 64n - 1n }, 2 ** 64],
    ['Float', TYPE.float, { float: 12.3 }, 12.3],
    ['Double', TYPE.double, { double: 12.300000190734863 }, 12.300000190734863],
    ['Boolean', TYPE.boolean, { boolean: true }, true],
    ['Boolean in an integer', TYPE.boolean, { int: 1 }, true],
    ['String', TYPE.string, { string: '7.5' }, 7.5],
  ])('%s', (_, datatype, value, want) => expect(read({ datatype, value })).toEqual([want]))

  it.each([
    ['NaN', { datatype: TYPE.float, value: { float: Number.NaN } }],
    ['is_null', { datatype: TYPE.float, isNull: true }],
    ['is_null with a value left in', { datatype: TYPE.float, isNull: true, value: { float: 0 } }],
    ['no value', { datatype: TYPE.float }],
  ])('%s is no measurement', (_, metric) => {
    const { readings, ignored } = sender({ rules: { x: { quantity: 'event-count' } } })(
      'NBIRTH/N',
      birth([{ name: 'x', ...metric }]),
    )
    expect([readings, ignored]).toEqual([[], { null: 1 }])
  })

  it('integers of any width come back, however they are padded', () =>
    fc.assert(
      fc.property(
        fc.constantFrom([8, TYPE.int8] as const, [16, TYPE.int16] as const, [32, TYPE.int32] as const),
        fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
        fc.boolean(),
        ([bits, datatype], any, isPadded) => {
          const want = BigInt.asIntN(bits, any)
          const wire = isPadded ? BigInt.asUintN(32, want) : BigInt.asUintN(bits, want)
          expect(read({ datatype, value: { int: Number(wire) } })).toEqual([Number(want)])
        },
      ),
      { numRuns: 100 },
    ))

  it('a data set of one row and an array are parts with names; a table and a long array are not', () => {
    const dataset = {
      columns: ['temperature', 'humidity'],
      types: [TYPE.float, TYPE.int16],
      rows: [[{ float: 21.5 }, { int: 55 }]],
    }
    const rules = { 'a/1': { quantity: 'fill-level', channel: '1' }, 'b/2': { quantity: 'contact-open' } }
    const decoded = sender({ rules })(
      'DBIRTH/N/D',
      birth([
        { name: 'env', datatype: TYPE.dataset, dataset },
        { name: 'a', datatype: 23, bytes: Buffer.from('0100feff', 'hex') },
        { name: 'b', datatype: 32, bytes: Buffer.from('0300000020', 'hex') },
        {
          name: 'env2',
          datatype: TYPE.dataset,
          dataset: { ...dataset, rows: [...dataset.rows, ...dataset.rows] },
        }, // prettier-ignore
        { name: 'wave', datatype: 30, bytes: new Uint8Array(4 * 65) },
        { name: 'odd', datatype: 30, bytes: new Uint8Array(5) },
        { name: 'file', datatype: TYPE.bytes, bytes: new Uint8Array(5) },
      ]),
    )
    expect(decoded.readings.map(({ path, quantity, value }) => [path, quantity, value])).toEqual([
      ['/metrics/0/temperature', 'temperature', 21.5],
      ['/metrics/0/humidity', 'relative-humidity', 55],
      ['/metrics/1/1', 'fill-level', -2],
      ['/metrics/2/2', 'contact-open', true],
    ])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual([
      '/metrics/1/0',
      '/metrics/2/0',
      '/metrics/2/1',
      '/metrics/3',
      '/metrics/4',
      '/metrics/5',
      '/metrics/6',
    ])
  })

  it('a template instance is its members by name, also in data that leaves the datatypes out; a definition is none', () => {
    const decode = sender()
    const member = (value: number) => ({ name: 'temperature', value: { int: value } })
    decode(
      'NBIRTH/N',
      birth([
        {
          name: '_types_/Room',
          datatype: TYPE.template,
          template: { metrics: [{ ...member(0), datatype: TYPE.int16 }], isDefinition: true },
        }, // prettier-ignore
        {
          name: 'Room 1',
          datatype: TYPE.template,
          template: { metrics: [{ ...member(20), datatype: TYPE.int16 }] },
        }, // prettier-ignore
      ]),
    )
    const data = decode('NDATA/N', {
      seq: 1,
      metrics: [{ name: 'Room 1', template: { metrics: [member(-5)] } }],
    }) // prettier-ignore
    expect([values(data), data.rejections, data.answers]).toEqual([[-5], [], undefined])
  })
})

describe('properties', () => {
  it('give the unit, also to later data, and the quality', () => {
    const decode = sender()
    const pressure = { ...temperature, properties: { engUnit: { string: '°F' }, Quality: { int: 192 } } }
    expect(decode('NBIRTH/N', birth([pressure])).readings[0]).toMatchObject({ value: 20, unit: '[degF]' })
    const quality = (code: number) => {
      const metric = { alias: 1, value: { double: 70 }, properties: { Quality: { int: code } } }
      const [reading] = decode('NDATA/N', { metrics: [metric] }).readings
      return [reading?.unit, reading?.quality]
    }
    expect([0, 192, 500, 0x40, 216].map(quality)).toEqual([
      ['[degF]', 'bad'],
      ['[degF]', undefined],
      ['[degF]', 'bad'],
      ['[degF]', 'estimated'],
      ['[degF]', undefined],
    ])
  })

  it.each(['engUnit', 'Engineering Units', 'EngineeringUnit', 'unit', 'Units'])('%s is a unit', (key) =>
    expect(
      sender()('NBIRTH/N', birth([{ ...temperature, properties: { [key]: { string: 'K' } } }])).readings[0]
        ?.unit,
    ).toBe('K'),
  )
})

describe('time', () => {
  it("is the metric's, then the payload's, then that of receipt; history has its own", () => {
    const decode = sender()
    decode('NBIRTH/N', birth([temperature]))
    const times = (payload: TestPayload) => decode('NDATA/N', payload).readings.map(({ time }) => time)
    const metric = { alias: 1, value: { double: 1 } }
    expect(
      times({ timestamp: T, metrics: [{ ...metric, timestamp: T - 5, isHistorical: true }, metric] }),
    ).toEqual([
      // prettier-ignore
      (T - 5) * 1000,
      T * 1000,
    ])
    expect(times({ metrics: [metric] })).toEqual([undefined])
    expect(times({ timestamp: 2n ** 64n - 1n, metrics: [metric] })).toEqual([undefined])
    expect(codes(decode('NDATA/N', { metrics: [{ ...metric, timestamp: 2n ** 63n }] }))).toEqual([
      '/metrics/0 invalid_time',
    ]) // prettier-ignore
  })
})

describe('the session', () => {
  const data = (seq: number, alias: number | bigint = 1): TestPayload => ({
    seq,
    metrics: [{ alias, value: { double: 21 } }],
  })

  it('knows 64-bit aliases apart', () => {
    const decode = sender()
    const big = 2n ** 63n + 1n
    decode(
      'NBIRTH/N',
      birth([
        { ...temperature, alias: big },
        { name: 'humidity', alias: big + 1n, datatype: TYPE.double },
      ]),
    )
    expect(decode('NDATA/N', data(1, big)).readings[0]?.quantity).toBe('temperature')
    expect(decode('NDATA/N', data(2, big + 1n)).readings[0]?.quantity).toBe('relative-humidity')
  })

  it('an unknown alias is refused, its neighbours are not, and the node is asked for its birth', () => {
    const decode = sender()
    decode('NBIRTH/N', birth([temperature]))
    const decoded = decode('NDATA/N', {
      seq: 1,
      metrics: [
        { alias: 1, value: { double: 21 } },
        { alias: 9, value: { double: 1 } },
      ],
    })
    expect([values(decoded), codes(decoded)]).toEqual([[21], ['/metrics/1 unknown_alias']])
    expect(decoded.answers?.map(({ topic }) => topic)).toEqual(['spBv1.0/G/NCMD/N'])
    const asked = parsePayload(decoded.answers?.[0]?.payload ?? new Uint8Array())
    expect(asked).toEqual({
      timestamp: Math.floor((RECEIVED_AT + 2_000_000) / 1000),
      metrics: [
        {
          name: 'Node Control/Rebirth',
          timestamp: Math.floor((RECEIVED_AT + 2_000_000) / 1000),
          datatype: TYPE.boolean,
          value: { as: 'boolean', isTrue: true },
        },
      ],
    })
  })

  it('asks once a minute for each node', () => {
    const decode = sender()
    const asked = (topic: string, laterUs: number) => decode(topic, data(1), laterUs).answers?.length ?? 0
    expect(asked('NDATA/N', 0)).toBe(1)
    expect(asked('NDATA/N', 59_000_000)).toBe(0)
    expect(asked('NDATA/M', 0)).toBe(1)
    expect(asked('DDATA/N/D', 1_000_000)).toBe(1)
    expect(asked('DDATA/N/D', 1_000_000)).toBe(0)
  })

  it('after a gap the values are used and the node is asked; 0 follows 255; the same again is no gap', () => {
    const decode = sender()
    decode('NBIRTH/N', birth([temperature]))
    const answers = (seq: number) => {
      const decoded = decode('NDATA/N', data(seq), 61_000_000)
      expect(values(decoded)).toEqual([21])
      return decoded.answers?.length ?? 0
    }
    expect(Array.from({ length: 255 }, (_, i) => answers(i + 1)).reduce((a, b) => a + b)).toBe(0)
    expect([answers(0), answers(0), answers(1), answers(3), answers(4)]).toEqual([0, 0, 0, 1, 0])
  })

  it('an integer whose datatype only the birth says waits for it; one that says it does not', () => {
    const decode = sender()
    const metric = { name: 'temperature', value: { int: 0xfff6 } }
    const without = decode('NDATA/N', { seq: 1, metrics: [metric] })
    expect([codes(without), without.answers?.length]).toEqual([['/metrics/0 unknown_alias'], 1])
    expect(values(decode('NDATA/N', { seq: 2, metrics: [{ ...metric, datatype: TYPE.int16 }] }))).toEqual([
      -10,
    ])
    decode('NBIRTH/N', birth([{ ...metric, datatype: TYPE.int16 }]))
    expect(values(decode('NDATA/N', { seq: 1, metrics: [metric] }))).toEqual([-10])
  })

  it('births and deaths say who is there; a node takes its devices with it', () => {
    const decode = sender()
    const presence = (topic: string, payload: TestPayload) => {
      const { presence: found, isRemembered } = decode(topic, payload)
      return [found?.map(({ source, kind }) => `${source} ${kind}`), isRemembered]
    }
    const bdSeq = (long: bigint): TestPayload => ({
      metrics: [{ name: 'bdSeq', datatype: TYPE.int64, value: { long } }],
    }) // prettier-ignore
    expect(presence('NBIRTH/N', birth([temperature], 0, 7))).toEqual([['G/N connected'], true])
    expect(presence('DBIRTH/N/A', birth([temperature], 1))).toEqual([['G/N/A connected'], true])
    expect(presence('DBIRTH/N/B', birth([temperature], 2))).toEqual([['G/N/B connected'], true])
    expect(presence('DDEATH/N/A', { seq: 3 })).toEqual([['G/N/A disconnected'], true])
    expect(presence('NDEATH/N', bdSeq(6n))).toEqual([undefined, undefined])
    expect(values(decode('DDATA/N/B', data(4)))).toEqual([21])
    expect(presence('NDEATH/N', bdSeq(7n))).toEqual([
      ['G/N disconnected', 'G/N/A disconnected', 'G/N/B disconnected'],
      true,
    ])
    expect(codes(decode('DDATA/N/B', data(5)))).toEqual(['/metrics/0 unknown_alias'])
    expect(presence('NDEATH/M', {})).toEqual([['G/M disconnected'], true])
  })

  it('bdSeq is compared as it wraps: 256 of a counter that does not is 0 of one that does', () => {
    const decode = sender()
    decode('NBIRTH/N', birth([], 0, 256))
    const death = { metrics: [{ name: 'bdSeq', datatype: TYPE.uint8, value: { int: 0 } }] }
    expect(decode('NDEATH/N', death).presence).toHaveLength(1)
  })

  it("a new birth of the node ends its devices' births, whose aliases may be others'", () => {
    const decode = sender()
    decode('NBIRTH/N', birth([]))
    decode('DBIRTH/N/A', birth([temperature], 1))
    decode('NBIRTH/N', birth([]))
    expect(codes(decode('DDATA/N/A', data(1)))).toEqual(['/metrics/0 unknown_alias'])
    decode('DBIRTH/N/A', birth([{ name: 'humidity', alias: 1, datatype: TYPE.double }], 2))
    expect(decode('DDATA/N/A', data(3)).readings[0]?.quantity).toBe('relative-humidity')
  })

  it('metrics of one quantity are told apart by what is before it in their names', () => {
    const decode = sender()
    decode(
      'NBIRTH/N',
      birth([
        { ...temperature, name: 'Boiler 1/Temperature' },
        { ...temperature, name: 'Boiler 2/Temperature', alias: 2 },
        { ...temperature, name: 'Env/Humidity', alias: 3 },
        { ...temperature, name: 'Properties/Humidity', alias: 4 },
      ]),
    )
    const read = [1, 2, 3].map((alias) => decode('NDATA/N', data(alias, alias)).readings[0])
    expect(read.map((reading) => `${reading?.quantity}/${reading?.channel}`)).toEqual([
      'temperature/Boiler-1',
      'temperature/Boiler-2',
      'relative-humidity/',
    ])
  })

  it('what births taught is known again when they are decoded again, in the order of their receipt', () => {
    const before = sender()
    const births: [string, TestPayload][] = [
      ['NBIRTH/N', birth([], 0, 1)],
      ['DBIRTH/N/A', birth([temperature], 1)],
    ]
    for (const [topic, payload] of births) expect(before(topic, payload).isRemembered).toBe(true)
    const again = sender()
    for (const [topic, payload] of births) again(topic, payload)
    expect(values(again('DDATA/N/A', data(2)))).toEqual([21])
  })
})

describe('topics and bytes', () => {
  it('a metric that the birth left out is read by its own datatype, and the node is asked for a whole birth', () => {
    const decode = sender()
    decode('NBIRTH/N', birth([]))
    const { alias: _, ...metric } = temperature
    const data = decode('NDATA/N', { seq: 1, metrics: [metric] })
    expect([values(data), data.answers?.length]).toEqual([[20], 1])
  })

  it('a template with a name of any length ends the names there', () => {
    const template = { metrics: [temperature] }
    const metrics = [{ name: 'x'.repeat(600), datatype: TYPE.template, template }]
    const decoded = sender()('NBIRTH/N', birth(metrics))
    expect([decoded.readings, decoded.unmapped?.length]).toEqual([[], 1])
  })

  it.each(['NBIRTH/N/D', 'DBIRTH/N', 'NFOO/N', 'NDATA/', 'DDATA/N/D/E', 'NDATA', 'DDATA/N/'])(
    '%s is none',
    (topic) => expect(codes(sender()(topic, {}))).toEqual([' wrong_shape']),
  ) // prettier-ignore

  it.each([
    ['NCMD/N', new Uint8Array([1])],
    ['DCMD/N/D', sparkplugPayload({ metrics: [temperature] })],
  ])('%s is not of a sender of readings', (topic, payload) =>
    expect(sender()(topic, payload)).toMatchObject({
      readings: [],
      rejections: [],
      ignored: { life_cycle: 1 },
    }),
  )

  it('STATE says nothing of devices', () =>
    expect(
      sparkplugB.decode(Buffer.from('{"online":true,"timestamp":1}'), 'spBv1.0/STATE/host', codecContext())
        .ignored, // prettier-ignore
    ).toEqual({ life_cycle: 1 }))

  it('data without metrics keeps the session alive', () => {
    const decode = sender()
    decode('NBIRTH/N', birth([]))
    expect(decode('NDATA/N', { timestamp: T, seq: 1 })).toEqual({
      readings: [],
      rejections: [],
      ignored: { life_cycle: 1 },
    }) // prettier-ignore
  })

  it('is transient: not to be kept', () => {
    const { readings, unmapped } = sender()('NBIRTH/N', birth([{ ...temperature, isTransient: true }]))
    expect([readings, unmapped]).toEqual([[], [{ path: '/metrics/0', source: 'G/N' }]])
  })

  it('a birth of more than a thousand values is refused, and known all the same', () => {
    const decode = sender()
    const many = Array.from({ length: 1200 }, (_, i) => ({
      ...temperature,
      name: `${i}/temperature`,
      alias: i,
    }))
    expect(codes(decode('NBIRTH/N', birth(many)))).toEqual([' too_many_values'])
    expect(values(decode('NDATA/N', data2(1)))).toEqual([21])
  })
  const data2 = (seq: number) => ({ seq, metrics: [{ alias: 1100, value: { double: 21 } }] })

  it('is refused wherever it is cut, unless a shorter message is whole', () => {
    const whole = sparkplugPayload(birth([temperature, { ...temperature, name: 'humidity', alias: 2 }]))
    const context = codecContext() as CodecContext
    for (let length = 0; length < whole.length; length++) {
      const { readings, rejections } = sparkplugB.decode(
        whole.subarray(0, length),
        'spBv1.0/G/NBIRTH/N',
        context,
      ) // prettier-ignore
      const isAtBoundary = readings.length === 0 || readings.every(({ value }) => value === 20)
      expect(isAtBoundary).toBe(true)
      if (rejections.length > 0) expect(rejections[0]?.code).toBe('not_protobuf')
    }
    // The first metric runs past the message that holds it.
    expect(parsePayload(Buffer.from('12050a0a74656d70', 'hex'))).toBeNull()
    expect(parsePayload(Buffer.from('0a02ffff', 'hex'))).toBeNull()
    expect(parsePayload(Buffer.from('1201', 'hex'))).toBeNull()
  })

  it('templates in templates end somewhere', () => {
    let metric: TestMetric = temperature
    for (let i = 0; i < 40; i++) metric = { name: 't', template: { metrics: [metric] } }
    expect(parsePayload(sparkplugPayload({ metrics: [metric] }))).toBeNull()
  })
})

it('the shortest float is the same float, and what was meant', () => {
  expect([12.3, 0.1, 1e-10, 16_777_216, -273.15].map((v) => shortestFloat(Math.fround(v)))).toEqual([
    12.3, 0.1, 1e-10, 16_777_216, -273.15,
  ])
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      // There is no measurement of minus nothing.
      expect(Math.fround(shortestFloat(value)) + 0).toBe(value + 0)
    }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.integer({ min: 0, max: 4 }),
      (digits, scale) => {
        const meant = Number(`${digits}e-${scale}`)
        expect(shortestFloat(Math.fround(meant))).toBe(meant)
      },
    ),
  )
})

describe('a compressed payload', () => {
  const uuid = 'SPBV1.0_COMPRESSED'
  const inner = sparkplugPayload(birth([temperature]))

  it.each([
    ['deflated', deflateSync(inner)],
    ['zipped', gzipSync(inner)],
  ])('that is %s is what is in it', (_, body) => {
    const outer = sparkplugPayload({ seq: 0, uuid, body })
    expect(sender()('NBIRTH/N', outer)).toEqual(sender()('NBIRTH/N', inner))
  })

  it('is refused where it is none, is cut, or would be large', () => {
    const bomb = deflateSync(new Uint8Array(16 << 20))
    for (const body of [inner, deflateSync(inner).subarray(0, 12), bomb])
      expect(codes(sender()('NDATA/N', sparkplugPayload({ uuid, body })))).toEqual([' not_protobuf'])
  })
})

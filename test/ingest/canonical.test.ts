import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical } from '../../ingest/codecs/canonical.ts'
import { codecContext } from '../support/codec-context.ts'

const TOPIC = 'devices/wm-1/readings'
const decode = (json: unknown) => decodeText(JSON.stringify(json))
const decodeText = (text: string) => canonical.decode(new TextEncoder().encode(text), TOPIC, codecContext())
const codes = ({ rejections }: ReturnType<typeof decode>) =>
  rejections.map(({ path, code }) => `${path} ${code}`)

const scalar = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.string())
const good = fc.oneof(scalar, fc.record({ value: scalar, unit: fc.string() }), fc.record({ value: scalar }))
const nothing = fc.oneof(
  fc.constant(null),
  fc.constant({ value: null }),
  fc.constant({ value: null, unit: 'm3' }),
)
const bad = fc.oneof(
  fc.array(scalar),
  fc.constant({}),
  fc.record({ value: fc.array(scalar) }),
  fc.record({ value: scalar, unit: fc.integer() }),
  fc.record({ value: fc.constant({}) }),
)
const time = fc.oneof(
  fc.constantFrom(
    '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05.123456+07:00',
    1_767_297_845_000,
    null,
    undefined,
  ),
  fc.constantFrom('yesterday', '2026-02-30T00:00:00Z', true, [], 1e300),
)
const entry = fc.record({
  time,
  values: fc.dictionary(fc.string(), fc.oneof(good, nothing, bad), { minKeys: 1, maxKeys: 12 }),
})

describe('the accounting of a message', () => {
  it('is complete: each value is a reading, a refusal or no measurement', () =>
    fc.assert(
      fc.property(fc.oneof(entry, fc.array(entry, { minLength: 1, maxLength: 8 })), (message) => {
        const values = [message].flat().reduce((sum, { values: of }) => sum + Object.keys(of).length, 0)
        const { readings, rejections, ignored } = decode(message)
        expect(readings.length + rejections.length + (ignored.null ?? 0)).toBe(values)
      }),
      { numRuns: 500 },
    ))

  it('is right for each kind of value, and keeps the good ones beside the bad', () =>
    fc.assert(
      fc.property(fc.array(good), fc.array(nothing), fc.array(bad), (goods, nothings, bads) => {
        fc.pre(goods.length + nothings.length + bads.length > 0)
        const named = (kind: string, list: unknown[]) => list.map((value, i) => [`${kind}-${i}`, value])
        const values = Object.fromEntries([
          ...named('g', goods),
          ...named('n', nothings),
          ...named('b', bads),
        ])
        const { readings, rejections, ignored } = decode({ values })
        expect(readings.map(({ quantity }) => quantity)).toEqual(goods.map((_, i) => `g-${i}`))
        expect(rejections.map(({ path }) => path)).toEqual(bads.map((_, i) => `/values/b-${i}`))
        expect(ignored.null ?? 0).toBe(nothings.length)
      }),
    ))
})

describe('the time of a reading', () => {
  const timeOf = (raw: unknown) => decode({ time: raw, values: { voltage: 1 } }).readings[0]?.time

  it('is kept to the microsecond, from text or from milliseconds', () => {
    expect(timeOf('2026-01-02T03:04:05.678901+07:00')).toBe(1_767_297_845_678_901)
    expect(timeOf(1_767_297_845_678.901)).toBe(1_767_297_845_678_901)
    expect(timeOf(0)).toBe(0)
  })

  it('is absent where the message has none', () => {
    expect(timeOf(null)).toBeUndefined()
    expect(decode({ values: { voltage: 1 } }).readings[0]).not.toHaveProperty('time')
  })

  it.each(['2026-01-02T03:04:05', '1767297845000', '', true, {}, 8.65e15])('is refused as %j', (raw) =>
    expect(codes(decode({ time: raw, values: { voltage: 1 } }))).toEqual(['/values/voltage invalid_time']),
  )
})

describe('a message as a whole', () => {
  it.each([
    '',
    '{',
    'NaN',
    '{"values":{"voltage":Infinity}}',
    '{"values":{"voltage":01}}',
    '\ufeff{"values":}',
    '{} {}',
  ])('is no JSON: %j', (text) => expect(codes(decodeText(text))).toEqual([' not_json']))

  it('is no JSON when its bytes are no UTF-8', () => {
    const payload = Buffer.concat([
      Buffer.from('{"values":{"operating-state":"'),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.from('"}}'),
    ])
    expect(codes(canonical.decode(payload, TOPIC, codecContext()))).toEqual([' not_json'])
  })

  it.each([
    [null],
    [1],
    ['text'],
    [[]],
    [{}],
    [{ values: 1 }],
    [{ values: [] }],
    [{ values: {} }],
    [{ voltage: 1 }],
  ])('has the wrong shape: %j', (json) => expect(codes(decode(json))).toEqual([' wrong_shape']))

  it('loses only the array items that have the wrong shape', () => {
    const decoded = decode([{ values: { voltage: 1 } }, 7, { values: { current: 2 } }])
    expect(codes(decoded)).toEqual(['/1 wrong_shape'])
    expect(decoded.readings.map(({ path }) => path)).toEqual(['/0/values/voltage', '/2/values/current'])
  })

  it('may nest 16 levels and no more, however deep it is', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect(codes(decodeText(nested(16)))).toEqual(['/0 wrong_shape'])
    expect(codes(decodeText(nested(17)))).toEqual([' too_deep'])
    expect(codes(decodeText(nested(100_000)))).toEqual([' too_deep'])
  })

  it('may hold 1,000 values; with one more none of them counts', () => {
    const values = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`q-${i}`, i]))
    expect(decode({ values: values(1000) }).readings).toHaveLength(1000)
    for (const message of [{ values: values(1001) }, [{ values: values(1000) }, { values: values(1) }]]) {
      const decoded = decode(message)
      expect(decoded.readings).toEqual([])
      expect(codes(decoded)).toEqual([' too_many_values'])
    }
  })
})

describe('names', () => {
  it('are split at the first slash into quantity and channel, and paths are JSON pointers (RFC 6901)', () => {
    const [reading] = decode({ values: { 'voltage/L1/~x': 1 } }).readings
    expect(reading).toMatchObject({ quantity: 'voltage', channel: 'L1/~x', path: '/values/voltage~1L1~1~0x' })
  })

  it('of the language itself are names as any other', () => {
    const decoded = decodeText('{"values":{"__proto__":1,"constructor":2,"toString":{"value":3}}}')
    expect(decoded.readings.map(({ quantity }) => quantity)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(codes(decodeText('{"values":{"voltage":{"__proto__":{"value":3}}}}'))).toEqual([
      '/values/voltage wrong_type',
    ])
  })
})

it('reads the topic of readings and no other', () => {
  expect(canonical.matches(TOPIC)).toBe(true)
  for (const topic of [
    'devices/wm-1/status',
    'devices/wm-1/commands/a/reply',
    'readings',
    'devices/wm-1/readings/x',
  ])
    expect(canonical.matches(topic)).toBe(false)
})

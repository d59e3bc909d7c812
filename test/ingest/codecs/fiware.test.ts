import { describe, expect, it } from 'vitest'
import { agentTopicOf } from '../../../ingest/codecs/fiware/topics.ts'
import { fiwareJson } from '../../../ingest/codecs/fiware-json.ts'
import { fiwareUltralight } from '../../../ingest/codecs/fiware-ultralight.ts'
import { codecContext } from '../../support/codec-context.ts'
import { decodeText, lines } from '../../support/decode-text.ts'

const rules = {
  t: { quantity: 'temperature', unit: 'Cel' },
  h: { quantity: 'relative-humidity', unit: '%' },
  on: { quantity: 'switch' },
  'l/a': { quantity: 'illuminance', unit: 'lx' },
  gone: null,
}
const json = (payload: unknown, topic = '/json/key/dev/attrs') =>
  decodeText(fiwareJson, payload, topic, codecContext({ rules }))
const ul = (payload: string, topic = '/ul/key/dev/attrs') =>
  decodeText(fiwareUltralight, payload, topic, codecContext({ rules }))

describe('topics', () => {
  it.each([
    ['/json/key/dev/attrs', 'json', 'dev', 'attrs', undefined],
    ['json/key/dev/attrs/t', 'json', 'dev', 'attrs', 't'],
    ['/ul/key/dev/cmdexe', 'ul', 'dev', 'cmdexe', undefined],
    ['/ul/key/dev/configuration/commands', 'ul', 'dev', 'configuration', 'commands'],
    ['/key/dev/attrs', undefined, 'dev', 'attrs', undefined],
    ['/key/dev/attrs/t', undefined, 'dev', 'attrs', 't'],
  ])('%s', (topic, protocol, device, kind, measure) => {
    expect(agentTopicOf(topic)).toEqual({ protocol, device, kind, ...(measure ? { measure } : {}) })
  })

  it.each(['/json/key/dev', '/json/key/dev/attrs/a/b', '/json//dev/attrs', 'json/attrs', '', '/'])(
    '%s is none',
    (topic) => expect(agentTopicOf(topic)).toBeUndefined(),
  )

  it('that have no protocol belong to neither: a profile chooses', () => {
    for (const codec of [fiwareJson, fiwareUltralight]) expect(codec.matches('/key/dev/attrs')).toBe(false)
    expect(lines(json({ t: 1 }, '/key/dev/attrs'))).toEqual(['dev temperature = 1 Cel'])
    expect(lines(ul('t|1', '/key/dev/attrs/'))).toEqual(['dev temperature = 1 Cel'])
    // On a topic of the operator's own the readings are the sender's.
    expect(lines(ul('t|1', 'site/7'))).toEqual(['temperature = 1 Cel'])
  })
})

describe('fiware-json', () => {
  it('reads the manual’s own example', () => {
    const decoded = json({ h: '45%', t: '23', l: { a: 2, b: 'up', c: ['1', '3'] } })
    expect(lines(decoded)).toEqual([
      'dev relative-humidity = 45 %',
      'dev temperature = 23 Cel',
      'dev illuminance = 2 lx',
    ])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/l/b', '/l/c/0', '/l/c/1'])
  })

  it('gives each group its own time, with the microsecond', () =>
    expect(
      json([
        { TimeInstant: '2026-01-02T03:00:00.123456Z', t: 1 },
        { TimeInstant: '2026-01-02T10:00:00+07:00', t: 2 },
        { t: 3 },
      ]).readings.map(({ time }) => time),
    ).toEqual([1_767_322_800_123_456, 1_767_322_800_000_000, undefined]))

  it('reads one measure as JSON or as bare text', () => {
    const one = (payload: string) => lines(json(payload, '/json/key/dev/attrs/t'))
    for (const payload of ['21.5', '"21.5"', ' 21.5 '])
      expect(one(payload)).toEqual(['dev temperature = 21.5 Cel'])
    expect(lines(json('{"a":3}', '/json/key/dev/attrs/l'))).toEqual(['dev illuminance = 3 lx'])
    expect(lines(json('true', '/json/key/dev/attrs/on'))).toEqual(['dev switch = true'])
    expect(json('null', '/json/key/dev/attrs/t').ignored).toEqual({ null: 1 })
    expect(json('x'.repeat(3), '/json/key/dev/attrs/other').ignored).toEqual({ unmapped: 1 })
  })

  it.each([[[]], [{}], [7], ['text'], [[1, { t: 1 }]]])('%j has something refused', (payload) =>
    expect(json(payload).rejections.length).toBeGreaterThan(0),
  )

  it('a time alone is life cycle; what a profile leaves out is not named', () => {
    expect(json({ TimeInstant: '2026-01-02T03:00:00Z' }).ignored).toEqual({ life_cycle: 1 })
    expect(json({ gone: 1 })).toMatchObject({ ignored: { unmapped: 1 } })
    expect(json({ gone: 1 }).unmapped).toBeUndefined()
  })

  it('objects with nothing in them are no value', () => expect(json({ a: {} }).ignored).toEqual({ null: 1 }))

  it('refuses 1,001 measures whole and takes 1,000', () => {
    const groups = (count: number) => Array.from({ length: count }, () => ({ t: 1 }))
    expect(json(groups(1000)).readings).toHaveLength(1000)
    expect(json(groups(1001)).rejections.map(({ code }) => code)).toEqual(['too_many_values'])
  })

  it.each(['cmd', 'cmdexe', 'configuration/commands', 'configuration/values'])('%s is life cycle', (kind) =>
    expect(json('{"ping":1}', `/json/key/dev/${kind}`)).toMatchObject({
      readings: [],
      ignored: { life_cycle: 1 },
    }),
  )
})

describe('fiware-ultralight', () => {
  it('reads the manual’s own examples', () => {
    expect(lines(ul('t|15|k|abc'))).toEqual(['dev temperature = 15 Cel'])
    expect(ul('t|15|k|abc').unmapped?.map(({ path }) => path)).toEqual(['/0/k'])
    expect(lines(ul('gps|1.2/3.4#t|10'))).toEqual(['dev temperature = 10 Cel'])
    expect(lines(ul('2016-06-13T00:35:30Z|t|100'))).toEqual([
      'dev temperature = 100 Cel @2016-06-13T00:35:30.000Z',
    ])
    expect(ul('weatherStation167@ping|Ping ok').ignored).toEqual({ life_cycle: 1 })
  })

  it('gives each group its own time', () =>
    expect(lines(ul('2020-01-01T00:00:00Z|t|23#2020-01-01T00:01:00Z|t|24|h|50#t|25'))).toEqual([
      'dev temperature = 23 Cel @2020-01-01T00:00:00.000Z',
      'dev temperature = 24 Cel @2020-01-01T00:01:00.000Z',
      'dev relative-humidity = 50 % @2020-01-01T00:01:00.000Z',
      'dev temperature = 25 Cel',
    ]))

  it('reads booleans, spaces and line ends as what they are', () =>
    expect(lines(ul('on|true|t| 21 \r\n'))).toEqual(['dev switch = true', 'dev temperature = 21 Cel']))

  it.each(['', '#', 't', 't|1#', 'noon|t|15', '|5', 't|1||2'])('%j has something refused', (payload) =>
    expect(ul(payload).rejections.map(({ code }) => code)).toContain('wrong_shape'),
  )

  it('bytes that are no UTF-8 are refused', () =>
    expect(decodeText(fiwareUltralight, Uint8Array.of(0xff, 0xfe)).rejections).toHaveLength(1))
})

it('a measure with type and metadata has its own unit and time', () => {
  const temperature = {
    type: 'Number',
    value: 70,
    metadata: { unitCode: { value: 'FAH' }, TimeInstant: { value: '2026-01-02T03:00:00Z' } },
  }
  const decoded = decodeText(
    fiwareJson,
    { temperature, humidity: { type: 'Number', value: 40 } },
    '/json/key/d/attrs',
  )
  expect(lines(decoded)).toEqual([
    'd temperature = 70 [degF] @2026-01-02T03:00:00.000Z',
    'd relative-humidity = 40 %',
  ])
})

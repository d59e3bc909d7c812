import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUANTITIES } from '../../core/quantity.ts'
import { REJECTION_CODES } from '../../core/rejection-codes.ts'
import type { Codec } from '../../ingest/codec.ts'
import { codecs } from '../../ingest/codecs/index.ts'
import { codecContext, RECEIVED_AT, senderContext } from '../support/codec-context.ts'

type Payload = Codec['examples'][number]['payload']

const bytesOf = (payload: Payload): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : Buffer.from(payload.hex, 'hex')

/** Whatever came in, what comes out can be checked, stored and shown. */
function expectSound(decoded: ReturnType<Codec['decode']>): void {
  for (const { path, quantity, channel, value, unit, time, source } of decoded.readings) {
    expect([typeof path, typeof quantity, typeof channel]).toEqual(['string', 'string', 'string'])
    expect(['number', 'boolean', 'string']).toContain(typeof value)
    if (unit !== undefined) expect(typeof unit).toBe('string')
    if (time !== undefined) expect(Number.isInteger(time)).toBe(true)
    if (source !== undefined) expect(typeof source).toBe('string')
  }
  for (const { path, code, detail } of decoded.rejections) {
    expect(code in REJECTION_CODES).toBe(true)
    for (const text of [path, detail]) {
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toMatch(/\p{Cc}/u)
    }
    expect(detail.length).toBeLessThanOrEqual(200)
  }
  expect(decoded.readings.length + decoded.rejections.length).toBeLessThanOrEqual(1000)
  for (const count of Object.values(decoded.ignored)) expect(count).toBeGreaterThan(0)
}

it('every format has a name of its own', () =>
  expect(new Set(codecs.map(({ format }) => format)).size).toBe(codecs.length))

it('no topic of an example is read by another format', () => {
  for (const codec of codecs)
    for (const { topic } of codec.examples)
      if (codec.matches(topic))
        expect([topic, codecs.find((candidate) => candidate.matches(topic))?.format]).toEqual([
          topic,
          codec.format,
        ])
})

for (const codec of codecs)
  describe(codec.format, () => {
    for (const { name, topic, payload, after = [], gives } of codec.examples)
      it(`reads its example: ${name}`, () => {
        const context = senderContext()
        for (const [i, earlier] of after.entries())
          codec.decode(bytesOf(earlier.payload), earlier.topic, context(RECEIVED_AT - 1000 + i))
        const decoded = codec.decode(bytesOf(payload), topic, context())
        expect({
          readings: decoded.readings,
          rejections: decoded.rejections.map(({ path, code }) => ({ path, code })),
          ignored: decoded.ignored,
          uplinks: decoded.uplinks ?? [],
          presence: decoded.presence ?? [],
          aliases: decoded.aliases ?? {},
          answers: decoded.answers ?? [],
        }).toEqual({
          readings: [],
          rejections: [],
          ignored: {},
          uplinks: [],
          presence: [],
          aliases: {},
          answers: [],
          ...gives,
        })
        for (const { quantity, unit } of codec.format === 'canonical' ? [] : decoded.readings) {
          expect(QUANTITIES.has(quantity), quantity).toBe(true)
          if (unit !== undefined)
            expect([...(QUANTITIES.get(quantity)?.accepts.keys() ?? [])]).toContain(unit)
        }
      })

    it('shows a good message and a bad one', () => {
      expect(codec.examples.some(({ gives }) => (gives.rejections ?? []).length === 0)).toBe(true)
      expect(codec.examples.some(({ gives }) => (gives.rejections ?? []).length > 0)).toBe(true)
    })

    const topic = codec.examples[0]?.topic ?? ''
    const decode = (payload: Uint8Array, on = topic) => codec.decode(payload, on, codecContext())

    it('answers any bytes', () =>
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 256 }), (payload) => expectSound(decode(payload))),
        { numRuns: 300 },
      ))

    it('answers any JSON', () =>
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 20, stringUnit: 'binary' }), (json) =>
          expectSound(decode(bytesOf(JSON.stringify(json)))),
        ),
        { numRuns: 300 },
      ))

    it('answers its own examples with any byte changed, and cut at any place', () =>
      fc.assert(
        fc.property(
          fc.constantFrom(...codec.examples.filter(({ payload }) => bytesOf(payload).length > 0)),
          fc.nat(),
          fc.nat(255),
          fc.boolean(),
          (example, at, byte, isCut) => {
            const payload = Uint8Array.from(bytesOf(example.payload))
            const place = at % payload.length
            payload[place] = byte
            expectSound(decode(isCut ? payload.subarray(0, place) : payload, example.topic))
          },
        ),
        { numRuns: 300 },
      ))
  })

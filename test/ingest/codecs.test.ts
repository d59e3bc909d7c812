import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REJECTION_CODES } from '../../core/rejection-codes.ts'
import type { Codec } from '../../ingest/codec.ts'
import { codecs } from '../../ingest/codecs/index.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Whatever came in, what comes out can be checked, stored and shown. */
function expectSound(decoded: ReturnType<Codec['decode']>): void {
  for (const { path, quantity, channel, value, unit, time } of decoded.readings) {
    expect([typeof path, typeof quantity, typeof channel]).toEqual(['string', 'string', 'string'])
    expect(['number', 'boolean', 'string']).toContain(typeof value)
    if (unit !== undefined) expect(typeof unit).toBe('string')
    if (time !== undefined) expect(Number.isInteger(time)).toBe(true)
  }
  for (const { path, code, detail } of decoded.rejections) {
    expect(code in REJECTION_CODES).toBe(true)
    for (const text of [path, detail]) {
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toMatch(/\p{Cc}/u)
    }
    expect(detail.length).toBeLessThanOrEqual(200)
  }
  for (const count of Object.values(decoded.ignored)) expect(count).toBeGreaterThan(0)
}

it('every format has a name of its own', () =>
  expect(new Set(codecs.map(({ format }) => format)).size).toBe(codecs.length))

for (const codec of codecs)
  describe(codec.format, () => {
    for (const { name, topic, payload, gives } of codec.examples)
      it(`reads its example: ${name}`, () => {
        expect(codec.matches(topic)).toBe(true)
        const { readings, rejections, ignored } = codec.decode(bytesOf(payload), topic)
        expect({
          readings,
          rejections: rejections.map(({ path, code }) => ({ path, code })),
          ignored,
        }).toEqual(gives)
      })

    it('shows a good message and a bad one', () => {
      expect(codec.examples.some(({ gives }) => gives.rejections.length === 0)).toBe(true)
      expect(codec.examples.some(({ gives }) => gives.rejections.length > 0)).toBe(true)
    })

    const topic = codec.examples[0]?.topic ?? ''

    it('answers any bytes', () =>
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 256 }), (payload) =>
          expectSound(codec.decode(payload, topic)),
        ),
        { numRuns: 500 },
      ))

    it('answers any JSON', () =>
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 20, stringUnit: 'binary' }), (json) =>
          expectSound(codec.decode(bytesOf(JSON.stringify(json)), topic)),
        ),
        { numRuns: 500 },
      ))

    it('answers its own examples with any byte changed, and cut at any place', () =>
      fc.assert(
        fc.property(
          fc.constantFrom(...codec.examples),
          fc.nat(),
          fc.nat(255),
          fc.boolean(),
          (example, at, byte, isCut) => {
            const payload = bytesOf(example.payload)
            const place = at % payload.length
            payload[place] = byte
            expectSound(codec.decode(isCut ? payload.subarray(0, place) : payload, example.topic))
          },
        ),
        { numRuns: 500 },
      ))
  })

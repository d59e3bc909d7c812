import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decoded, Outcome } from '../../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX } from '../../core/rejection-codes.ts'
import { microsNow } from '../../core/time.ts'
import { codecs } from '../../ingest/codecs/index.ts'
import { listRejections } from '../../store/rejections.ts'
import { codecContext } from '../support/codec-context.ts'
import { addDevice, embeddedStore } from '../support/data-folder.ts'
import { messageOf, pipelineOn } from './pipeline-under-test.ts'

const PAYLOAD_BYTES_MAX = 256 * 1024
/** A message may have so many values, and one refusal instead of them. */
const FINDINGS_MAX = 1001

const bytesOf = (payload: string | { readonly hex: string }): Buffer =>
  typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload.hex, 'hex')

/** What JSON may hold and programs do not expect, as text to be put where a value was. */
const HOSTILE_VALUES = [
  ...[
    '1e308',
    '-1e308',
    '1e309',
    '1e-400',
    '-0',
    '-0.0',
    '9007199254740993',
    `1${'0'.repeat(400)}`,
    `0.${'3'.repeat(5000)}`,
  ],
  ...['NaN', 'Infinity', '-Infinity', 'undefined', '+1', '01', '0x1F', '1e', '.5', '1_000'],
  ...[
    '"NaN"',
    '""',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u202e"',
    '"\\ufeff"',
    '"\u2028"',
  ],
  ...[
    'null',
    'true',
    '[]',
    '{}',
    '[[]]',
    '{"value":{}}',
    '{"value":1,"unit":"__proto__"}',
    '{"value":1,"unit":""}',
  ],
  ...[
    '{"__proto__":{"value":1}}',
    '{"value":1,"value":2}',
    '{"unit":"m3"}',
    '{"toString":1}',
    '{"value":"\\ud800","unit":"\\u0000"}',
  ],
  `"${'x'.repeat(100_000)}"`,
  `"${'\\u0000'.repeat(1000)}"`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
]

/** Names of quantities that are none, or that are more than a name. */
const HOSTILE_NAMES = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'values',
    'time',
    '',
    '/',
    '//',
    'water-volume/',
    '/L1',
  ],
  ...[
    'water-volume/__proto__',
    'water-volume/constructor',
    'voltage/L1',
    'voltage/L 1',
    'water-volume\\u0000',
    '\\ud800',
  ],
  ...[
    'operating-state',
    'operating-state/\\u0000',
    'WATER-VOLUME',
    'water-volume/../../etc',
    '~0~1',
    "'; drop table observation; --",
  ],
  'n'.repeat(50_000),
  `voltage/${'c'.repeat(1000)}`,
]

const HOSTILE_TIMES = [
  ...[
    '0',
    '-1',
    '1e308',
    '-1e308',
    '8.64e15',
    '-8.64e15',
    '1.5',
    'null',
    'true',
    '[]',
    '{}',
    '"now"',
    '""',
    '"\\u0000"',
  ],
  ...[
    '"2026-02-30T00:00:00Z"',
    '"2026-01-02T03:04:05"',
    '"0000-00-00T00:00:00Z"',
    '"+275760-09-13T00:00:00Z"',
    `"${'9'.repeat(9999)}"`,
  ],
]

const hostileMessage = fc
  .record({
    time: fc.option(fc.constantFrom(...HOSTILE_TIMES), { freq: 2 }),
    values: fc.array(
      fc.tuple(
        fc.oneof(fc.constantFrom('water-volume', 'water-flow'), fc.constantFrom(...HOSTILE_NAMES)),
        fc.oneof(
          // Most are numbers: one that is no JSON spoils all beside it.
          { weight: 5, arbitrary: fc.integer().map(String) },
          { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
          { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_VALUES) },
          { weight: 1, arbitrary: fc.json({ stringUnit: 'binary' }) },
        ),
      ),
      { maxLength: 5 },
    ),
    around: fc.constantFrom('', '', '[', ' \n\t', '\ufeff'),
  })
  .map(({ time, values, around }) => {
    // The same name may come twice: JSON allows it.
    const members = values.map(([name, value]) => `"${name}":${value}`).join(',')
    const text = `{${time === null ? '' : `"time":${time},`}"values":{${members}}}`
    return bytesOf(around === '[' ? `[${text},${text}]` : `${around}${text}`)
  })

type Mutation = (bytes: Buffer) => Buffer

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(255)).map(
    ([at, byte]): Mutation =>
      (bytes) => {
        const changed = Buffer.from(bytes)
        if (changed.length > 0) changed[at % changed.length] = byte
        return changed
      },
  ),
  fc.nat().map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, at % (bytes.length + 1)),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, to]): Mutation =>
      (bytes) => {
        const [start = 0, end = 0] = [from % (bytes.length + 1), to % (bytes.length + 1)].sort(
          (a, b) => a - b,
        )
        return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
      },
  ),
  // A value, or anything else between two marks, becomes a hostile one.
  fc.tuple(fc.nat(), fc.constantFrom(...HOSTILE_VALUES, ...HOSTILE_NAMES)).map(
    ([at, hostile]): Mutation =>
      (bytes) => {
        const text = bytes.toString('latin1')
        const places = [...text.matchAll(/[^[\]{}:,\s]+/g)]
        const place = places[at % Math.max(places.length, 1)]
        if (!place) return bytes
        const end = place.index + place[0].length
        return Buffer.concat([bytes.subarray(0, place.index), bytesOf(hostile), bytes.subarray(end)])
      },
  ),
  fc
    .constantFrom<readonly number[]>([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0])
    .chain((bad) =>
      fc.nat().map(
        (at): Mutation =>
          (bytes) => {
            const place = at % (bytes.length + 1)
            return Buffer.concat([bytes.subarray(0, place), Buffer.from(bad), bytes.subarray(place)])
          },
      ),
    ),
)

const mutants = (payloads: readonly (string | { readonly hex: string })[]): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...payloads), fc.array(mutation, { minLength: 1, maxLength: 5 }))
    .map(([payload, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), bytesOf(payload)))
    .map((bytes) => bytes.subarray(0, PAYLOAD_BYTES_MAX))

/** Something was found, nothing without bound, and what is kept of it can be shown. */
function expectBounded({ readings, rejections, ignored, uplinks = [], presence = [] }: Decoded): void {
  expect(readings.length + rejections.length).toBeLessThanOrEqual(FINDINGS_MAX)
  const found = [...readings, ...rejections, ...Object.keys(ignored), ...uplinks, ...presence]
  expect(found.length).toBeGreaterThan(0)
  for (const { path, detail } of rejections) {
    expect(path.length).toBeLessThanOrEqual(1000)
    expect(detail.length).toBeLessThanOrEqual(200)
  }
}

describe.each(codecs.map((codec) => [codec.format, codec] as const))('the codec %s', (_format, codec) => {
  const [first] = codec.examples
  const topic = first?.topic ?? ''

  it('reads its own examples, mutated, to bounded findings', () =>
    fc.assert(
      fc.property(mutants(codec.examples.map(({ payload }) => payload)), (payload) =>
        expectBounded(codec.decode(payload, topic, codecContext())),
      ),
      { numRuns: 300 },
    ))

  it.each([
    ['values without end', `{"values":{${Array.from({ length: 14_000 }, (_, i) => `"q${i}":1`).join(',')}}}`],
    ['objects without end', `[${'{},'.repeat(80_000)}{}]`],
    ['nulls without end', `[${'{"values":{"a":null}},'.repeat(11_000)}{"values":{"a":null}}]`],
    ['brackets without end', '['.repeat(PAYLOAD_BYTES_MAX)],
    ['a number without end', '1'.repeat(PAYLOAD_BYTES_MAX)],
    ['a text without end', `"${'\\u0000'.repeat(40_000)}"`],
    ['a name without end', `{"values":{"${'~/'.repeat(100_000)}":[]}}`],
    ['a time without end', `{"time":"${'9'.repeat(200_000)}","values":{"a":1}}`],
  ])('takes %s', (_what, payload) => expectBounded(codec.decode(bytesOf(payload), topic, codecContext())))
})

/** What a rejection keeps of a payload. */
const recordOf = (payload: Buffer): string =>
  `${payload.toString('hex', 0, REJECTION_PAYLOAD_BYTES_MAX)} ${createHash('sha256').update(payload).digest('hex')}`

it('every hostile message ends in readings, duplicates or a rejection that keeps its bytes', async () => {
  const { db } = await embeddedStore()
  await addDevice(db, 'wm-1')
  const { pipeline, sum, storedObservations } = await pipelineOn(db)
  let kept = 0
  const hostile = fc.oneof(
    hostileMessage,
    mutants(codecs.flatMap(({ examples }) => examples.map(({ payload }) => payload))),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 50, size: 'max' }), async (payloads) => {
      const now = microsNow()
      const messages = payloads.map((payload, i) => messageOf('wm-1', payload, now + i))
      const outcomes = await Promise.all(messages.map((message) => pipeline.ingest(message)))
      const refused = payloads.filter((_, i) => (outcomes[i] as Outcome).rejections.length > 0)
      const rows = await listRejections(db, {
        code: null,
        device: 'wm-1',
        since: now,
        before: null,
        limit: 1000,
      })
      const recorded = new Set(
        rows.map(
          ({ payload, payloadSha256 }) => `${payload.toString('hex')} ${payloadSha256.toString('hex')}`,
        ),
      )
      for (const payload of refused) expect(recorded).toContain(recordOf(payload))
      kept += refused.length
    }),
    { numRuns: 15 },
  )
  const { received, stored, duplicate, rejected } = sum()
  expect(received).toBe(stored + duplicate + rejected)
  expect(storedObservations).toHaveLength(stored + duplicate)
  for (const { value, label } of storedObservations)
    expect(Number.isFinite(value) || label !== null).toBe(true)
  // The generator must have met both ends.
  expect(stored).toBeGreaterThan(0)
  expect(kept).toBeGreaterThan(0)
  const { rows } = await db.query<{ n: number }>({ text: 'select count(*) as n from observation' })
  expect(rows[0]?.n).toBe(stored)
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { epochMicros, epochOfAnyUnit, firstPlausible, localMicros } from '../../ingest/times.ts'

const TIME = 1_767_225_600_000_000

it('finds the unit of a count since 1970 by its size, for every second of the range', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1_262_304_000, max: 4_102_444_800 }), (second) => {
      for (const factor of [1, 1000, 1_000_000])
        expect(epochOfAnyUnit(second * factor)).toBe(second * 1_000_000)
      expect(Math.abs((epochOfAnyUnit(second * 1e9) ?? 0) - second * 1_000_000)).toBeLessThanOrEqual(1)
    }),
  ))

it.each([[12_345], [0], [-1], [1e30], ['soon'], [null], [true], ['1767225600 s'], [Number.NaN], [Infinity]])(
  'takes %s for no instant',
  (value) => expect(epochOfAnyUnit(value)).toBeNull(),
)

it('reads digits as text, and fractions', () => {
  expect(epochMicros('1767225600', 's')).toBe(TIME)
  expect(epochMicros(1_767_225_600.5, 's')).toBe(TIME + 500_000)
})

it.each([
  ['2026-01-01T07:00:00', TIME],
  ['2026-01-01 07:00', TIME],
  ['2026-01-01 07:00:00.250', TIME + 250_000],
  ['2026-02-30 07:00', null],
  ['2026-01-01T07:00:00Z', null],
  ['2026-01-01', null],
])('reads %s as local time', (text, time) => expect(localMicros(text, 420)).toBe(time))

it('passes clocks by that were never set, or are ahead', () => {
  const now = TIME
  expect(firstPlausible([null, undefined, 0, TIME + 3_600_000_000, TIME - 5, TIME], now)).toBe(TIME - 5)
  expect(firstPlausible([0], now)).toBeUndefined()
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { freshnessOf, nextChange } from '../../digital-twin/freshness.ts'

const NOW = 1_767_297_845_000_000
const INTERVAL_S = 60
const at = (intervals: number, moreUs = 0) =>
  freshnessOf(NOW, INTERVAL_S, NOW + intervals * INTERVAL_S * 1_000_000 + moreUs)

it('is late after two intervals and silent after five, not yet at them', () => {
  expect(at(0)).toBe('fresh')
  expect(at(2)).toBe('fresh')
  expect(at(2, 1)).toBe('late')
  expect(at(5)).toBe('late')
  expect(at(5, 1)).toBe('silent')
})

it('is silent without any reading, for ever', () => {
  expect(freshnessOf(null, INTERVAL_S, NOW)).toBe('silent')
  expect(nextChange(null, INTERVAL_S, NOW)).toBeNull()
})

it('is fresh for a reading that is ahead of the clock', () => expect(at(-1)).toBe('fresh'))

const intervalS = fc.integer({ min: 1, max: 31_536_000 })
const lastSeen = fc.integer({ min: NOW - 1e15, max: NOW + 1e12 })
const ageIntervals = fc.double({ min: -1, max: 8, noNaN: true })

it('changes at the time that nextChange tells, and at no time before', () =>
  fc.assert(
    fc.property(
      lastSeen,
      intervalS,
      ageIntervals,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seen, interval, age, part) => {
        const now = Math.round(seen + age * interval * 1_000_000)
        const before = freshnessOf(seen, interval, now)
        const next = nextChange(seen, interval, now)
        if (next === null) {
          expect(before).toBe('silent')
          return
        }
        expect(next).toBeGreaterThan(now)
        expect(freshnessOf(seen, interval, next)).not.toBe(before)
        expect(freshnessOf(seen, interval, next - 1)).toBe(before)
        expect(freshnessOf(seen, interval, Math.floor(now + part * (next - 1 - now)))).toBe(before)
      },
    ),
    { numRuns: 1000 },
  ))

it('never grows fresher by itself, and is silent in the end after at most two changes', () =>
  fc.assert(
    fc.property(lastSeen, intervalS, ageIntervals, (seen, interval, age) => {
      const order = ['fresh', 'late', 'silent']
      let now = Math.round(seen + age * interval * 1_000_000)
      let changes = 0
      for (
        let next = nextChange(seen, interval, now);
        next !== null;
        next = nextChange(seen, interval, now)
      ) {
        const was = order.indexOf(freshnessOf(seen, interval, now))
        now = next
        expect(order.indexOf(freshnessOf(seen, interval, now))).toBe(was + 1)
        expect(++changes).toBeLessThanOrEqual(2)
      }
      expect(freshnessOf(seen, interval, now)).toBe('silent')
    }),
  ))

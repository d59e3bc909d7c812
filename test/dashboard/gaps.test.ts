import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { commonGaps, gapsIn } from '../../dashboard/src/curves/gaps.ts'

const MINUTE_S = 60
const raw = { stepS: 0, intervalS: MINUTE_S }
const everyMinute = (fromS: number, count: number) =>
  Array.from({ length: count }, (_, i) => fromS + i * MINUTE_S)

describe('the gaps of a curve', () => {
  it('are where nothing was heard for more than two intervals', () => {
    const times = [...everyMinute(0, 10), ...everyMinute(900, 10)]
    const gaps = gapsIn(times, { ...raw, window: { fromS: 0, toS: 1_440 } })
    assert.deepEqual(gaps, [{ fromS: 540, toS: 900 }])
  })

  it('are not where one message was lost, nor where the radio was a little late', () => {
    const times = [0, 60, 180, 240, 303, 361, 420]
    assert.deepEqual(gapsIn(times, { ...raw, window: { fromS: 0, toS: 480 } }), [])
  })

  it('are at the edges of the window, too, and all of it without a point', () => {
    const window = { fromS: 0, toS: 3_600 }
    assert.deepEqual(gapsIn([1_800, 1_860], { ...raw, window }), [
      { fromS: 0, toS: 1_800 },
      { fromS: 1_860, toS: 3_600 },
    ])
    assert.deepEqual(gapsIn([], { ...raw, window }), [window])
  })

  it('are found between two lonely points: two say nothing of a pace', () => {
    assert.deepEqual(gapsIn([0, 3_600], { ...raw, window: { fromS: 0, toS: 3_600 } }), [
      { fromS: 0, toS: 3_600 },
    ])
  })

  it('are measured by the pace at which the device spoke there', () => {
    const slow = Array.from({ length: 20 }, (_, i) => i * 600)
    const fast = everyMinute(11_460, 60)
    const window = { fromS: 0, toS: 15_000 }
    assert.deepEqual(gapsIn([...slow, ...fast], { ...raw, window }), [])
    assert.deepEqual(gapsIn([...slow, ...fast.filter((t) => t < 12_000 || t > 12_600)], { ...raw, window }), [
      { fromS: 11_940, toS: 12_660 },
    ])
  })

  it('are the buckets that are missing', () => {
    const hour = 3_600
    const times = [0, 1, 2, 4, 5, 6, 7].map((n) => n * hour)
    const gaps = gapsIn(times, { stepS: hour, intervalS: MINUTE_S, window: { fromS: 0, toS: 8 * hour } })
    assert.deepEqual(gaps, [{ fromS: 3 * hour, toS: 4 * hour }])
  })

  it('ascend, lie in the window and hold no point, whatever the times', () => {
    const timesS = fc.uniqueArray(fc.integer({ min: -100, max: 10_100 }), { maxLength: 60 })
    fc.assert(
      fc.property(timesS, fc.constantFrom(0, 60), (given, stepS) => {
        const times = given.map((t) => (stepS === 0 ? t : Math.floor(t / stepS) * stepS))
        const sorted = [...new Set(times)].sort((a, b) => a - b)
        const gaps = gapsIn(sorted, { stepS, intervalS: 60, window: { fromS: 0, toS: 10_000 } })
        let beforeS = 0
        for (const { fromS, toS } of gaps) {
          assert.ok(fromS >= beforeS && fromS < toS && toS <= 10_000)
          assert.ok(!sorted.some((t) => t + stepS > fromS && t < toS))
          beforeS = toS
        }
      }),
    )
  })
})

describe('the gaps of several curves', () => {
  it('are in common where each has one', () => {
    const list = fc
      .uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 8 })
      .map((times) => times.sort((a, b) => a - b))
      .map((times) =>
        Array.from({ length: times.length >> 1 }, (_, i) => ({
          fromS: times[2 * i]!,
          toS: times[2 * i + 1]!,
        })),
      )
    const isIn = (gaps: readonly { fromS: number; toS: number }[], timeS: number) =>
      gaps.some(({ fromS, toS }) => timeS > fromS && timeS < toS)
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
        const common = commonGaps(lists)
        for (let timeS = 0.5; timeS < 100; timeS++)
          assert.equal(
            isIn(common, timeS),
            lists.every((gaps) => isIn(gaps, timeS)),
          )
      }),
    )
  })
})

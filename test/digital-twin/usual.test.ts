import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { detect } from '../../digital-twin/alarms/detectors/detect.ts'
import { begun } from '../../digital-twin/alarms/detectors/detector.ts'
import { hourOfWeek, WeekPattern } from '../../digital-twin/alarms/usual.ts'

const HOUR = 3_600_000_000
/** A Monday, 00:00 in the province. */
const MONDAY = Date.parse('2026-11-01T17:00:00Z') * 1000
const flat = (time: number, avg: number, range = 0) => ({
  time,
  avg,
  min: avg - range / 2,
  max: avg + range / 2,
})

/** Another way to the same: counts how many are smaller. */
function plainMedian(values: readonly number[]): number {
  const ranked = values.map((value, i) => ({
    value,
    rank: values.filter((other, j) => other < value || (other === value && j < i)).length,
  }))
  const at = (rank: number) => ranked.find((one) => one.rank === rank)?.value ?? 0
  const last = values.length - 1
  return (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2
}

describe('what is usual in an hour of the week', () => {
  it('begins on Monday at midnight of the province', () => {
    assert.equal(hourOfWeek(MONDAY), 0)
    assert.equal(hourOfWeek(MONDAY - 1), 167)
    assert.equal(hourOfWeek(Date.parse('2026-11-04T05:30:00+07:00') * 1000), 2 * 24 + 5)
  })

  it('is the median and MAD of that hour and the two around it, as a plain reckoning finds them', () => {
    const hour = fc.record({
      week: fc.nat(5),
      hour: fc.constantFrom(165, 166, 167, 0, 1, 2),
      avg: fc.integer({ min: -1000, max: 1000 }),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(hour, { minLength: 12, maxLength: 36, selector: (h) => h.week * 168 + h.hour }),
        (hours) => {
          const rows = hours.map(({ week, hour, avg }) => flat(MONDAY + (week * 168 + hour) * HOUR, avg))
          const pattern = new WeekPattern('water-flow', rows)
          for (let at = 0; at < 168; at++) {
            const usual = pattern.at(MONDAY + (9 * 168 + at) * HOUR + 12345)
            const weeks = hours.filter((one) => one.hour === at).length
            if (weeks < 3) {
              assert.equal(usual, null)
              continue
            }
            const near = hours
              .filter((one) => [0, 1, 167].includes((one.hour - at + 168) % 168))
              .map(({ avg }) => avg)
            const median = plainMedian(near)
            const mad = plainMedian(near.map((value) => Math.abs(value - median)))
            const sigma = Math.max(1.4826 * mad, Math.abs(median) / 100, 0.1)
            assert.equal(usual?.weeks, weeks)
            assert.ok(Math.abs((usual?.median ?? 0) - median) < 1e-3)
            assert.ok(Math.abs((usual?.sigma ?? 0) / sigma - 1) < 1e-6)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is not moved by one odd week, nor narrower than readings vary within an hour', () => {
    const weeks = [10, 11, 500, 10]
    const rows = weeks.flatMap((avg, week) =>
      [-1, 0, 1].map((hour) => flat(MONDAY + (week * 168 + 24 + hour) * HOUR, avg, 8)),
    )
    const usual = new WeekPattern('water-flow', rows).at(MONDAY + 24 * HOUR)
    assert.deepEqual([usual?.median, usual?.sigma, usual?.weeks], [10.5, 2, 4])
  })

  it('of what never varied leaves room for the first decimal', () => {
    const rows = [0, 1, 2, 3].map((week) => flat(MONDAY + week * 168 * HOUR, 5))
    const usual = new WeekPattern('water-flow', rows).at(MONDAY)
    const condition = { kind: 'pattern', quantity: 'water-flow', deviations: 5, forS: 600 } as const
    const verdicts = [5.1, 5.4, 5.6, 5.6, 5.45, 5.3].map(
      (() => {
        let state = begun(false)
        return (value: number, i: number) => {
          const reading = { time: i * 600_000_000, value }
          const step = detect(
            condition,
            { type: 'flow-meter', quantity: 'water-flow', usual },
            state,
            reading,
          )
          state = step.state
          return step.verdict
        }
      })(),
    )
    assert.deepEqual(verdicts, ['none', 'none', 'none', 'raise', 'none', 'clear'])
  })
})

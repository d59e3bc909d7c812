import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { align } from '../../dashboard/src/curves/align.ts'
import {
  appended,
  believed,
  nearest,
  rawCurve,
  rollupCurve,
  shifted,
} from '../../dashboard/src/curves/curve.ts'
import { frameOf } from '../../dashboard/src/curves/frame.ts'
import { resolutionFor } from '../../dashboard/src/curves/resolution.ts'
import { movedBy, snapped } from '../../dashboard/src/entity/move-cursor.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const at = (timeS: number) => new Date(timeS * 1_000).toISOString()
const read = (timeS: number, value: number | null, quality: 'good' | 'implausible' = 'good') => ({
  time: at(timeS),
  value,
  quality,
})
const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: -1_000, max: 1_000 })), {
  minLength: 1,
  maxLength: 50,
})
/** Times that ascend, from steps. */
const ascending = (steps: readonly (readonly [number, number])[]) => {
  let timeS = 1_800_000_000
  return steps.map(([stepS, value]) => {
    timeS += stepS
    return { timeS, value }
  })
}

describe('the resolution of a curve', () => {
  it('is as fine as a screen can show', () => {
    assert.equal(resolutionFor(HOUR_MS, 1), 'raw')
    assert.equal(resolutionFor(DAY_MS, 60), 'raw')
    assert.equal(resolutionFor(DAY_MS, 10), '1m')
    assert.equal(resolutionFor(7 * DAY_MS, 60), '1h')
    assert.equal(resolutionFor(30 * DAY_MS, 60), '1h')
    assert.equal(resolutionFor(365 * DAY_MS, 60), '1d')
    assert.equal(resolutionFor(365 * DAY_MS, 86_400), 'raw')
  })

  it('never gets finer with a longer window', () => {
    const order = ['raw', '1m', '1h', '1d']
    fc.assert(
      fc.property(
        fc.integer({ min: 60_000, max: 400 * DAY_MS }),
        fc.integer({ min: 1, max: 86_400 }),
        (spanMs, intervalS) => {
          const [short, long] = [resolutionFor(spanMs, intervalS), resolutionFor(2 * spanMs, intervalS)]
          assert.ok(order.indexOf(short) <= order.indexOf(long))
        },
      ),
    )
  })
})

describe('a curve', () => {
  it('does not draw what is implausible, and does not forget it', () => {
    const curve = rawCurve([read(0, 1), read(60, 1e9, 'implausible'), read(120, 2), read(180, null)])
    assert.deepEqual(
      curve.points.map(({ value }) => value),
      [1, 2],
    )
    assert.deepEqual(curve.doubtful, [{ timeS: 60, value: 1e9 }])
  })

  it('takes each value that the stream tells once, as the server would have rolled it up', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('1m', '1h', '1d'), (steps, resolution) => {
        const observed = ascending(steps)
        const grown = observed
          .flatMap(({ timeS, value }) => [read(timeS, value), read(timeS, value)])
          .reduce((curve, state) => appended(curve, state, 0), rollupCurve(resolution, [], 0))
        const stepS = { '1m': 60, '1h': 3_600, '1d': 86_400 }[resolution]
        const buckets = Map.groupBy(
          observed,
          ({ timeS }) => Math.floor((timeS + 25_200) / stepS) * stepS - 25_200,
        )
        assert.equal(grown.points.length, buckets.size)
        for (const point of grown.points) {
          const bucket = buckets.get(point.timeS)?.map(({ value }) => value) ?? []
          assert.equal(point.count, bucket.length)
          assert.equal(point.low, Math.min(...bucket))
          assert.equal(point.high, Math.max(...bucket))
          assert.ok(Math.abs(point.value - bucket.reduce((a, b) => a + b, 0) / bucket.length) < 1e-6)
        }
      }),
    )
  })

  it('drops what left the window, but for the point that the line comes from', () => {
    const curve = rawCurve([0, 60, 120, 180].map((timeS) => read(timeS, timeS)))
    const later = appended(curve, read(240, 240), 150)
    assert.deepEqual(
      later.points.map(({ timeS }) => timeS),
      [120, 180, 240],
    )
    assert.equal(appended(later, read(240, 7), 150), later)
  })

  it('gives the nearest point to a time', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -100, max: 50_000 }), (steps, offsetS) => {
        const observed = ascending(steps)
        const curve = rawCurve(observed.map(({ timeS, value }) => read(timeS, value)))
        const timeS = 1_800_000_000 + offsetS
        const farS = Math.min(...observed.map((one) => Math.abs(one.timeS - timeS)))
        assert.equal(Math.abs((nearest(curve, timeS)?.timeS ?? Infinity) - timeS), farS)
      }),
    )
    assert.equal(nearest(rawCurve([]), 0), null)
  })
})

describe('several curves on one time axis', () => {
  it('keep every point at its time, and break only in gaps', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const curves = [a, b].map((steps) =>
          rawCurve(ascending(steps).map(({ timeS, value }) => read(timeS, value))),
        )
        const [times, ...columns] = align(curves.map((curve) => ({ curve, gaps: [] })))
        assert.deepEqual(
          times,
          [...new Set(times)].sort((x, y) => x - y),
        )
        curves.forEach(({ points }, index) => {
          const column = columns[index * 3] ?? []
          const said = times.flatMap((timeS, i) => (column[i] === undefined ? [] : [[timeS, column[i]]]))
          assert.deepEqual(
            said,
            points.map(({ timeS, value }) => [timeS, value]),
          )
        })
      }),
    )
  })

  it('break within a gap, and draw a bucket at its middle', () => {
    const hour = (n: number, avg: number) => ({ time: at(n * 3_600), avg, min: 0, max: 9, count: 1 })
    const curve = rollupCurve('1h', [hour(0, 1), hour(3, 2)], 0)
    const [times, average, low, high] = align([{ curve, gaps: [{ fromS: 3_600, toS: 10_800 }] }])
    assert.deepEqual(times, [1_800, 7_200, 12_600])
    assert.deepEqual(
      [average, low, high],
      [
        [1, null, 2],
        [0, null, 0],
        [9, null, 9],
      ],
    )
  })

  it('break at the times of others, too, that lie in the gap', () => {
    const [broken, other] = [rawCurve([read(0, 1), read(600, 2)]), rawCurve([read(100, 5), read(500, 6)])]
    const [times, first, , , second] = align([
      { curve: broken, gaps: [{ fromS: 0, toS: 600 }] },
      { curve: other, gaps: [] },
    ])
    assert.deepEqual(times, [0, 100, 300, 500, 600])
    assert.deepEqual(first, [1, null, null, null, 2])
    assert.deepEqual(second, [undefined, 5, undefined, 6, undefined])
  })

  it('lie on the day before, moved on by a day', () => {
    const yesterday = rawCurve([read(0, 5), read(60, 6)])
    const today = rawCurve([read(86_400, 7), read(86_460, 8)])
    const [times, now, , , before] = align(
      [today, shifted(yesterday, 86_400)].map((curve) => ({ curve, gaps: [] })),
    )
    assert.deepEqual(times, [86_400, 86_460])
    assert.deepEqual(
      [now, before],
      [
        [7, 8],
        [5, 6],
      ],
    )
  })
})

describe('what is drawn of a curve', () => {
  const around = {
    window: { fromS: 0, toS: 240 },
    intervalS: 60,
    alarms: [],
    bounds: [],
    silenceText: 'no data',
  }
  const plausible = { min: 0, max: 100 }

  it('is scaled to what may be believed; the rest is marked', () => {
    const points = [read(0, 10), read(60, 500), read(120, 20), read(180, 1e9, 'implausible'), read(240, 15)]
    const curve = believed(rawCurve(points), plausible)
    const frame = frameOf([{ curve, plausible, isEarlier: false }], around)
    assert.deepEqual(frame?.scale, { min: 10, max: 20 })
    assert.deepEqual(frame?.overlay.doubtfulS, [60, 180])
    // It was heard, if not to be believed.
    assert.deepEqual(frame?.overlay.silences, [])
  })

  it('has the bound of an alarm in sight', () => {
    const curve = rawCurve([read(0, 10), read(60, 12)])
    const bounds = [{ value: 30, text: '30', severity: 'high' as const }]
    const frame = frameOf([{ curve, plausible, isEarlier: false }], { ...around, bounds })
    assert.deepEqual(frame?.scale, { min: 10, max: 30 })
  })

  it('is nothing where nothing was measured', () => {
    assert.equal(frameOf([{ curve: rawCurve([]), plausible, isEarlier: false }], around), null)
  })
})

describe('the cursor', () => {
  it('goes from point to point, and stays at the ends', () => {
    const times = [10, 20, 30]
    assert.equal(movedBy(times, null, -1), 30)
    assert.equal(movedBy(times, null, 1), 10)
    assert.equal(movedBy(times, 20, 1), 30)
    assert.equal(movedBy(times, 20, -1), 10)
    assert.equal(movedBy(times, 24, 1), 30)
    assert.equal(movedBy(times, 24, -1), 20)
    assert.equal(movedBy(times, 30, 1), 30)
    assert.equal(movedBy(times, 10, -20), 10)
    assert.equal(movedBy([], 10, 1), null)
  })

  it('takes the nearest point under the pointer, and none within a gap', () => {
    const times = [10, 20, 100]
    assert.equal(snapped(times, 16, 5), 20)
    assert.equal(snapped(times, 14, 5), 10)
    assert.equal(snapped(times, 60, 5), 60)
    assert.equal(snapped(times, 104, 5), 100)
    assert.equal(snapped([], 60, 5), 60)
  })
})

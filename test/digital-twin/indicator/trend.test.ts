import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { lastDayOf } from '../../../digital-twin/indicator/period.ts'
import { type TrendPoint, trend } from '../../../digital-twin/indicator/trend.ts'
import { studentT } from '../../../digital-twin/indicator/trend-quantile.ts'
import { trendWords } from '../../../digital-twin/indicator/trend-words.ts'

const TARGET = { target: '4', by: '2030-12-31' }

/** Month-ends from January 2024 on. */
const monthEnd = (i: number): string =>
  lastDayOf(`${2024 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`) ?? ''
const months = (connections: readonly number[], population = 1_000_000): TrendPoint[] =>
  connections.map((n, i) => ({ referenceDate: monthEnd(i), connections: n, population, status: 'P' }))

const dayNumber = (day: string): number => Date.parse(day) / 86_400_000
/** So many connections that the ratio lies on a line in days, exactly. */
const onLine = (count: number, atStart: number, perDay: number): TrendPoint[] =>
  months(
    Array.from(
      { length: count },
      (_, i) => atStart + perDay * (dayNumber(monthEnd(i)) - dayNumber(monthEnd(0))),
    ),
  )

describe("Student's t", () => {
  it('agrees with the printed tables, two-sided 95 % and 99 %', () => {
    const table: [number, number, number][] = [
      [1, 12.706, 63.657],
      [2, 4.303, 9.925],
      [3, 3.182, 5.841],
      [4, 2.776, 4.604],
      [5, 2.571, 4.032],
      [10, 2.228, 3.169],
      [15, 2.131, 2.947],
      [22, 2.074, 2.819],
      [30, 2.042, 2.75],
      [120, 1.98, 2.617],
    ]
    for (const [degrees, t95, t99] of table) {
      assert.ok(Math.abs(studentT(degrees, 0.95) - t95) < 0.0006, `${degrees}`)
      assert.ok(Math.abs(studentT(degrees, 0.99) - t99) < 0.0006, `${degrees}`)
    }
    assert.throws(() => studentT(0, 0.95), RangeError)
  })
})

describe('the trend towards a target', () => {
  it('finds the day on which an exact line gets there, with no width', () => {
    const result = trend(onLine(24, 500_000, 1000), TARGET)
    const day = new Date((dayNumber('2024-01-31') + 3500) * 86_400_000).toISOString().slice(0, 10)
    assert.deepEqual(
      { ...result, low: undefined, high: undefined },
      {
        ...TARGET,
        ...{ status: 'not-at-this-trend', date: day, low: undefined, high: undefined, isOnTime: false },
        ...{ slopePerYear: '0.3652', r2: '1.0000', points: 24, from: '2024-01-31', to: '2025-12-31' },
      },
    )
    assert.equal(trend(onLine(24, 500_000, 1000), { target: '4', by: '2040-12-31' }).status, 'reached-on')
    assert.deepEqual([result.low, result.high], [day, day])
  })

  it('begins anew at a break that a graver status hides', () => {
    const points = months([1, 2, 3, 4, 5, 6, 90_000, 90_001, 90_002, 90_003, 90_004, 90_005, 90_006])
    const hidden = points.map(
      (point, i): TrendPoint =>
        i === 6
          ? {
              ...point,
              connections: null,
              status: 'Q',
              comment: 'also B; break: geography, before it 2025-03',
            }
          : point,
    )
    const { points: used, from } = trend(hidden, TARGET)
    assert.deepEqual([used, from], [6, points[7]!.referenceDate])
  })

  it('gives the interval of a textbook line', () => {
    // Six points one day apart, y = 1, 3, 2, 5, 4, 6: b = 32/35, ȳ = 7/2, s² = (35/2 - 17.5·(32/35)²)/4.
    const points = [1, 3, 2, 5, 4, 6].map(
      (n, i): TrendPoint => ({
        referenceDate: `2025-01-0${i + 1}`,
        connections: n,
        population: 1,
        status: 'P',
      }),
    )
    const result = trend(points, { target: '30', by: '2025-12-31' })
    const [b, sxx, t] = [31 / 35, 17.5, 2.776445105]
    const s2 = (17.5 - b * b * sxx) / 4
    const c = b * b - (t * t * s2) / sxx
    const half = t * Math.sqrt(s2 * ((7 / 6) * c + (26.5 * 26.5) / sxx))
    const day = (d: number) =>
      new Date((dayNumber('2025-01-01') + Math.ceil(2.5 + d)) * 86_400_000).toISOString().slice(0, 10)
    assert.equal(result.slopePerYear, (b * 365.2425).toFixed(4))
    assert.deepEqual(
      [result.date, result.low, result.high],
      [day(26.5 / b), day((b * 26.5 - half) / c), day((b * 26.5 + half) / c)],
    )
  })

  it('is met on integers alone', () => {
    const nearly = months([1, 1, 1, 1, 1, 3_999_999])
    assert.notEqual(trend(nearly, TARGET).status, 'met')
    const met = trend([...nearly, ...months([0, 0, 0, 0, 0, 0, 4_000_000, 4_000_001]).slice(6)], TARGET)
    assert.deepEqual([met.status, met.date, met.isOnTime], ['met', '2024-07-31', true])
    assert.equal(trend(months([4_000_000]), TARGET).status, 'met', 'one point is enough for that')
  })

  it('does not get there when it falls, stays, or only scatters', () => {
    const still = Array.from({ length: 12 }, () => 500_000)
    const falls = still.map((n, i) => n - i * 1000)
    const scatters = still.map((n, i) => n + (i % 2 === 0 ? 100_000 : -100_000) + i * 100)
    for (const series of [still, falls, scatters]) {
      const result = trend(months(series), TARGET)
      assert.deepEqual([result.status, result.date, result.high], ['not-at-this-trend', null, null])
    }
    assert.equal(trend(months(still), TARGET).r2, '0.0000')
  })

  it('knows nothing beyond 2100', () => {
    const result = trend(onLine(24, 500_000, 10), { target: '4', by: '2999-12-31' })
    assert.deepEqual([result.status, result.date], ['not-at-this-trend', null])
  })

  it('leaves the later side open where the interval passes 2100', () => {
    const noisy = Array.from({ length: 24 }, (_, i) => 500_000 + i * 6000 + ((i * 7) % 5) * 60_000)
    const result = trend(months(noisy), { target: '4', by: '2100-12-31' })
    assert.equal(result.status, 'reached-on')
    assert.equal(result.high, null)
    assert.ok(result.low !== null && result.date !== null && result.low < result.date)
  })

  it('uses only what follows the newest break, and at most 24 points', () => {
    const points = onLine(30, 500_000, 1000)
    assert.deepEqual([trend(points, TARGET).points, trend(points, TARGET).from], [24, '2024-07-31'])
    const broken = (at: number) =>
      points.map((p, i) => (i === at || i === 3 ? { ...p, status: 'B' as const } : p))
    assert.equal(trend(broken(20), TARGET).from, points[20]?.referenceDate)
    assert.deepEqual(
      [trend(broken(26), TARGET).status, trend(broken(26), TARGET).points],
      ['too-few-points', 4],
    )
  })

  it('leaves out points that are withheld or have no population', () => {
    const points = onLine(12, 500_000, 1000)
    const holed = points.map((point, i) =>
      i === 4 ? { ...point, connections: null } : i === 7 ? { ...point, population: 0 } : point,
    )
    assert.equal(trend(holed, TARGET).points, 10)
    assert.equal(trend(holed, TARGET).date, trend(points, TARGET).date)
  })

  it('does not depend on the order of points, and its interval holds the date', () => {
    const series = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: 6, maxLength: 30 })
    fc.assert(
      fc.property(
        series.chain((n) =>
          fc.tuple(fc.constant(n), fc.shuffledSubarray(months(n), { minLength: n.length })),
        ),
        ([n, shuffled]) => {
          const result = trend(shuffled, TARGET)
          assert.deepEqual(result, trend(months(n), TARGET))
          if (result.date === null || result.status === 'met') return
          assert.ok(
            (result.low ?? '') <= result.date && result.date <= (result.high ?? '9'),
            JSON.stringify(result),
          )
          assert.ok(result.to !== null && (result.low ?? '') >= result.to)
        },
      ),
    )
  })

  it('says it in plain words', () => {
    const rising = onLine(24, 500_000, 2000)
    assert.equal(
      trendWords(trend(rising, TARGET), 'vi'),
      'Với xu thế hiện nay, mục tiêu 4 kết nối IoT bình quân đầu người đạt được vào khoảng tháng 11 năm 2028 (khoảng dự báo 95 %: từ tháng 11 năm 2028 đến tháng 11 năm 2028), đúng thời hạn tháng 12 năm 2030.',
    )
    assert.match(
      trendWords(trend(rising, TARGET), 'en'),
      /^At this trend the target of 4 IoT connections per person is reached about November 2028 /,
    )
    assert.match(
      trendWords(trend(rising, { ...TARGET, by: '2027-12-31' }), 'vi'),
      /không đạt được đúng thời hạn tháng 12 năm 2027; dự kiến đạt vào khoảng tháng 11 năm 2028/,
    )
    assert.match(
      trendWords(trend(months([5, 4, 3, 2, 1, 0]), TARGET), 'vi'),
      /^Với xu thế hiện nay, không đạt được mục tiêu 4/,
    )
    assert.match(trendWords(trend(months([1, 2]), TARGET), 'vi'), /^Chưa đủ số liệu .* hiện có 2 kỳ\.$/)
    assert.equal(
      trendWords(trend(months([1_500_000]), { target: '1.5', by: '2025-12-31' }), 'vi'),
      'Đã đạt mục tiêu 1,5 kết nối IoT bình quân đầu người, tính từ tháng 1 năm 2024.',
    )
    for (const [points, by] of [
      [rising, '2027-12-31'],
      [rising, '2030-12-31'],
      [months([1]), '2030-12-31'],
      [months([5, 4, 3, 2, 1, 0]), '2030-12-31'],
    ] as const)
      for (const lang of ['vi', 'en'] as const)
        assert.doesNotMatch(trendWords(trend(points, { target: '4', by }), lang), /null|undefined|NaN/)
  })
})

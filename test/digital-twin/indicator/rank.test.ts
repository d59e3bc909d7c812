import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  compareRatios,
  QUARTERS,
  ranking,
  type Standing,
  standingOf,
} from '../../../digital-twin/indicator/rank.ts'
import { distanceTo, upperAverage } from '../../../digital-twin/indicator/rank-upper-average.ts'

const at = (area: string, n: number, p: number): Standing => ({ area, n, p })
const localities = fc
  .array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 12 })
  .map((all) => all.map(([n, p], i) => at(`A${i}`, n, p)))

describe('ranks', () => {
  it('go by the ratios themselves, not by what is printed', () => {
    const ranked = ranking([at('b', 1_999_999, 2_000_000), at('a', 1, 1), at('c', 2, 2)])
    assert.deepEqual(
      ranked.map(({ area, rank, isTied }) => [area, rank, isTied]),
      [
        ['a', 1, true],
        ['c', 1, true],
        ['b', 3, false],
      ],
    )
  })

  it('give four groups, and localities without population none', () => {
    const eight = Array.from({ length: 8 }, (_, i) => at(`A${i}`, 8 - i, 1))
    assert.deepEqual(
      ranking([...eight, at('66_U', 9, 0)]).map(({ quarter }) => quarter),
      [1, 1, 2, 2, 3, 3, 4, 4],
    )
    assert.equal(QUARTERS[2].nameVi, 'Trung bình cao')
  })

  it('call nobody high who is level with most of the others', () => {
    const all = [at('a', 1, 1), ...Array.from({ length: 7 }, (_, i) => at(`b${i}`, 0, 1))]
    assert.deepEqual(
      ranking(all).map(({ rank, quarter }) => [rank, quarter]),
      [[1, 1], ...Array.from({ length: 7 }, () => [2, 3])],
    )
  })

  it('follow definition: one more than the number of those above, whatever their order', () => {
    fc.assert(
      fc.property(
        localities.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          const ranked = ranking(shuffled)
          assert.deepEqual(ranked, ranking(all))
          for (const { area, rank, of, quarter, isTied } of ranked) {
            const own = all.find((one) => one.area === area)!
            const above = all.filter(
              (one) => (one.n as number) * (own.p as number) > (own.n as number) * (one.p as number),
            )
            const equal = all.filter((one) => compareRatios(one, own) === 0)
            assert.deepEqual([rank, of, isTied], [above.length + 1, all.length, equal.length > 1])
            const upTo = [1, 2, 3, 4].map((q) => Math.ceil((q * all.length) / 4))
            const middle = rank + Math.floor((equal.length - 1) / 2)
            assert.equal(quarter, upTo.findIndex((last) => middle <= last) + 1)
          }
        },
      ),
    )
  })

  it('take a published text exactly', () => {
    assert.deepEqual(standingOf('79', '1.2500'), { area: '79', n: 12500n, p: 10000n })
    assert.equal(compareRatios(standingOf('79', '1.25'), at('66', 5, 4)), 0)
    assert.equal(compareRatios(standingOf('79', '2'), at('66', 2_000_001, 1_000_000)), -1)
  })

  it('say how far from the average, to a tenth of a percent', () => {
    const average = standingOf('VN', '0.5')
    assert.equal(distanceTo(average, at('66', 5, 8)), '25.0')
    assert.equal(distanceTo(average, at('66', 4, 12)), '-33.3')
    assert.equal(distanceTo(average, at('66', 2001, 4000)), '0.1')
    assert.equal(distanceTo(average, at('66', 9_999_999, 20_000_000)), '0.0')
    assert.equal(distanceTo(average, at('66', 1, 0)), null)
    assert.equal(distanceTo(standingOf('VN', '0'), at('66', 1, 1)), null)
  })
})

describe('the upper average', () => {
  const others = ['0.9', '0.7', '0.5', '0.3'].map((value, i) => standingOf(`P${i}`, value))

  it('is the upper half of localities, with the country beside it', () => {
    const result = upperAverage(at('66', 7, 10), others, standingOf('VN', '0.8'))
    assert.deepEqual(result, {
      rule: 'upper-half',
      met: true,
      byRule: { 'upper-half': true, 'national-average': false },
      place: { area: '66', rank: 2, of: 5, quarter: 1, isTied: true },
      distance: '-12.5',
    })
    assert.equal(
      upperAverage(at('66', 7, 10), others, standingOf('VN', '0.8'), 'national-average').met,
      false,
    )
    assert.equal(upperAverage(at('66', 4, 10), others, null).met, false)
  })

  it('is not judged without anything to compare with', () => {
    assert.equal(upperAverage(at('66', 7, 10), [], null).met, null)
    assert.equal(upperAverage(at('66', 7, 10), [at('66', 7, 10)], null).met, null)
    assert.equal(upperAverage(null, others, standingOf('VN', '0.8')).met, null)
    assert.equal(upperAverage(at('66', 7, 0), others, standingOf('VN', '0.8')).met, null)
  })

  it('is met at the median and above', () => {
    fc.assert(
      fc.property(localities, fc.nat(20), (rivals, n) => {
        const values = [n, ...rivals.map((one) => Number(one.n) / Number(one.p))].sort((a, b) => a - b)
        const median =
          (values[Math.floor((values.length - 1) / 2)]! + values[Math.floor(values.length / 2)]!) / 2
        assert.equal(upperAverage(at('66', n, 1), rivals, null).met, n >= median)
      }),
    )
  })
})

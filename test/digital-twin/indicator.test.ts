import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PopulationInput, TargetInput } from '../../digital-twin/indicator/inputs.ts'
import { isDate, lastDayOf } from '../../digital-twin/indicator/period.ts'
import { populationFor } from '../../digital-twin/indicator/population.ts'
import { gap, ratio } from '../../digital-twin/indicator/ratio.ts'
import { judge } from '../../digital-twin/indicator/targets.ts'

/** Long division by hand, digit by digit, and one digit more to round by: no BigInt, no binary fraction. */
function dividedByHand(n: number, p: number, decimals: number): string {
  const digits = [...String(Math.floor(n / p))].map(Number)
  let rest = n % p
  for (let i = 0; i < decimals; i++) {
    digits.push(Math.floor((rest * 10) / p))
    rest = (rest * 10) % p
  }
  if (rest * 2 >= p) {
    let at = digits.length - 1
    while (at >= 0 && digits[at] === 9) digits[at--] = 0
    if (at < 0) digits.unshift(1)
    else digits[at] = (digits[at] ?? 0) + 1
  }
  const whole = digits.slice(0, digits.length - decimals).join('')
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals).join('')}`
}

const count = fc.integer({ min: 0, max: 10_000_000 })
const people = fc.integer({ min: 1, max: 10_000_000 })

describe('ratio', () => {
  it.each([
    [5, 16, 3, '0.313'],
    [201, 200, 2, '1.01'],
    [2, 3, 4, '0.6667'],
    [0, 8, 4, '0.0000'],
    [8, 8, 4, '1.0000'],
    [1, 20_000, 4, '0.0001'],
    [1, 20_001, 4, '0.0000'],
    [1_999_999, 2_000_000, 4, '1.0000'],
    [19_999, 2, 0, '10000'],
    [99_995, 100_000, 4, '1.0000'],
    [12_345_678, 1, 1, '12345678.0'],
  ])('%i / %i at %i decimals is %s', (n, p, decimals, text) => expect(ratio(n, p, decimals)).toBe(text))

  it('agrees with long division', () =>
    fc.assert(
      fc.property(count, people, fc.integer({ min: 0, max: 6 }), (n, p, decimals) => {
        expect(ratio(n, p, decimals)).toBe(dividedByHand(n, p, decimals))
      }),
      { numRuns: 1000 },
    ))

  it.each([
    [1, 0],
    [1, -1],
    [-1, 1],
    [1.5, 2],
    [1, Number.NaN],
    [2 ** 53, 1],
  ])('throws for %d / %d, which no count gives', (n, p) => expect(() => ratio(n, p, 4)).toThrow(RangeError))
})

describe('gap', () => {
  it.each([
    [1_999_999, 2_000_000, '1', 1],
    [2_000_000, 2_000_000, '1', 0],
    [2_000_001, 2_000_000, '1', 0],
    [0, 8, '1', 8],
    [0, 3, '0.5', 2],
    [1, 3, '0.5', 1],
    [2, 3, '0.5', 0],
    [0, 1000, '1.005', 1005],
    [1004, 1000, '1.005', 1],
    [0, 7, '0', 0],
    [0, 10, '1.50', 15],
  ])('%i connections of %i people at target %s lack %i', (n, p, target, missing) =>
    expect(gap(n, p, target)).toBe(missing),
  )

  it('is the least number of connections that meets the target', () =>
    fc.assert(
      fc.property(count, people, fc.integer({ min: 0, max: 3000 }), (n, p, thousandths) => {
        const missing = gap(n, p, (thousandths / 1000).toFixed(3))
        const isMet = (connections: number) => connections * 1000 >= thousandths * p
        expect(isMet(n + missing)).toBe(true)
        if (missing > 0) expect(isMet(n + missing - 1)).toBe(false)
      }),
      { numRuns: 500 },
    ))
})

describe('periods', () => {
  it.each([
    ['2025', '2025-12-31'],
    ['2025-Q1', '2025-03-31'],
    ['2025-Q2', '2025-06-30'],
    ['2025-Q3', '2025-09-30'],
    ['2025-Q4', '2025-12-31'],
    ['2025-11', '2025-11-30'],
    ['2025-12', '2025-12-31'],
    ['2025-02', '2025-02-28'],
    ['2024-02', '2024-02-29'],
  ])('%s ends on %s', (period, day) => expect(lastDayOf(period)).toBe(day))

  it.each([
    '',
    '25',
    '2025-Q0',
    '2025-Q5',
    '2025-00',
    '2025-13',
    '2025-1',
    '2025-12-31',
    '2025Q4',
    ' 2025',
    '2025\n',
    '9999',
    '0001-01',
  ])('%j is no period', (period) => expect(lastDayOf(period)).toBeNull())

  it('end on a day that is followed by the first of a month', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1970, max: 2100 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const day = lastDayOf(`${year}-${String(month).padStart(2, '0')}`) ?? ''
        expect(isDate(day)).toBe(true)
        expect(day).toBe(new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10))
      }),
    ))

  it.each(['2025-01-01', '2024-02-29', '2000-02-29', '2199-12-31'])('%s is a day', (text) =>
    expect(isDate(text)).toBe(true),
  )
  it.each([
    '2025-02-29',
    '1900-02-29',
    '2025-04-31',
    '2025-13-01',
    '2025-00-01',
    '2025-01-00',
    '2025-1-1',
    '2025',
    '',
    '2025-01-01T00:00:00Z',
    '9999-12-31',
    '0001-01-01',
  ])('%j is no day', (text) => expect(isDate(text)).toBe(false))
})

const target = (more: Partial<TargetInput>): TargetInput => ({
  kind: 'per-person',
  value: '1',
  by: '2030-12-31',
  source: 's',
  ...more,
})
const UPPER = target({ kind: 'upper-average', value: null })

describe('judge', () => {
  it('does not meet a target that the printed ratio has reached by rounding', () =>
    expect(judge(1_999_999, 2_000_000, [target({})], '2026-01-01')).toMatchObject({ met: false, gap: 1 }))

  it('judges nothing without a population, with nobody, or where the count is withheld', () => {
    for (const [connections, population] of [
      [5, null],
      [5, 0],
      [null, 5],
    ] as const)
      expect(judge(connections, population, [target({})], '2026-01-01')).toMatchObject({
        arms: [{ met: null, gap: null }],
        met: null,
        gap: null,
      })
  })

  it('takes the comparison with other localities as the other arm', () => {
    const of = (isUpper: boolean | null) => judge(9, 10, [target({}), UPPER], '2026-01-01', isUpper).met
    expect([of(true), of(false), of(null)]).toEqual([true, false, null])
  })

  it('joins the arms due on the same day by OR', () => {
    const low = target({ value: '0.5' })
    expect(judge(10, 10, [target({}), UPPER], '2026-01-01')).toMatchObject({ met: true, gap: 0 })
    // One arm failed and the other cannot be judged: nobody can say yet.
    expect(judge(9, 10, [target({}), UPPER], '2026-01-01')).toMatchObject({ met: null, gap: 1 })
    expect(judge(9, 10, [target({}), low], '2026-01-01').met).toBe(true)
    expect(judge(4, 10, [target({}), low], '2026-01-01').met).toBe(false)
  })

  it('holds a date against the next target due, that day included, and later dates against the last', () => {
    const targets = [target({ value: '1', by: '2025-12-31' }), target({ value: '2', by: '2030-12-31' })]
    const gapOn = (day: string) => judge(0, 10, targets, day).gap
    expect(gapOn('2025-12-31')).toBe(10)
    expect(gapOn('2026-01-01')).toBe(20)
    expect(gapOn('2031-01-01')).toBe(20)
  })

  it('says nothing of targets where there are none', () =>
    expect(judge(1, 2, [], '2026-01-01')).toEqual({ arms: [], met: null, gap: null }))

  it('is met exactly where nothing is lacking', () =>
    fc.assert(
      fc.property(count, people, (n, p) => {
        const { met, gap: missing } = judge(n, p, [target({})], '2026-01-01')
        expect(met).toBe(missing === 0)
        expect(met).toBe(n >= p)
      }),
    ))
})

describe('populationFor', () => {
  const population = (year: number, basis: PopulationInput['basis'], value = 1): PopulationInput => ({
    area: '24133',
    geoVersion: '2025-07',
    year,
    basis,
    value,
    source: 's',
    publishedOn: null,
    isSynthetic: false,
    isEstimated: false,
  })
  const ORDER = ['average', 'mid-year', 'end-year', 'census', 'registered'] as const

  it('takes the average first, then the bases in their order, however they are listed', () =>
    fc.assert(
      fc.property(fc.shuffledSubarray([...ORDER], { minLength: 1 }), (bases) => {
        const chosen = populationFor(
          bases.map((basis) => population(2025, basis)),
          2025,
        )
        expect(chosen?.basis).toBe(ORDER.find((basis) => bases.includes(basis)))
      }),
    ))

  it('takes any basis of the year before the average of an earlier one', () =>
    expect(populationFor([population(2024, 'average'), population(2025, 'registered')], 2025)).toMatchObject({
      year: 2025,
      basis: 'registered',
    }))

  it('falls back on the newest earlier year, and never takes a later one', () => {
    const known = [population(2019, 'census'), population(2023, 'average'), population(2026, 'average')]
    expect(populationFor(known, 2025)?.year).toBe(2023)
    expect(populationFor(known, 2022)?.year).toBe(2019)
    expect(populationFor(known, 2018)).toBeNull()
    expect(populationFor([], 2025)).toBeNull()
  })
})

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { DIMENSIONS, indicatorName, statusName } from '../../dashboard/src/indicator/codes.ts'
import { periodsBefore } from '../../dashboard/src/indicator/periods.ts'
import { colourOf, shadesOf } from '../../dashboard/src/indicator/places/shades.ts'
import { linesOf, type Trend } from '../../dashboard/src/indicator/progress/trend.ts'
import { ACCESSES, CLASSES, DOMAINS, INDICATORS, OBS_STATUSES } from '../../digital-twin/indicator/codes.ts'

it('has words for every code that the figures have', () => {
  const ids = (codes: readonly { readonly id: string }[]) =>
    codes.map(({ id }) => id).filter((id) => id !== '_T')
  for (const [dimension, codes] of [
    ['access', ACCESSES],
    ['class', CLASSES],
    ['domain', DOMAINS],
  ] as const)
    assert.deepEqual(Object.keys(DIMENSIONS[dimension]).sort(), ids(codes).sort())
  for (const { id } of OBS_STATUSES) assert.notEqual(statusName(id), id)
  for (const { id } of INDICATORS) assert.notEqual(indicatorName(id), id)
})

describe('the shades of the indicator’s map', () => {
  const items = (values: readonly (string | null)[]) =>
    values.map((perPerson, i) => ({ area: String(i), perPerson, status: perPerson === null ? 'Q' : 'P' }))

  it('put equal values into one class, and withheld ones into none', () => {
    const { classes, shadeOf } = shadesOf(items(['0.0000', '0.0000', '0.0000', '0.5000', null]))
    assert.deepEqual(classes, [
      { low: '0.0000', high: '0.0000', count: 3 },
      { low: '0.5000', high: '0.5000', count: 1 },
    ])
    assert.deepEqual([...shadeOf.values()], [0, 0, 0, 1, 'withheld'])
    assert.deepEqual([colourOf(0, 2), colourOf(1, 2)], [0, 4])
  })

  it('leave no area out, and never show a higher value in a lower class', () => {
    const value = fc.integer({ min: 0, max: 50 }).map((n) => (n / 10).toFixed(4))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
        const { classes, shadeOf } = shadesOf(items(values))
        assert.equal(
          classes.reduce((sum, { count }) => sum + count, 0),
          values.length,
        )
        const shades = values
          .map((text, i) => ({ value: Number(text), shade: Number(shadeOf.get(String(i))) }))
          .sort((a, b) => a.value - b.value)
        for (const [i, { shade }] of shades.entries())
          assert.ok(i === 0 || shade >= (shades[i - 1]?.shade ?? 0))
      }),
    )
  })
})

it('offers periods that are over by the clocks of the province, newest first', () => {
  const { A, Q, M } = periodsBefore(Date.parse('2026-12-31T17:30:00Z'))
  assert.deepEqual([A[0], Q[0], M[0]], ['2026', '2026-Q4', '2026-12'])
  const before = periodsBefore(Date.parse('2026-12-31T16:30:00Z'))
  assert.deepEqual(
    [before.A[0], before.Q[0], before.M[0], before.M[11]],
    ['2025', '2026-Q3', '2026-11', '2025-12'],
  )
})

describe('the curve to the targets', () => {
  const words = { vi: '', en: '' }
  const point = (referenceDate: string, perPerson: string | null, status = 'P') => ({
    ...{ period: referenceDate.slice(0, 7), referenceDate, perPerson, status },
    ...{ connections: 1, population: 1, comment: null },
  })
  const trend = (date: string | null): Trend => ({
    area: '66',
    points: [point('2025-12-31', '0.5000', 'B'), point('2026-01-31', null), point('2026-12-31', '1.0000')],
    targets: [
      {
        ...{ kind: 'per-person', value: '2', by: '2030-12-31' },
        reach: {
          ...{ status: date === null ? 'not-at-this-trend' : 'reached-on', date, low: date, high: null },
          ...{ slopePerYear: '0.5', r2: '0.9', points: 2, words },
        },
      },
    ],
  })

  it('has its trend meet the target on the day the server says, and breaks where there is no figure', () => {
    const { data, breaksS, targets, endS } = linesOf(trend('2028-12-31'))
    const [times, values, line] = data
    assert.equal(values[times.indexOf(Date.parse('2026-01-31') / 1000)], null)
    assert.deepEqual(breaksS, [Date.parse('2025-12-31') / 1000])
    assert.equal(endS, Date.parse('2030-12-31') / 1000)
    // Half a connection a year: two years before it is one less.
    assert.ok(Math.abs((line[times.indexOf(Date.parse('2026-12-31') / 1000)] ?? 0) - 1) < 0.01)
    assert.equal(targets[0]?.reached?.highS, null)
  })

  it('draws no trend to a target that is never met', () => {
    const { data, targets } = linesOf(trend(null))
    assert.ok(data[2].every((value) => value === undefined))
    assert.equal(targets[0]?.reached, null)
  })
})

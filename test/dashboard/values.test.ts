import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { compareValues, shownValue } from '../../dashboard/src/state/values.ts'

const at = { unit: 'kW', time: '2026-11-30T00:00:00Z' }
const measured = (value: number | null, label?: string) => ({
  quantities: { p: { ...at, value, quality: 'good', ...(label === undefined ? {} : { label }) } as const },
  derived: {},
})
const derived = (value: number) => ({ quantities: {}, derived: { p: { ...at, value } } })
const NONE = { quantities: {}, derived: {} }

describe('a column of values', () => {
  it('sorts numbers, measured or derived, then words, and what has none last, both ways', () => {
    const rows = [
      NONE,
      measured(null, 'open'),
      measured(3),
      derived(1),
      measured(null, 'closed'),
      measured(2),
    ]
    const sorted = (descending: boolean) =>
      rows.toSorted(compareValues('p', descending)).map((row) => {
        const value = shownValue(row, 'p')
        return value?.label ?? value?.value ?? null
      })
    assert.deepEqual(sorted(false), [1, 2, 3, 'closed', 'open', null])
    assert.deepEqual(sorted(true), [3, 2, 1, 'open', 'closed', null])
  })

  it('is a total order', () => {
    const row = fc.oneof(
      fc.constant(NONE),
      fc.integer({ min: -3, max: 3 }).map((value) => measured(value)),
      fc.integer({ min: -3, max: 3 }).map(derived),
      fc.constantFrom('a', 'b').map((label) => measured(null, label)),
    )
    fc.assert(
      fc.property(row, row, row, fc.boolean(), (a, b, c, descending) => {
        const compare = compareValues('p', descending)
        assert.equal(Math.sign(compare(a, b)), -Math.sign(compare(b, a)) + 0)
        if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.ok(compare(a, c) <= 0)
      }),
    )
  })

  it('marks what follows from other values', () => {
    assert.equal(shownValue(derived(1), 'p')?.isDerived, true)
    assert.equal(shownValue(measured(1), 'p')?.isDerived, false)
    assert.equal(shownValue(NONE, 'p'), null)
  })
})

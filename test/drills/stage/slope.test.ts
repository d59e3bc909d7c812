import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { slopeOf } from './slope.ts'

describe('the slope by least squares', () => {
  it('is that of a straight line, without an error', () => {
    const coefficient = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(coefficient, coefficient, fc.integer({ min: 3, max: 50 }), (a, b, n) => {
        const { perX, standardError } = slopeOf(Array.from({ length: n }, (_, x) => [x, a + b * x] as const))
        assert.ok(Math.abs(perX - b) < 1e-6 && standardError < 1e-6)
      }),
    )
  })

  it('has the standard error of the textbook', () => {
    const { perX, standardError } = slopeOf([
      [1, 2],
      [2, 4],
      [3, 5],
      [4, 4],
      [5, 5],
    ])
    assert.ok(Math.abs(perX - 0.6) < 1e-9)
    assert.ok(Math.abs(standardError - Math.sqrt(2.4 / 3 / 10)) < 1e-9)
  })
})

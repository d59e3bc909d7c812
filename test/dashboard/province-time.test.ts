import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { dayOf, fromLocal, midnight, provinceTime, toLocal } from '../../dashboard/src/text/province-time.ts'

const MINUTE_MS = 60_000
const times = fc.integer({ min: 0, max: 4e12 })

describe('the time of the province', () => {
  it('is read back to the minute, whether or not an input writes seconds', () => {
    fc.assert(
      fc.property(times, (timeMs) => {
        const minute = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS
        assert.equal(fromLocal(toLocal(timeMs)), minute)
        assert.equal(fromLocal(`${toLocal(timeMs)}:30`), minute)
        assert.equal(Date.parse(provinceTime(timeMs)), timeMs)
      }),
    )
    for (const text of ['', 'null', '2026-13-01T00:00']) assert.ok(Number.isNaN(fromLocal(text)))
  })

  it('begins its days at 17:00 UTC', () => {
    const eve = Date.parse('2026-11-29T17:00:00Z')
    assert.deepEqual([midnight(eve), dayOf(eve)], [eve, '2026-11-30'])
    assert.deepEqual([midnight(eve - 1), dayOf(eve - 1)], [eve - 24 * 60 * MINUTE_MS, '2026-11-29'])
  })
})

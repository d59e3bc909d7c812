import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { OldestWaiting } from '../../ingest/oldest-waiting.ts'

describe('the oldest message that waits', () => {
  it('is told to the second, in whatever order messages end', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ gapS: fc.nat(5), ends: fc.nat(20) })), (steps) => {
        const waiting = new OldestWaiting()
        const open: number[] = []
        let now = 1_700_000_000
        for (const { gapS, ends } of steps) {
          now += gapS
          open.push(waiting.began(now * 1_000_000 + 999_999))
          const [ended] = ends < open.length ? open.splice(ends, 1) : []
          if (ended !== undefined) waiting.ended(ended)
          assert.equal(waiting.ageS(now * 1_000_000), open.length === 0 ? 0 : now - Math.min(...open))
        }
      }),
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { Trend } from '../../dashboard/src/wall/trend.ts'

const counts = (late: number, silent: number) => ({ fresh: 100, late, silent })
const water = (late: number, silent: number) => new Map([['water', counts(late, silent)]] as const)

describe('the trend of a domain on the wall', () => {
  it('is what changed within ten minutes, once a minute is known', () => {
    const trend = new Trend()
    trend.note(0, water(1, 2))
    assert.equal(trend.of('water', 30_000, counts(5, 5)), null)
    assert.equal(trend.of('water', 60_000, counts(5, 5)), 7)
    assert.equal(trend.of('power', 60_000, counts(0, 4)), 4)
    for (let minute = 1; minute <= 30; minute += 1) trend.note(minute * 60_000, water(minute, 0))
    assert.equal(trend.of('water', 1_800_000, counts(30, 0)), 10)
    assert.equal(trend.of('water', 1_800_000, counts(0, 0)), -20)
  })
})

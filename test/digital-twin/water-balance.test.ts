import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { localDayStart } from '../../core/time.ts'
import { balanceOf, incomplete, nightFlowOf, nightsIn } from '../../digital-twin/water-balance/balance.ts'
import { inPortions, type Metered } from '../../digital-twin/water-balance/metering.ts'

const at = (volume: number, coverage = 1, resets = 0): Metered => ({
  id: `m-${volume}`,
  volume,
  coverage,
  by: coverage > 0 ? 'water-volume' : null,
  resets,
})

describe('the balance of a zone', () => {
  // The terms of Lambert and Hirner (2000), table 1: non-revenue water is what goes in less what is billed.
  it('is system input less metered consumption', () => {
    const { systemInput, meteredConsumption, nonRevenueWater } = balanceOf(
      [at(700), at(300)],
      [at(500), at(250)],
    )
    assert.deepEqual(systemInput, { meters: 2, coverage: 1, measured: 1000, volume: 1000 })
    assert.equal(meteredConsumption.volume, 750)
    assert.deepEqual(nonRevenueWater, { volume: 250, share: 25 })
  })

  it('takes what is not told of as the rest, as long as it is little', () => {
    const customers = [...Array.from({ length: 19 }, () => at(10)), at(0, 0)]
    const { meteredConsumption, nonRevenueWater } = balanceOf([at(240, 0.96)], customers)
    assert.deepEqual(meteredConsumption, { meters: 20, coverage: 0.95, measured: 190, volume: 200 })
    assert.deepEqual(nonRevenueWater, { volume: 50, share: 20 })
  })

  it('is not known where one inlet or several customers are not told of, and names them', () => {
    const inlets = [at(700), at(1, 0.5)]
    const { systemInput, nonRevenueWater } = balanceOf(inlets, [at(500)])
    assert.deepEqual([systemInput.volume, systemInput.measured, nonRevenueWater], [null, 701, null])
    assert.deepEqual(incomplete(inlets), [at(1, 0.5)])
    assert.deepEqual(incomplete([at(5, 1, 1), at(6)]), [at(5, 1, 1)])
    assert.equal(balanceOf([at(700)], [at(500), at(0, 0)]).nonRevenueWater, null)
  })

  it('has no share where nothing goes in', () => {
    assert.deepEqual(balanceOf([at(0)], [at(2)]).nonRevenueWater, { volume: -2, share: null })
  })
})

describe('the flow at night', () => {
  const DAY = localDayStart('2026-03-02')
  const HOUR_US = 3_600_000_000

  it('is looked at from 02:00 to 04:00 local time, of nights that are whole in the window', () => {
    const nights = nightsIn({ from: DAY + 3 * HOUR_US, to: DAY + 52 * HOUR_US })
    assert.deepEqual(
      nights.map(({ date }) => date),
      ['2026-03-03', '2026-03-04'],
    )
    assert.equal(new Date((nights[0]?.from ?? 0) / 1000).toISOString(), '2026-03-02T19:00:00.000Z')
    assert.equal((nights[0]?.to ?? 0) - (nights[0]?.from ?? 0), 2 * HOUR_US)
  })

  it('is the least of the nights that are told of; what customers may use is taken off', () => {
    const nights = nightsIn({ from: DAY, to: DAY + 72 * HOUR_US })
    const flow = nightFlowOf(
      nights,
      [
        [at(8), at(4)],
        [at(6), at(4)],
        [at(1), at(0, 0)],
      ],
      1000,
      1.7,
    )
    assert.deepEqual(
      flow.nights.map(({ flow }) => flow),
      [6, 5, null],
    )
    assert.deepEqual(flow.minimum, { date: '2026-03-03', flow: 5 })
    // 1,000 customers at 1.7 L/h.
    assert.deepEqual([flow.legitimateUse, flow.leakage], [1.7, 3.3])
    assert.equal(nightFlowOf(nights, [[at(1)], [at(1)], [at(1)]], 1000, 1.7).leakage, 0)
    assert.deepEqual(nightFlowOf([], [], 3, 1.7).minimum, null)
  })
})

it('no statement looks at more than 40 days of a meter', () => {
  const day = 86_400_000_000
  const portions = inPortions([31, 31, 9, 9].map((days) => ({ window: { from: 0, to: days * day } })))
  assert.deepEqual(
    portions.map((some) => some.map(({ window }) => window.to / day)),
    [[31], [31, 9], [9]],
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUANTITIES } from '../../core/quantity.ts'
import { historyOf } from '../../simulator/history.ts'
import { EPOCH_MS } from '../../simulator/local-time.ts'
import { TYPES } from '../../simulator/models/index.ts'
import { networkOf } from '../../simulator/network/network.ts'
import { provinceOf } from '../../simulator/province.ts'
import type { Device, DeviceType, Values, World } from '../../simulator/world.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Monday 2026-03-02, 00:00 in the province. */
const MONDAY_MS = Date.UTC(2026, 2, 1, 17)

const anySeed = fc.integer({ min: 0, max: 0xffff_ffff })
const anyTime = fc.integer({ min: EPOCH_MS, max: EPOCH_MS + 6 * 365 * DAY_MS })
const anyNumber = fc.integer({ min: 0, max: 199 })

function deviceOf(seed: number, type: DeviceType, number = 0): [World, Device] {
  const province = provinceOf({ seed, devices: 400 })
  const network = networkOf(province, { prefix: 'sim', seed, intervalMs: undefined })
  const devices = network.devices.filter((device) => device.type === type)
  return [{ seed, faultRate: 0 }, devices[number % devices.length]!]
}

const valuesOf = ([world, device]: [World, Device], tMs: number): Values =>
  TYPES[device.type].model(world, device, tMs)
const at = (values: Values, quantity: string): number => values[quantity]!

describe('cumulative quantities', () => {
  const cumulative: [DeviceType, string][] = [
    ['traffic-counter', 'vehicle-count'],
    ['water-meter', 'water-volume'],
    ['power-meter', 'active-energy'],
  ]
  it.each(cumulative)('of a %s never fall: %s', (type, quantity) => {
    const gap = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 40 * DAY_MS }))
    fc.assert(
      fc.property(anySeed, anyNumber, anyTime, gap, (seed, number, tMs, gapMs) => {
        const device = deviceOf(seed, type, number)
        expect(at(valuesOf(device, tMs + gapMs), quantity)).toBeGreaterThanOrEqual(
          at(valuesOf(device, tMs), quantity),
        )
      }),
    )
  })

  it.each(cumulative)(
    'of a %s never fall over every minute of ten days, boundaries too',
    (type, quantity) => {
      const device = deviceOf(7, type)
      let last = -1
      for (let tMs = MONDAY_MS; tMs < MONDAY_MS + 10 * DAY_MS; tMs += 60_000) {
        for (const value of [at(valuesOf(device, tMs - 1), quantity), at(valuesOf(device, tMs), quantity)]) {
          expect(value).toBeGreaterThanOrEqual(last)
          last = value
        }
      }
    },
  )

  it('grow by their rate: water volume is the sum of the flow', () => {
    const device = deviceOf(3, 'water-meter')
    const stepMs = 300_000
    let sum = 0
    for (let tMs = MONDAY_MS; tMs < MONDAY_MS + DAY_MS; tMs += stepMs)
      sum += at(valuesOf(device, tMs + stepMs / 2), 'water-flow') * (stepMs / HOUR_MS)
    const grown =
      at(valuesOf(device, MONDAY_MS + DAY_MS), 'water-volume') -
      at(valuesOf(device, MONDAY_MS), 'water-volume')
    expect(Math.abs(sum - grown)).toBeLessThan(0.005)
  })
})

describe('readings without faults', () => {
  it.each(Object.keys(TYPES) as DeviceType[])(
    'of a %s are finite, known and within what is plausible',
    (type) => {
      fc.assert(
        fc.property(anySeed, anyNumber, anyTime, (seed, number, tMs) => {
          const values = valuesOf(deviceOf(seed, type, number), tMs)
          for (const [name, value] of Object.entries(values)) {
            const plausible = QUANTITIES.get(name.split('/')[0]!)?.plausible
            expect(plausible, name).toBeDefined()
            expect(value, name).toBeGreaterThanOrEqual(plausible!.min)
            expect(value, name).toBeLessThanOrEqual(plausible!.max)
          }
        }),
      )
    },
  )

  const ranges: [DeviceType, string, number, number][] = [
    ['traffic-counter', 'vehicle-flow', 1, 8000],
    ['traffic-counter', 'mean-speed', 12, 65],
    ['traffic-counter', 'occupancy', 0, 40],
    ['water-meter', 'water-flow', 0, 2],
    ['pressure-point', 'water-pressure', 130, 440],
    ['pressure-point', 'battery-voltage', 3, 3.7],
    ['power-meter', 'voltage', 212, 236],
    ['power-meter', 'current', 0, 60],
    ['power-meter', 'power-factor', 0.85, 1],
    ['power-meter', 'frequency', 49.9, 50.1],
    ['transformer', 'voltage/L1', 220, 236],
  ]
  it.each(ranges)('of a %s stay near what one sees: %s from %d to %d', (type, quantity, min, max) => {
    fc.assert(
      fc.property(anySeed, anyNumber, anyTime, (seed, number, tMs) => {
        const value = at(valuesOf(deviceOf(seed, type, number), tMs), quantity)
        expect(value).toBeGreaterThanOrEqual(min)
        expect(value).toBeLessThanOrEqual(max)
      }),
    )
  })
})

describe('power', () => {
  it('is voltage times current times power factor, and reactive power belongs to the same angle', () => {
    fc.assert(
      fc.property(anySeed, anyNumber, anyTime, (seed, number, tMs) => {
        const values = valuesOf(deviceOf(seed, 'power-meter', number), tMs)
        const activeKw = at(values, 'active-power')
        const apparentKva = (at(values, 'voltage') * at(values, 'current')) / 1000
        expect(activeKw).toBeCloseTo(apparentKva * at(values, 'power-factor'), 4)
        expect(Math.hypot(activeKw, at(values, 'reactive-power'))).toBeCloseTo(apparentKva, 4)
      }),
    )
  })

  it('of a transformer’s phase is never more than voltage times current', () => {
    fc.assert(
      fc.property(anySeed, anyNumber, anyTime, (seed, number, tMs) => {
        const values = valuesOf(deviceOf(seed, 'transformer', number), tMs)
        for (const phase of ['L1', 'L2', 'L3'])
          expect(at(values, `active-power/${phase}`)).toBeLessThanOrEqual(
            (at(values, `voltage/${phase}`) * at(values, `current/${phase}`)) / 1000,
          )
      }),
    )
  })

  it('has one frequency for the whole grid', () => {
    const tMs = MONDAY_MS + 12_345_678
    expect(at(valuesOf(deviceOf(1, 'transformer'), tMs), 'frequency')).toBe(
      at(valuesOf(deviceOf(1, 'power-meter', 5), tMs), 'frequency'),
    )
  })
})

describe('a day in the province', () => {
  const meanOf = (type: DeviceType, quantity: string, hour: number, day = 0): number => {
    const tMs = MONDAY_MS + day * DAY_MS + hour * HOUR_MS
    const all = Array.from({ length: 40 }, (_, number) =>
      at(valuesOf(deviceOf(1, type, number), tMs), quantity),
    )
    return all.reduce((sum, value) => sum + value, 0) / all.length
  }

  it('has two traffic peaks on a weekday, when cars are slower', () => {
    const flowAt = (hour: number, day = 0) => meanOf('traffic-counter', 'vehicle-flow', hour, day)
    expect(flowAt(7.2)).toBeGreaterThan(1.5 * flowAt(12))
    expect(flowAt(17.4)).toBeGreaterThan(1.5 * flowAt(12))
    expect(flowAt(7.2)).toBeGreaterThan(8 * flowAt(2))
    expect(flowAt(7.2)).toBeGreaterThan(2 * flowAt(7.2, 6))
    expect(meanOf('traffic-counter', 'mean-speed', 7.2)).toBeLessThan(
      meanOf('traffic-counter', 'mean-speed', 2) - 5,
    )
  })

  it('has least water flow at night, and least pressure in the evening', () => {
    expect(meanOf('water-meter', 'water-flow', 3)).toBeLessThan(
      0.2 * meanOf('water-meter', 'water-flow', 18.4),
    )
    expect(meanOf('pressure-point', 'water-pressure', 18.4)).toBeLessThan(
      meanOf('pressure-point', 'water-pressure', 3) - 30,
    )
  })
})

describe('history', () => {
  it('lies on whole steps and goes on into the present without a break', () => {
    const [world, device] = deviceOf(5, 'power-meter')
    const toMs = MONDAY_MS + 1234
    const readings = [...historyOf(world, device, toMs - DAY_MS, toMs, 600_000)]
    expect(readings).toHaveLength(144)
    expect(readings.at(-1)?.time).toBe(new Date(MONDAY_MS).toISOString())
    const energies = readings.map(({ values }) => at(values, 'active-energy'))
    expect(energies).toEqual([...energies].sort((a, b) => a - b))
    expect(at(valuesOf([world, device], toMs), 'active-energy') - energies.at(-1)!).toBeLessThan(0.1)
  })
})

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { QUANTITIES } from '../../../core/quantity.ts'
import type { RelationKind } from '../../../core/relation.ts'
import {
  feederApparentPower,
  feederLoad,
  inverterLoad,
  phaseImbalance,
  powerFactor,
  transformerLoad,
} from '../../../digital-twin/derived/power.ts'
import { levelOfService, parkingOccupancy, roadLoad } from '../../../digital-twin/derived/traffic.ts'
import {
  storedVolume,
  timeToEmpty,
  waterLossFlow,
  waterLossRatio,
  zoneInflow,
} from '../../../digital-twin/derived/water.ts'
import type { DerivedInput, DerivedQuantity } from '../../../digital-twin/model.ts'
import { MODELS } from '../../../digital-twin/models/index.ts'

type Values = Readonly<Record<string, number>>
type Around = Partial<Record<`${RelationKind} ${'after' | 'before'}`, readonly DerivedInput[]>>

const input = (values: Values, attributes: Values = {}, around: Around = {}): DerivedInput => ({
  value: (key) => values[key],
  attribute: (id) => attributes[id],
  related: (kind, side) => around[`${kind} ${side}`] ?? [],
})

const flowing = (flow: number) => input({ 'water-flow': flow })
const about = (value: number | string | null, wanted: number): void => {
  assert.ok(typeof value === 'number' && Math.abs(value - wanted) < 1e-6, `${value} is not ${wanted}`)
}

const PHASES = { 'voltage/L1': 230, 'voltage/L2': 231, 'voltage/L3': 229 }

describe('power', () => {
  it('of a transformer: what its phases carry beside its rating', () => {
    const phases = { ...PHASES, 'current/L1': 100, 'current/L2': 100, 'current/L3': 100 }
    about(transformerLoad.compute(input(phases, { 'rated-apparent-power': 100 })), 69)
    // Measured as a whole, it is not added up.
    const whole = { ...phases, 'apparent-power': 50 }
    about(transformerLoad.compute(input(whole, { 'rated-apparent-power': 100 })), 50)
    // 30 kW and 40 kvar are 50 kV·A.
    const power = { 'active-power': 30, 'reactive-power': 40 }
    about(transformerLoad.compute(input(power, { 'rated-apparent-power': 100 })), 50)
    assert.equal(transformerLoad.compute(input(phases)), null)
    const { 'current/L3': _, ...two } = phases
    assert.equal(transformerLoad.compute(input(two, { 'rated-apparent-power': 100 })), null)
  })

  it('of a feeder and an inverter, beside what they are rated for', () => {
    about(feederLoad.compute(input({ current: 45 }, { 'rated-current': 60 })), 75)
    about(
      feederLoad.compute(
        input({ 'current/L1': 30, 'current/L2': 66, 'current/L3': 20 }, { 'rated-current': 60 }),
      ),
      110,
    )
    about(feederApparentPower.compute(input({ voltage: 22_000, current: 10 })), 381.0511776651529)
    about(inverterLoad.compute(input({ 'active-power-exported': 8 }, { 'rated-power': 10 })), 80)
  })

  it('factor and imbalance of known cases', () => {
    about(powerFactor.compute(input({ 'active-power': 3, 'reactive-power': 4 })), 0.6)
    about(powerFactor.compute(input({ 'active-power': 2.07, voltage: 230, current: 10 })), 0.9)
    assert.equal(powerFactor.compute(input({ 'active-power': 0, 'reactive-power': 0 })), null)
    // Mean 100, farthest 12 from it.
    about(phaseImbalance.compute(input({ 'current/L1': 88, 'current/L2': 104, 'current/L3': 108 })), 12)
    assert.equal(phaseImbalance.compute(input({ 'current/L1': 88, 'current/L2': 104 })), null)
  })
})

describe('water', () => {
  const size = { volume: 200, height: 4 }

  it('in a tank by its level or fill, and how long it lasts at what flows out', () => {
    about(storedVolume.compute(input({ 'water-level': 3 }, size)), 150)
    about(storedVolume.compute(input({ 'water-level': 9 }, size)), 200)
    about(storedVolume.compute(input({ 'fill-level': 25 }, { volume: 200 })), 50)
    // Past a pump that measures no flow, to the meter behind it.
    const pump = input({}, {}, { 'feeds after': [flowing(30)] })
    about(timeToEmpty.compute(input({ 'water-level': 3 }, size, { 'feeds after': [pump] })), 5)
    assert.equal(timeToEmpty.compute(input({ 'water-level': 3 }, size)), null)
  })

  it('that goes into a zone and reaches nobody', () => {
    const zone = input(
      {},
      {},
      { 'feeds before': [flowing(6), flowing(4)], 'feeds after': [flowing(5), flowing(3)] },
    )
    about(zoneInflow.compute(zone), 10)
    about(waterLossFlow.compute(zone), 2)
    about(waterLossRatio.compute(zone), 20)
    // An inlet that says nothing makes the balance unknown, not smaller.
    const blind = input({}, {}, { 'feeds before': [flowing(6), input({})], 'feeds after': [flowing(5)] })
    assert.equal(waterLossFlow.compute(blind), null)
  })
})

describe('traffic', () => {
  const road = { 'free-speed': 50, capacity: 1000 }
  const at = (speed: number, flow = 500) => input({ 'mean-speed': speed, 'vehicle-flow': flow }, road)

  it('has levels of service by the share of the free-flow speed, F over capacity', () => {
    const levels = [50, 42.5, 33, 24, 19, 10].map((speed) => levelOfService.compute(at(speed)))
    assert.deepEqual(levels, ['A', 'B', 'C', 'D', 'E', 'F'])
    assert.equal(levelOfService.compute(at(50, 1001)), 'F')
    about(roadLoad.compute(at(50)), 50)
    about(parkingOccupancy.compute(input({ 'parking-free': 25 }, { spaces: 100 })), 75)
  })
})

describe('every derived quantity', () => {
  const all = new Set<DerivedQuantity>([...MODELS.values()].flatMap(({ derived = [] }) => derived))
  const keys = [...QUANTITIES.keys()].flatMap((id) => [id, `${id}/L1`, `${id}/L2`, `${id}/L3`])
  const number = fc.oneof(fc.constantFrom(0, -1, 1e100, 1e-300), fc.double({ noNaN: true }))
  const anything = fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys), number),
      fc.dictionary(
        fc.constantFrom('volume', 'height', 'spaces', 'capacity', 'rated-power', 'free-speed'),
        number,
      ),
    )
    .map(([values, attributes]) => input(values, attributes))

  it('is in the catalogue', () => {
    for (const { quantity } of all) assert.ok(QUANTITIES.has(quantity), quantity)
  })

  it('is a number, a label or null, whatever it is computed from, and null from nothing', () => {
    fc.assert(
      fc.property(anything, fc.array(anything, { maxLength: 3 }), (own, others) => {
        const around = { ...own, related: () => others }
        for (const { compute } of all) {
          const found = compute(around)
          assert.ok(found === null || typeof found === 'string' || typeof found === 'number')
        }
      }),
    )
    for (const { compute } of all) assert.equal(compute(input({})), null)
  })
})

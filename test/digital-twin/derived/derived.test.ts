import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { QUANTITIES } from '../../../core/quantity.ts'
import { formatTime } from '../../../core/time.ts'
import { MODELS } from '../../../digital-twin/models/index.ts'
import { derivedIn, NOW, type Thing } from './world.ts'

type Values = Readonly<Record<string, number>>

/** What one thing tells and is, what follows, and how that is known. Null: it does not follow. */
interface Case {
  readonly type: string
  readonly told: NonNullable<Thing['told']>
  readonly attributes?: Values
  readonly gives: Readonly<Record<string, number | string | null>>
  readonly source: string
}

const VOLTS = { 'voltage/L1': 230, 'voltage/L2': 231, 'voltage/L3': 229 }
const AMPERES = { 'current/L1': 100, 'current/L2': 100, 'current/L3': 100 }
const { 'current/L3': _, ...TWO_AMPERES } = AMPERES
const KVA_100 = { 'rated-apparent-power': 100 }
const FEEDER = { 'rated-current': 60 }
const TANK = { volume: 200, height: 4 }
const ROAD = { 'free-speed': 50, capacity: 1000 }
const level = (speed: number, wanted: string, flow = 500): Case => ({
  type: 'traffic-counter',
  told: { 'mean-speed': speed, 'vehicle-flow': flow },
  attributes: ROAD,
  gives: { 'level-of-service': wanted },
  source: 'HCM 2010, exhibit 16-4: shares of the free-flow speed 85, 67, 50, 40, 30 %; F over capacity',
})

const CASES: readonly Case[] = [
  {
    type: 'transformer',
    told: { ...VOLTS, ...AMPERES },
    attributes: KVA_100,
    gives: { 'load-ratio': 69, 'phase-imbalance': 0 },
    source: '(230 + 231 + 229) V · 100 A = 69 kV·A',
  },
  {
    type: 'transformer',
    told: { ...VOLTS, ...AMPERES, 'apparent-power': 50 },
    attributes: KVA_100,
    gives: { 'load-ratio': 50 },
    source: 'what is measured as a whole is not added up',
  },
  {
    type: 'transformer',
    told: { 'active-power': 30, 'reactive-power': 40 },
    attributes: KVA_100,
    gives: { 'load-ratio': 50, 'power-factor': 0.6 },
    source: '√(30² + 40²) = 50; 30 / 50',
  },
  {
    type: 'transformer',
    told: { ...VOLTS, ...TWO_AMPERES },
    attributes: KVA_100,
    gives: { 'load-ratio': null, 'phase-imbalance': null },
    source: 'a phase is missing',
  },
  {
    type: 'transformer',
    told: { ...VOLTS, ...AMPERES },
    gives: { 'load-ratio': null },
    source: 'no rating',
  },
  {
    type: 'transformer',
    told: { voltage: 400, current: 144.3376 },
    attributes: { ...KVA_100, phases: 3 },
    gives: { 'load-ratio': 100 },
    source: 'rated current of 100 kV·A at 400 V: 100,000 / (√3 · 400) = 144.34 A (IEC 60076-1, 3.4.7)',
  },
  {
    type: 'transformer',
    told: { current: 72.1688 },
    attributes: { ...KVA_100, phases: 3, 'line-voltage': 400 },
    gives: { 'load-ratio': 50 },
    source: 'the line voltage of the attribute, where none is measured',
  },
  {
    type: 'transformer',
    told: { voltage: 400, current: 144.3376 },
    attributes: KVA_100,
    gives: { 'load-ratio': null },
    source: 'one phase or three: nobody says',
  },
  {
    type: 'transformer',
    told: { ...VOLTS, ...AMPERES, 'current/L1': 6000 },
    attributes: KVA_100,
    gives: { 'load-ratio': null },
    source: 'no such transformer carries 6,000 A: outside the plausible range of the type',
  },
  {
    type: 'transformer',
    told: { 'current/L1': -88, 'current/L2': 104, 'current/L3': 108 },
    gives: { 'phase-imbalance': 12 },
    source: 'NEMA MG 1-14.36 on sizes: mean 100, farthest 12 from it',
  },
  {
    type: 'power-meter',
    told: { 'active-power': 2.07, voltage: 230, current: 10 },
    attributes: { phases: 1 },
    gives: { 'power-factor': 0.9 },
    source: '2.07 kW / (230 V · 10 A)',
  },
  {
    type: 'power-meter',
    told: { 'active-power': 5.54256, voltage: 400, current: 10 },
    attributes: { phases: 3 },
    gives: { 'power-factor': 0.8 },
    source: '5.54256 kW / (√3 · 400 V · 10 A)',
  },
  {
    type: 'power-meter',
    told: { 'voltage/L1': 231, 'voltage/L2': 198, 'voltage/L3': 225 },
    attributes: { 'nominal-voltage': 220 },
    gives: { 'voltage-deviation': -10 },
    source: '(198 − 220) / 220: of three phases the one that is furthest off (EN 50160: ±10 %)',
  },
  {
    type: 'power-meter',
    told: { voltage: 231 },
    gives: { 'voltage-deviation': null },
    source: 'nobody says what it should be',
  },
  {
    type: 'power-meter',
    told: { 'active-power': 0, 'reactive-power': 0 },
    gives: { 'power-factor': null },
    source: '0 / 0',
  },
  {
    type: 'feeder',
    told: { current: 45, voltage: 22_000 },
    attributes: FEEDER,
    gives: { 'load-ratio': 75, 'apparent-power': 1714.73 },
    source: '45 / 60; √3 · 22 kV · 45 A',
  },
  {
    type: 'feeder',
    told: { 'current/L1': 30, 'current/L2': -66, 'current/L3': 30 },
    attributes: { ...FEEDER, 'line-voltage': 22_000 },
    gives: { 'load-ratio': 110 },
    source: 'the phase that carries most',
  },
  {
    type: 'feeder',
    told: { 'current/L1': 30, 'current/L2': 66, 'current/L3': { value: 30, ageS: 1000 } },
    attributes: FEEDER,
    gives: { 'load-ratio': null },
    source: 'a phase that was told before is not known now: it may be the one that carries most',
  },
  {
    type: 'feeder',
    told: { current: { value: 45, ageS: 301 } },
    attributes: FEEDER,
    gives: { 'load-ratio': null },
    source: 'older than five intervals of 60 s',
  },
  {
    type: 'feeder',
    told: { current: { value: 45, ageS: 299 } },
    attributes: FEEDER,
    gives: { 'load-ratio': 75 },
    source: 'not yet older than five intervals of 60 s',
  },
  {
    type: 'feeder',
    told: { current: { value: 45, quality: 'implausible' } },
    attributes: FEEDER,
    gives: { 'load-ratio': null },
    source: 'not good',
  },
  {
    type: 'inverter',
    told: { 'active-power-exported': 8 },
    attributes: { 'rated-power': 10 },
    gives: { 'load-ratio': 80 },
    source: '8 / 10',
  },
  {
    type: 'tank',
    told: { 'water-level': 3 },
    attributes: TANK,
    gives: { 'stored-volume': 150, 'time-to-empty': null },
    source: '200 m³ · 3 m / 4 m; nothing is below it',
  },
  {
    type: 'tank',
    told: { 'water-level': 9 },
    attributes: TANK,
    gives: { 'stored-volume': 200 },
    source: 'it flows over',
  },
  {
    type: 'tank',
    told: { 'water-level': 31 },
    attributes: TANK,
    gives: { 'stored-volume': null },
    source: 'no tank is 31 m high',
  },
  {
    type: 'tank',
    told: { 'fill-level': 25 },
    attributes: { volume: 200 },
    gives: { 'stored-volume': 50 },
    source: '25 % of 200 m³',
  },
  ...[level(50, 'A'), level(42.5, 'B'), level(33, 'C'), level(24, 'D'), level(19, 'E'), level(10, 'F')],
  level(50, 'F', 1001),
  {
    type: 'traffic-counter',
    told: { 'vehicle-flow': 500 },
    attributes: ROAD,
    gives: { 'load-ratio': 50, 'level-of-service': null },
    source: '500 / 1000 (volume-to-capacity ratio, HCM 2010)',
  },
  {
    type: 'parking-site',
    told: { 'parking-free': 25 },
    attributes: { spaces: 100 },
    gives: { occupancy: 75 },
    source: '(100 − 25) / 100',
  },
  {
    type: 'parking-site',
    told: { 'parking-free': 120 },
    attributes: { spaces: 100 },
    gives: { occupancy: null },
    source: 'more are free than there are',
  },
]

describe('what follows from one thing', () => {
  for (const { type, told, attributes = {}, gives, source } of CASES)
    it(`${type}: ${Object.entries(gives).join(', ')}: ${source}`, () => {
      const derived = derivedIn({ it: { type, told, attributes } }, [], 'it')
      for (const [quantity, wanted] of Object.entries(gives))
        assert.equal(derived[quantity]?.label ?? derived[quantity]?.value ?? null, wanted, quantity)
    })
})

const meter = (flow: number, ageS = 10): Thing => ({
  type: 'flow-meter',
  told: { 'water-flow': { value: flow, ageS } },
})
const customer = (flow: number, ageS = 10): Thing => ({
  type: 'water-meter',
  told: { 'water-flow': { value: flow, ageS } },
})
const PUMP: Thing = { type: 'pump', told: { switch: 1 } }
const FULL: Thing = { type: 'tank', told: { 'fill-level': 75 }, attributes: { volume: 200 } }

describe('how long a tank lasts', () => {
  const hours = (things: Record<string, Thing>, feeds: [string, string][]) =>
    derivedIn({ tank: FULL, ...things }, feeds, 'tank')['time-to-empty']?.value ?? null

  it('follows from the first meter behind pumps and valves that measure nothing', () => {
    const feeds: [string, string][] = [
      ['tank', 'pump'],
      ['pump', 'meter'],
    ]
    assert.equal(hours({ pump: PUMP, meter: meter(30) }, feeds), 5)
    assert.equal(hours({ pump: PUMP, meter: meter(0) }, feeds), null)
  })

  it('counts a main that two pumps feed once, also when one of them has a meter of its own', () => {
    const feeds: [string, string][] = [
      ['tank', 'p1'],
      ['tank', 'p2'],
      ['p1', 'main'],
      ['p2', 'main'],
    ]
    assert.equal(hours({ p1: PUMP, p2: PUMP, main: meter(30) }, feeds), 5)
    const metered: Thing = { type: 'pump', told: { 'water-flow': 10 } }
    assert.equal(hours({ p1: metered, p2: PUMP, main: meter(30) }, feeds), 5)
    // Past the pump with a meter lies an outlet of its own.
    const things = { p1: metered, p2: PUMP, main: meter(30), other: meter(20) }
    assert.equal(hours(things, [...feeds, ['p1', 'other']]), 3)
  })

  it('is unknown where an outlet is: silent, without a meter, or fed from elsewhere, too', () => {
    const both: [string, string][] = [
      ['tank', 'a'],
      ['tank', 'b'],
    ]
    assert.equal(hours({ a: meter(10), b: meter(20) }, both), 5)
    assert.equal(hours({ a: meter(10), b: meter(20, 301) }, both), null)
    assert.equal(hours({ a: meter(10), b: PUMP }, both), null)
    assert.equal(hours({ a: meter(10), b: meter(20), lake: FULL }, [...both, ['lake', 'b']]), null)
  })
})

describe('what goes into a zone and reaches nobody', () => {
  const ZONE: Thing = { type: 'water-zone' }
  const feeds: [string, string][] = [
    ['in1', 'zone'],
    ['in2', 'zone'],
    ['zone', 'c1'],
    ['zone', 'c2'],
  ]
  const of = (things: Record<string, Thing>, edges = feeds) =>
    derivedIn({ zone: ZONE, ...things }, edges, 'zone')
  const all = { in1: meter(6), in2: meter(4), c1: customer(5), c2: customer(3) }

  it('is what its inlets tell less what its customers draw, told as of the newest of them', () => {
    const derived = of({ ...all, c1: customer(5, 4) })
    assert.equal(derived['water-flow']?.value, 10)
    assert.equal(derived['water-loss-flow']?.value, 2)
    assert.equal(derived['water-loss-ratio']?.value, 20)
    const time = (ageS: number) => formatTime(NOW - ageS * 1_000_000)
    assert.equal(derived['water-flow']?.time, time(4))
    assert.deepEqual(Object.keys(derived['water-loss-flow'] ?? {}), ['value', 'unit', 'time'])
  })

  it('is unknown, not smaller, while an inlet is silent, and not a leak while customers are', () => {
    assert.deepEqual(of({ ...all, in2: meter(4, 301) }), {})
    const quiet = of({ ...all, c2: customer(3, 1501) })
    assert.deepEqual([quiet['water-flow']?.value, quiet['water-loss-flow']], [10, undefined])
  })

  it('is estimated, and says so, while no more than one customer of twenty is silent', () => {
    const ids = Array.from({ length: 40 }, (_, i) => `c${i}`)
    const edges: [string, string][] = [['in1', 'zone'], ...ids.map((id): [string, string] => ['zone', id])]
    const with_ = (silent: number) =>
      of(
        {
          in1: meter(10),
          ...Object.fromEntries(ids.map((id, i) => [id, customer(0.2, i < silent ? 9999 : 10)])),
        },
        edges,
      )['water-loss-flow']
    assert.deepEqual([with_(0)?.value, with_(0)?.coverage], [2, undefined])
    assert.deepEqual([with_(2)?.value, with_(2)?.coverage], [2, 0.95])
    assert.equal(with_(3), undefined)
  })

  it('looks past valves, and takes no inlet that another zone has its water from, too', () => {
    const edges: [string, string][] = [
      ['in1', 'valve'],
      ['valve', 'zone'],
      ['zone', 'c1'],
    ]
    const valve: Thing = { type: 'valve', told: { 'valve-position': 100 } }
    const things = { in1: meter(6), valve, c1: customer(5), other: ZONE }
    assert.equal(of(things, edges)['water-loss-flow']?.value, 1)
    assert.equal(of(things, [...edges, ['in1', 'other']])['water-flow'], undefined)
  })
})

describe('every derived quantity', () => {
  const models = [...MODELS.values()].filter(({ derived = [] }) => derived.length > 0)

  it('is in the catalogue, and has a case of which the result is known', () => {
    const known = new Set([...CASES.flatMap(({ gives }) => Object.keys(gives)), 'water-loss-flow'])
    for (const { derived = [] } of models)
      for (const { quantity } of derived) {
        assert.ok(QUANTITIES.has(quantity), quantity)
        assert.ok(known.has(quantity) || quantity.startsWith('water-'), quantity)
      }
  })

  it('is a finite number or a label, whatever it is computed from, and is not there without anything', () => {
    const keys = [...QUANTITIES.keys()].flatMap((id) => [id, `${id}/L1`, `${id}/L2`, `${id}/L3`])
    const number = fc.oneof(fc.constantFrom(0, -1, 1e100, 1e-300), fc.double({ noNaN: true }))
    const attributes = [...new Set(models.flatMap(({ attributes = [] }) => attributes.map(({ id }) => id)))]
    const thing = fc.record({
      type: fc.constantFrom(...models.map(({ type }) => type)),
      told: fc.dictionary(fc.constantFrom(...keys), number),
      attributes: fc.dictionary(fc.constantFrom(...attributes), number),
    })
    const edges: [string, string][] = [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'd'],
      ['d', 'c'],
    ]
    fc.assert(
      fc.property(thing, thing, thing, thing, (a, b, c, d) => {
        for (const id of ['a', 'b', 'c', 'd'])
          for (const { value, label } of Object.values(derivedIn({ a, b, c, d }, edges, id)))
            assert.ok(value === null ? typeof label === 'string' : Number.isFinite(value))
      }),
    )
    for (const { type } of models) assert.deepEqual(derivedIn({ it: { type } }, [], 'it'), {})
  })
})

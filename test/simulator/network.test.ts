import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type Incident, readIncident } from '../../simulator/incidents.ts'
import { TYPES } from '../../simulator/models/index.ts'
import { commandsOf } from '../../simulator/network/commands.ts'
import { networkOf } from '../../simulator/network/network.ts'
import { ShutValves } from '../../simulator/network/shut-valves.ts'
import { provinceOf } from '../../simulator/province.ts'
import type { Device, World } from '../../simulator/world.ts'

const NOON = Date.parse('2026-11-25T05:00:00Z')
const HOUR_MS = 3_600_000
const world: World = { seed: 1, faultRate: 0 }

const build = (devices = 200, seed = 1) =>
  networkOf(provinceOf({ seed, devices, prefix: 'sim' }), { prefix: 'sim', seed, intervalMs: undefined })

const of = (device: Device, at: number, more: Partial<World> = {}) =>
  TYPES[device.type].model({ ...world, ...more }, device, at)

function first(type: Device['type'], devices = build().devices): Device {
  const found = devices.find((device) => device.type === type && device.supply !== undefined)
  assert.ok(found)
  return found
}

describe('a network', () => {
  it('joins what is there and nothing else, each thing once and no loop, for any province', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 1000 }), (count, seed) => {
        const { devices, entities, relations } = build(count, seed)
        const ids = [...devices, ...entities].map(({ id }) => id)
        assert.equal(new Set(ids).size, ids.length)
        for (const { from, to } of relations) assert.ok(ids.includes(from) && ids.includes(to))
        assert.equal(new Set(relations.map(({ from, to }) => `${from} ${to}`)).size, relations.length)
        // Of one supply each: a tree, so that nothing can go round.
        const fed = relations.filter(({ kind }) => kind === 'feeds').map(({ to }) => to)
        assert.equal(new Set(fed).size, fed.length)
      }),
      { numRuns: 30 },
    )
  })

  it('has of each zone an inlet that measures what its customers draw, and what is lost', () => {
    const inlet = first('flow-meter')
    const drawn = (inlet.feeds ?? []).reduce((sum, meter) => sum + (of(meter, NOON)['water-flow'] ?? 0), 0)
    const flow = of(inlet, NOON)['water-flow'] ?? 0
    assert.ok(flow > drawn && flow < drawn * 1.3 + 0.1, `${flow} of ${drawn}`)
  })
})

describe('an incident', () => {
  const during = (kind: Incident['kind'], target: string): Partial<World> => ({
    incidents: [{ kind, target, fromMs: NOON, toMs: NOON + HOUR_MS }],
  })

  it('pipe-burst lets the inlet run and the pressure fall, in its zone and while it lasts', () => {
    const devices = build().devices
    const point = first('pressure-point', devices)
    const inlet = devices.find(({ type, supply }) => type === 'flow-meter' && supply === point.supply)
    assert.ok(inlet && point.supply)
    const burst = during('pipe-burst', point.supply)
    assert.ok((of(inlet, NOON, burst)['water-flow'] ?? 0) > 3 * (of(inlet, NOON)['water-flow'] ?? 0))
    assert.ok(
      (of(point, NOON, burst)['water-pressure'] ?? 0) < 0.5 * (of(point, NOON)['water-pressure'] ?? 0),
    )
    assert.deepEqual(of(inlet, NOON + HOUR_MS, burst), of(inlet, NOON + HOUR_MS))
    assert.deepEqual(of(inlet, NOON, during('pipe-burst', 'sim-zone-99')), of(inlet, NOON))
  })

  it('feeder-overload loads the feeder and its transformers', () => {
    const transformer = first('transformer')
    assert.ok(transformer.supply)
    const overload = during('feeder-overload', transformer.supply)
    const usual = of(transformer, NOON)['current/L1'] ?? 0
    assert.ok((of(transformer, NOON, overload)['current/L1'] ?? 0) > 1.7 * usual)
    for (const feeder of build().devices.filter(({ type }) => type === 'feeder')) {
      const rated = feeder.attributes?.['rated-current'] ?? Number.NaN
      const toMs = NOON + 24 * HOUR_MS
      const loaded = {
        incidents: [{ kind: 'feeder-overload', target: feeder.id, fromMs: NOON, toMs } as const],
      }
      for (const at of [NOON, NOON + 14 * HOUR_MS])
        assert.ok((of(feeder, at, loaded).current ?? 0) > 1.1 * rated)
    }
  })

  it('is read from a line, or refused with what it takes', () => {
    assert.deepEqual(readIncident('pipe-burst:sim-zone-01@5+60', 1000), {
      ...{ kind: 'pipe-burst', target: 'sim-zone-01', fromMs: 6000, toMs: 66_000 },
    })
    for (const text of ['', 'pipe-burst', 'flood:sim-zone-01', 'pipe-burst:sim zone', 'pipe-burst:a@x'])
      assert.match(String(readIncident(text, 0)), /takes kind:target/)
  })
})

describe('a valve', () => {
  it('that is shut stops its zone: no flow, no volume, and no total ever falls', () => {
    const shut = new ShutValves()
    const devices = build().devices
    const valve = first('valve', devices)
    const [meter] = valve.feeds ?? []
    assert.ok(meter && valve.supply)
    const volume = (at: number) => of(meter, at, { shut })['water-volume'] ?? 0
    const before = volume(NOON)
    shut.set(valve.supply, 0, NOON)
    assert.equal(of(valve, NOON, { shut })['valve-position'], 0)
    assert.equal(volume(NOON + 6 * HOUR_MS), before)
    assert.equal(of(meter, NOON + HOUR_MS, { shut })['water-flow'], 0)
    const inlet = devices.find(({ type, supply }) => type === 'flow-meter' && supply === valve.supply)
    assert.equal(inlet && of(inlet, NOON + HOUR_MS, { shut })['water-flow'], 0)
    shut.set(valve.supply, 100, NOON + 6 * HOUR_MS)
    assert.ok(volume(NOON + 12 * HOUR_MS) > before)
    assert.ok((of(meter, NOON + 7 * HOUR_MS, { shut })['water-flow'] ?? 0) > 0)
  })

  it('turns when it is asked, and says what it cannot do', () => {
    const shut = new ShutValves()
    const valve = first('valve')
    const answer = commandsOf(shut)
    assert.deepEqual(answer(valve, 'set-position', { position: 30 }), { status: 'done' })
    assert.equal(shut.position(valve.supply ?? ''), 30)
    assert.equal(answer(valve, 'set-position', { position: 130 }).status, 'failed')
    assert.equal(answer(valve, 'dance', {}).status, 'failed')
    assert.equal(answer(first('tank'), 'set-position', { position: 0 }).status, 'failed')
  })
})

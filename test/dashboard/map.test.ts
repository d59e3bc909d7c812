import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  alarmCode,
  alarmOf,
  diffOf,
  isSameLines,
  type MapMark,
  networkLines,
} from '../../dashboard/src/map/features.ts'
import { shapesOf, traceAsked, traceOf } from '../../dashboard/src/map/trace.ts'
import { SEVERITIES } from '../../dashboard/src/wire/alarm.ts'
import type { Entity } from '../../dashboard/src/wire/entity.ts'

const entity = (id: string, more: Partial<Entity> = {}): Entity => ({
  id,
  type: 'water-meter',
  domain: 'water',
  name: null,
  attributes: {},
  area: null,
  location: { lat: 12, lon: 108 },
  session: 'connected',
  freshness: 'fresh',
  lastSeen: null,
  intervalS: 60,
  quantities: {},
  derived: {},
  desired: {},
  revision: 1,
  ...more,
})

describe('an alarm on the map', () => {
  const alarm = fc.record({
    severity: fc.constantFrom(...SEVERITIES),
    acknowledgedAt: fc.constantFrom(null, '2026-11-30T00:00:00Z'),
  })

  it('is worse the more severe it is, and any that nobody has looked at is worse than all others', () =>
    fc.assert(
      fc.property(fc.array(alarm, { minLength: 1 }), (alarms) => {
        const worst = alarmOf(alarmCode(alarms))
        const unseen = alarms.filter(({ acknowledgedAt }) => acknowledgedAt === null)
        const among = unseen.length > 0 ? unseen : alarms
        const most = Math.max(...among.map(({ severity }) => SEVERITIES.indexOf(severity)))
        assert.deepEqual(worst, { severity: SEVERITIES[most], isNew: unseen.length > 0 })
      }),
    ))

  it('is none without alarms', () => {
    assert.equal(alarmCode([]), 0)
    assert.equal(alarmOf(0), null)
  })
})

describe('what the map is told of entities', () => {
  const state = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      freshness: fc.constantFrom('fresh', 'late', 'silent'),
      location: fc.constantFrom(null, { lat: 12, lon: 108 }, { lat: 13, lon: 108 }),
      alarm: fc.nat(8),
    }),
    { selector: ({ id }) => id },
  )

  it('is what changed, and adds up to all there is', () =>
    fc.assert(
      fc.property(fc.array(state, { maxLength: 5 }), (states) => {
        const marks = new Map<string, MapMark>()
        const held = new Map<string, unknown>()
        for (const entries of states) {
          const alarms = new Map<string, number>(entries.map(({ id, alarm }) => [id, alarm]))
          const all = entries.map(({ id, freshness, location }) => entity(id, { freshness, location }))
          const alarmsOf = (id: string) => alarms.get(id) ?? 0
          const { add, remove } = diffOf(marks, all, alarmsOf)
          for (const id of remove) assert.ok(held.delete(id))
          for (const feature of add) {
            assert.notDeepEqual(held.get(String(feature.id)), feature)
            held.set(String(feature.id), feature)
          }
          const whole = diffOf(new Map(), all, alarmsOf).add
          assert.deepEqual(new Map(whole.map((feature) => [String(feature.id), feature])), held)
        }
      }),
    ))
})

describe('the networks on the map', () => {
  const all = new Map(
    [
      entity('valve'),
      entity('meter', { location: { lat: 13, lon: 109 } }),
      entity('feeder', { domain: 'power' }),
      entity('nowhere', { location: null }),
    ].map((one) => [one.id, one]),
  )
  const entityOf = (id: string) => all.get(id)
  const feeds = [
    { from: 'valve', to: 'meter' },
    { from: 'feeder', to: 'meter' },
    { from: 'valve', to: 'nowhere' },
    { from: 'valve', to: 'unknown' },
  ]

  it('run from what feeds to what is fed, in the domain of the first, if both have a place', () => {
    const lines = networkLines(feeds, entityOf, () => true)
    assert.deepEqual(
      lines.map(({ properties, geometry }) => [properties.domain, geometry.coordinates]),
      [
        [
          'water',
          [
            [108, 12],
            [109, 13],
          ],
        ],
        [
          'power',
          [
            [108, 12],
            [109, 13],
          ],
        ],
      ],
    )
    assert.ok(
      isSameLines(
        lines,
        networkLines(feeds, entityOf, () => true),
      ),
    )
    assert.ok(!isSameLines(lines, lines.slice(1)))
  })

  it('are drawn as far as one of the ends is listed', () => {
    const of = (id: string) => networkLines(feeds, entityOf, (one) => one === id).length
    assert.deepEqual([of('meter'), of('feeder'), of('nowhere')], [2, 1, 0])
  })

  it('show who loses supply, who keeps it, and the lines between', () => {
    const answer = { lost: [{ id: 'meter' }], stillFed: [{ id: 'nowhere' }], customers: 1, truncated: false }
    const trace = traceOf('impact', 'valve', answer)
    assert.deepEqual(trace.counts, { root: 1, lost: 1, fed: 1, up: 0, down: 0 })
    assert.equal(trace.customers, 1)
    const { points, lines } = shapesOf(trace, feeds, entityOf)
    assert.deepEqual(
      points.features.map(({ properties }) => [properties?.id, properties?.role]),
      [
        ['meter', 'lost'],
        ['valve', 'root'],
      ],
    )
    assert.deepEqual(
      lines.features.map(({ properties }) => properties?.role),
      ['lost'],
    )
  })

  it('show what feeds one, without counting itself', () => {
    const answer = { items: [{ id: 'meter' }, { id: 'valve' }], truncated: false }
    assert.deepEqual(traceOf('up', 'meter', answer).counts, { root: 1, lost: 0, fed: 0, up: 1, down: 0 })
  })

  it('are asked for by an address, and by nothing else', () => {
    assert.deepEqual(traceAsked('impact:wz-1'), { kind: 'impact', id: 'wz-1' })
    for (const text of [null, '', 'impact', 'impact:', 'all:wz-1', 'up:../x', 'down:a/b'])
      assert.equal(traceAsked(text), null)
  })
})

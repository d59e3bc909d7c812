import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Neighbours, RelationKind } from '../../core/relation.ts'
import {
  above,
  commonCauseKey,
  type GroupableAlarm,
  groupAlarms,
} from '../../digital-twin/alarms/grouping.ts'

const MINUTE = 60_000_000

function neighboursOf(relations: readonly (readonly [string, RelationKind, string])[]): Neighbours {
  return {
    after: (entity, kind) =>
      relations.flatMap(([from, k, to]) => (from === entity && k === kind ? [to] : [])),
    before: (entity, kind) =>
      relations.flatMap(([from, k, to]) => (to === entity && k === kind ? [from] : [])),
  }
}

const alarm = (entity: string, minute = 0, rule = 'low', rank = 0): GroupableAlarm => ({
  key: `${rule}/${entity}`,
  entity,
  raisedAt: minute * MINUTE,
  rank,
})
const many = (count: number, name: string) => Array.from({ length: count }, (_, i) => `${name}-${i}`)
const METERS = many(40, 'meter')
/** valve → zone → 40 meters; a pressure point measures the zone. */
const NETWORK = neighboursOf([
  ['valve', 'feeds', 'zone'],
  ['point', 'measures', 'zone'],
  ...METERS.map((meter) => ['zone', 'feeds', meter] as const),
])

describe('alarms of one cause', () => {
  it('follow from the alarm at the top of those that stand above them', () => {
    const alarms = [
      ...METERS.map((meter) => alarm(meter, 2)),
      alarm('point', 1),
      alarm('zone', 3),
      alarm('valve'),
    ]
    const { leaderOf, common } = groupAlarms(alarms, NETWORK)
    assert.deepEqual(common, [])
    assert.equal(leaderOf.size, 42)
    assert.deepEqual(new Set(leaderOf.values()), new Set(['low/valve']))
  })

  it('without an alarm above them get one from five siblings on', () => {
    const five = METERS.slice(0, 5).map((meter) => alarm(meter, 1))
    assert.deepEqual(groupAlarms(five, NETWORK).common, ['zone'])
    assert.deepEqual(new Set(groupAlarms(five, NETWORK).leaderOf.values()), new Set([commonCauseKey('zone')]))
    assert.deepEqual(groupAlarms(five.slice(1), NETWORK), { leaderOf: new Map(), common: [] })
    // Five alarms of one meter are one meter.
    const rules = many(5, 'rule').map((rule) => alarm('meter-0', 0, rule))
    assert.deepEqual(groupAlarms(rules, NETWORK).common, [])
  })

  it('are no worse than their cause: a silent valve hides no forty burst meters', () => {
    const { leaderOf, common } = groupAlarms(
      [
        alarm('valve', 0, 'silent', 0),
        alarm('zone', 0, 'silent', 0),
        ...METERS.map((meter) => alarm(meter, 1, 'burst', 1)),
      ],
      NETWORK,
    )
    assert.deepEqual(common, ['zone'])
    assert.equal(leaderOf.get('silent/zone'), 'silent/valve')
    assert.deepEqual(
      new Set(METERS.map((meter) => leaderOf.get(`burst/${meter}`))),
      new Set([commonCauseKey('zone')]),
    )
  })

  it('are raised within ten minutes of each other', () => {
    const late = METERS.map((meter) => alarm(meter, 30))
    const { leaderOf, common } = groupAlarms([alarm('valve'), ...late], NETWORK)
    assert.deepEqual(common, ['zone'])
    assert.ok(![...leaderOf.values()].includes('low/valve'))
  })

  it('are one even if what lies between has none: forty zones of one main, each with its meters', () => {
    const zones = many(40, 'zone')
    const metersOf = (zone: string) => many(6, `meter-of-${zone}`)
    const network = neighboursOf(
      zones.flatMap((zone) => [
        ['main', 'feeds', zone] as const,
        ...metersOf(zone).map((meter) => [zone, 'feeds', meter] as const),
      ]),
    )
    const { leaderOf, common } = groupAlarms(
      zones.flatMap(metersOf).map((meter) => alarm(meter)),
      network,
    )
    assert.deepEqual(common, ['main'])
    assert.equal(leaderOf.size, 240)
  })

  it('that stand in a circle lead each other nowhere', () => {
    const circle = neighboursOf([
      ['a', 'feeds', 'b'],
      ['b', 'feeds', 'c'],
      ['c', 'feeds', 'a'],
      ['a', 'feeds', 'd'],
    ])
    const { leaderOf } = groupAlarms(
      ['a', 'b', 'c', 'd'].map((entity) => alarm(entity)),
      circle,
    )
    assert.deepEqual([...leaderOf.keys()], ['low/d'])
  })
})

const ENTITIES = many(14, 'e')
const relation = fc.tuple(
  fc.constantFrom(...ENTITIES),
  fc.constantFrom<RelationKind>('feeds', 'feeds', 'measures', 'part-of'),
  fc.constantFrom(...ENTITIES),
)
const alarmsOfAny = fc.uniqueArray(
  fc.record({
    entity: fc.constantFrom(...ENTITIES),
    minute: fc.integer({ min: 0, max: 30 }),
    rule: fc.constantFrom('low', 'high'),
    rank: fc.nat({ max: 3 }),
  }),
  { selector: ({ entity, rule }) => `${rule}/${entity}`, maxLength: 24 },
)

describe('any alarms in any network', () => {
  it('are grouped the same in whatever order they come, none is lost, and no leader is a member', () => {
    fc.assert(
      fc.property(
        fc.array(relation, { maxLength: 40 }),
        alarmsOfAny,
        fc.infiniteStream(fc.nat()),
        (relations, drawn, keys) => {
          const alarms = drawn.map(({ entity, minute, rule, rank }) => alarm(entity, minute, rule, rank))
          const neighbours = neighboursOf(relations)
          const { leaderOf, common } = groupAlarms(alarms, neighbours)
          const shuffled = alarms
            .map((each) => ({ each, at: keys.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ each }) => each)
          const again = groupAlarms(shuffled, neighbours)
          assert.deepEqual(new Map([...again.leaderOf].sort()), new Map([...leaderOf].sort()))
          assert.deepEqual([...again.common].sort(), [...common].sort())
          const there = new Set([...alarms.map(({ key }) => key), ...common.map(commonCauseKey)])
          for (const [member, leader] of leaderOf) {
            assert.ok(there.has(member) && there.has(leader))
            assert.ok(!leaderOf.has(leader))
          }
          const rankOf = new Map(alarms.map(({ key, rank }) => [key, rank]))
          for (const [member, leader] of leaderOf)
            assert.ok((rankOf.get(leader) ?? 3) >= (rankOf.get(member) ?? Number.NaN))
          // What is made up has members, and stands where no alarm as bad is.
          for (const entity of common) {
            assert.ok([...leaderOf.values()].includes(commonCauseKey(entity)))
            const worst = Math.max(
              ...alarms.flatMap(({ key, rank }) =>
                leaderOf.get(key) === commonCauseKey(entity) ? [rank] : [],
              ),
            )
            assert.ok(!alarms.some((each) => each.entity === entity && each.rank >= worst))
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('know what stands right above', () => {
    assert.deepEqual(above('meter-1', NETWORK), ['zone'])
    assert.deepEqual(above('point', NETWORK), ['zone'])
    assert.deepEqual(above('valve', NETWORK), [])
  })
})

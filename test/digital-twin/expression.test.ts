import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { evaluate, type Facts } from '../../digital-twin/alarms/expression/evaluate.ts'
import type { Side } from '../../digital-twin/alarms/expression/expression.ts'
import { parseExpression } from '../../digital-twin/alarms/expression/parse.ts'

type Values = Readonly<Record<string, number | undefined>>
const facts = (
  values: Values,
  beside: Partial<Record<Side, readonly Facts[]>> = {},
  type = 'flow-meter',
): Facts => ({
  id: 'one',
  type,
  area: '24133',
  value: (key) => (values[key] === undefined ? undefined : { value: values[key], time: 1 }),
  attribute: (id) => ({ diameter: 200, material: 'PVC' })[id],
  beside: (side) => beside[side] ?? [],
})
function outcome(text: string, of: Facts) {
  const parsed = parseExpression(text)
  assert.ok(parsed.ok, text)
  return evaluate(parsed.value, of)
}
const is = (text: string, of: Facts = facts({})) => outcome(text, of).is
const faultOf = (text: string) => {
  const parsed = parseExpression(text)
  return parsed.ok ? null : [parsed.error.place, parsed.error.why.split(';')[0]]
}
const P = 'value("water-pressure")'
const F = 'value("water-flow")'

describe('expressions', () => {
  it('reckon as one expects, by strength of binding', () => {
    assert.equal(is('1 + 2 * 3 == 7 && !(2 > 3) || false'), true)
    assert.equal(
      is('-2 - -3 == 1 && 7 % 4 == 3 && abs(-2) == 2 && max(1, 5, 3) == 5 && min(2, 1) == 1'),
      true,
    )
    assert.equal(is('(true ? 1 : 2) == 1 && attribute("diameter") / 2 == 100'), true)
    assert.equal(is('text("material") == "PVC" && area == "24133" && type != "tank" && id == \'one\''), true)
    assert.equal(is(`${P} < 150`, facts({ 'water-pressure': 140 })), true)
  })

  it('are not known where a value is missing, unless the rest decides alone', () => {
    for (const text of [
      `${P} < 150`,
      `!(${P} < 150)`,
      `${P} < 150 || 1 > 2`,
      `${P} < 150 && 1 < 2`,
      `1 / 0 > 1`,
    ])
      assert.equal(is(text), null, text)
    assert.equal(is(`${P} < 150 || 1 < 2`), true)
    assert.equal(is(`1 > 2 && ${P} < 150`), false)
    assert.equal(is(`${P} < 150 && 1 > 2`), false)
    assert.equal(is('attribute("material") > 1'), null)
  })

  it('look at those beside the entity, without those that do not tell', () => {
    const beside = {
      feeds: [facts({ 'water-flow': 3 }), facts({}), facts({ 'water-flow': 5 }, {}, 'water-meter')],
      fedBy: [facts({})],
    }
    const all = facts({ 'water-flow': 4 }, beside)
    assert.equal(
      is(`feeds.sum(${F}) == 8 && feeds.avg(${F}) == 4 && feeds.max(${F}) == 5 && feeds.min(${F}) == 3`, all),
      true,
    )
    assert.equal(
      is(
        `feeds.any(${F} > 4) && !feeds.all(${F} > 4) && feeds.count(${F} > 4) == 1 && feeds.count() == 3`,
        all,
      ),
      true,
    )
    assert.equal(is(`feeds.of("water-meter").sum(${F}) == 5 && feeds.any(${F} > self.${F})`, all), true)
    assert.equal(is(`fedBy.any(${F} > 0)`, all), null)
    assert.equal(is('measures.count() == 0', all), true)
    const { used, newest } = outcome(`${F} > 1 && feeds.sum(${F}) > 1`, all)
    assert.deepEqual([used, newest], [{ 'water-flow': 4, [`feeds.sum(${F})`]: 8 }, 1])
  })

  it('say at which character they are wrong', () => {
    assert.deepEqual(faultOf('value("nonsense") > 1'), [1, 'nonsense is no measured quantity'])
    assert.deepEqual(faultOf(`${P} > `), [27, 'it ends too early'])
    assert.deepEqual(faultOf(`${P} = 3`), [25, 'for "is equal" write =='])
    assert.deepEqual(faultOf('1 + 2'), [3, 'a condition is expected, this is a number'])
    assert.deepEqual(faultOf('1 > true'), [5, 'a number is expected, this is a condition'])
    assert.deepEqual(faultOf('true true'), [6, 'true is not expected here'])
    assert.deepEqual(faultOf('feeds.some(true)')?.[0], 7)
    assert.deepEqual(faultOf('feeds.any(fedBy.any(true))')?.[0], 11)
    assert.deepEqual(faultOf('process.exit()')?.[0], 1)
    assert.deepEqual(faultOf('constructor')?.[0], 1)
    assert.deepEqual(faultOf('feeds.constructor(true)')?.[0], 7)
    assert.deepEqual(faultOf(`${'('.repeat(40)}true${')'.repeat(40)}`), [
      33,
      'it is more than 32 levels deep',
    ])
    assert.deepEqual(faultOf(`${'!'.repeat(40)}true`)?.[1], 'it is more than 32 levels deep')
    assert.deepEqual(faultOf(`${'true&&'.repeat(150)}true`)?.[1], 'it has more than 200 parts')
  })

  it('end after so many steps', () => {
    const many = Array.from({ length: 10_000 }, () => facts({ 'water-flow': 1 }))
    const { is, isTooCostly } = outcome(`feeds.all(${F} > 0) || true`, facts({}, { feeds: many }))
    assert.deepEqual([is, isTooCostly], [null, true])
  })

  it('never throw, whatever the text', () => {
    const words = [
      'value("water-flow")',
      '(',
      ')',
      '!',
      '-',
      '&&',
      '||',
      '<',
      '1',
      'true',
      'feeds',
      '.any',
      '.of("tank")',
      '?',
      ':',
      '"',
      'self.',
    ]
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 12 }), (parts) => {
        const parsed = parseExpression(parts.join(' '))
        if (parsed.ok) evaluate(parsed.value, facts({}))
        else assert.ok(parsed.error.place >= 1 && parsed.error.place <= parts.join(' ').length + 1)
      }),
    )
  })

  it('with any values missing agree with a plain reckoning', () => {
    const maybe = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined })
    fc.assert(
      fc.property(maybe, maybe, fc.array(maybe, { maxLength: 5 }), (pressure, flow, flows) => {
        const of = facts(
          { 'water-pressure': pressure, 'water-flow': flow },
          { feeds: flows.map((one) => facts({ 'water-flow': one })) },
        )
        const [low, high] = [
          pressure === undefined ? null : pressure < 5,
          flow === undefined ? null : flow > 5,
        ]
        const told = flows.filter((one) => one !== undefined)
        const sum = told.length === 0 ? null : told.reduce((all, one) => all + one, 0) > 10
        const and = (a: boolean | null, b: boolean | null) =>
          a === false || b === false ? false : a === null || b === null ? null : true
        const or = (a: boolean | null, b: boolean | null) =>
          a === true || b === true ? true : a === null || b === null ? null : false
        assert.equal(is(`${P} < 5 && ${F} > 5 || feeds.sum(${F}) > 10`, of), or(and(low, high), sum))
      }),
    )
  })
})

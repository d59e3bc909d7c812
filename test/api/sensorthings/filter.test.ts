import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { matches, valuesOf } from '../../../api/sensorthings/filter-evaluate.ts'
import { type Expression, parseExpression } from '../../../api/sensorthings/filter-parser.ts'
import { Budget } from '../../../api/sensorthings/refusal.ts'
import { instant, type Value } from '../../../api/sensorthings/value.ts'

const parsed = (text: string): Expression => {
  const result = parseExpression(text)
  assert.ok(result.ok, result.ok ? '' : `${text}: ${result.error.message}`)
  return result.value
}
const resultOf = (text: string): Value | undefined => valuesOf(parsed(text), () => [null], new Budget())[0]
const fault = (text: string): string => {
  const result = parseExpression(text)
  return result.ok ? '' : result.error.message
}

const WORDS = [
  'name',
  'eq',
  'and',
  'not',
  '(',
  ')',
  "'x'",
  '5',
  '-',
  ',',
  'st_within',
  'contains',
  "geography'POINT(1 2)'",
  '2026-01-01T00:00:00Z',
  'add',
  'a/b',
  "duration'P1D'",
  'null',
  "'",
]

describe('the parser of $filter (OGC 18-088 §9.3.3.5)', () => {
  it('never throws, and names a place within the text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' ')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseExpression(text)
        if (result.ok) {
          matches(result.value, () => [null], new Budget())
          return
        }
        const at = Number(/character (\d+):/.exec(result.error.message)?.[1])
        assert.ok(at >= 1 && at <= text.length + 1, result.error.message)
      }),
      { numRuns: 2000 },
    )
  })

  it('bounds depth, length and number of parts', () => {
    for (const opening of ['(', 'not ', '-', 'tolower('])
      assert.match(fault(opening.repeat(800)), /nested more than 40 deep/, opening)
    assert.match(fault(' '.repeat(9000)), /longer than 8192/)
    assert.match(fault(Array(600).fill('1').join(' add ')), /more than 500 parts/)
  })

  it('§9.3.3.5.1: has operators in the order of the standard', () => {
    assert.equal(resultOf('1 add 2 mul 3'), 7)
    assert.equal(resultOf('(1 add 2) mul 3'), 9)
    assert.equal(resultOf('7 sub 2 sub 1'), 4)
    assert.equal(resultOf('1 eq 1 or 1 eq 2 and 1 eq 3'), true)
    assert.equal(resultOf('not (1 eq 2) and 2 gt 1'), true)
    assert.equal(resultOf('-3 add 5 mod 4'), -2)
    assert.equal(resultOf('1 div 0'), null)
    assert.equal(resultOf('null gt 1'), false)
    assert.equal(resultOf('null eq null'), true)
  })

  it('§9.3.3.5.2: has the functions of Table 23', () => {
    const table: [text: string, value: Value][] = [
      ["substringof('ter','water')", true],
      ["contains('water','ter')", true],
      ["endswith('water','er')", true],
      ["startswith('water','wa')", true],
      ["length('nước')", 4],
      ["indexof('water','t')", 2],
      ["substring('water',1)", 'ater'],
      ["substring('water',1,2)", 'at'],
      ["tolower('Pump')", 'pump'],
      ["toupper('Pump')", 'PUMP'],
      ["trim('  a ')", 'a'],
      ["concat(concat('a',', '),'b')", 'a, b'],
      ["'it''s'", "it's"],
      ['year(2026-03-04T05:06:07.25Z)', 2026],
      ['month(2026-03-04T05:06:07.25Z)', 3],
      ['day(2026-03-04T05:06:07.25Z)', 4],
      ['hour(2026-03-04T05:06:07.25+07:00)', 22],
      ['minute(2026-03-04T05:06:07.25Z)', 6],
      ['second(2026-03-04T05:06:07.25Z)', 7],
      ['fractionalseconds(2026-03-04T05:06:07.25Z)', 0.25],
      ['date(2026-03-04T05:06:07Z)', '2026-03-04'],
      ['time(2026-03-04T05:06:07Z)', '05:06:07.000'],
      ['now() gt 2026-01-01T00:00:00Z', true],
      ["2026-01-01T00:00:00Z add duration'P1D' eq 2026-01-02T00:00:00Z", true],
      ['mindatetime() lt maxdatetime()', true],
      ['round(2.5)', 3],
      ['floor(-2.5)', -3],
      ['ceiling(2.1)', 3],
      ["geo.distance(geography'POINT(0 0)',geography'POINT(3 4)')", 5],
      ["geo.length(geography'LINESTRING(0 0,3 4,3 5)')", 6],
      [
        "st_within(geography'POINT(1 1)',geography'POLYGON((0 0,4 0,4 4,0 4,0 0),(2 2,3 2,3 3,2 3,2 2))')",
        true,
      ],
      [
        "st_within(geography'POINT(2.5 2.5)',geography'POLYGON((0 0,4 0,4 4,0 4,0 0),(2 2,3 2,3 3,2 3,2 2))')",
        false,
      ],
      ["st_within(geography'POINT(0 1)',geography'POLYGON((0 0,4 0,4 4,0 4,0 0))')", false],
      ["st_intersects(geography'POINT(0 1)',geography'POLYGON((0 0,4 0,4 4,0 4,0 0))')", true],
      ["st_disjoint(geography'POINT(5 5)',geography'LINESTRING(0 0,4 4)')", true],
      ["st_contains(geography'POLYGON((0 0,4 0,4 4,0 4,0 0))',geography'POINT(1 1)')", true],
      ["st_equals(geography'POINT(1 1)',geography'POINT(1.0 1)')", true],
    ]
    for (const [text, value] of table) assert.deepEqual(resultOf(text), value, text)
  })

  it('compares times as instants, whatever their zones', () => {
    assert.equal(resultOf('2026-01-01T07:00:00+07:00 eq 2026-01-01T00:00:00Z'), true)
    const scope = () => [instant(Date.parse('2026-01-01T00:00:00Z') * 1000)]
    assert.ok(matches(parsed("phenomenonTime eq '2026-01-01T00:00:00Z'"), scope, new Budget()))
  })

  it('names what it cannot read', () => {
    assert.match(fault("name eq 'x"), /character 9: a text without its closing quote/)
    assert.match(fault("geography'CIRCLE(1)' eq 1"), /well-known text/)
    assert.match(fault('sqrt(4) eq 2'), /character 1: no function sqrt/)
    assert.match(fault("contains('a') eq true"), /contains takes 2 arguments, not 1/)
    assert.match(fault('2026-02-31T00:00:00Z lt now()'), /not a time/)
    assert.match(fault('result gt 1e999'), /not a number/)
    assert.match(fault('a b'), /character 3: takes an operator/)
  })
})

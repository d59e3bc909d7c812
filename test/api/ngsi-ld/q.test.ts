import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { NgsiEntity } from '../../../api/ngsi-ld/entity.ts'
import { readGeoQuery } from '../../../api/ngsi-ld/geo.ts'
import { attributeName, typeName, unitCode } from '../../../api/ngsi-ld/names.ts'
import { readPattern } from '../../../api/ngsi-ld/pattern.ts'
import { isMatch } from '../../../api/ngsi-ld/q-match.ts'
import { parseQ, type QPath, type QScalar, type Query, type QValue } from '../../../api/ngsi-ld/q-parser.ts'
import { readTemporalQuery } from '../../../api/ngsi-ld/temporal-query.ts'
import { isInside, literalAddress } from '../../../core/post.ts'
import { formatTime, microsNow } from '../../../core/time.ts'

const ENTITY: NgsiEntity = {
  id: 'urn:ngsi-ld:Valve:v-1',
  type: 'Valve',
  attributes: {
    temperature: {
      type: 'Property',
      value: 21.5,
      unitCode: 'CEL',
      observedAt: '2026-03-01T08:00:00.000Z',
      subs: { quality: { type: 'Property', value: 'good' } },
    },
    name: { type: 'Property', value: 'Van số 1, "cũ"' },
    isOpen: { type: 'Property', value: true },
    address: { type: 'Property', value: { city: 'Huế', number: 7 } },
    feeds: { type: 'Relationship', object: ['urn:ngsi-ld:WaterZone:a', 'urn:ngsi-ld:WaterZone:b'] },
  },
}

function isTrue(q: string): boolean {
  const query = parseQ(q)
  assert.ok(query.ok, query.ok ? '' : query.error)
  return isMatch(query.value, ENTITY)
}

const name = fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,8}$/)
const path: fc.Arbitrary<QPath> = fc.record({
  names: fc.array(name, { minLength: 1, maxLength: 3 }),
  members: fc.array(name, { maxLength: 2 }),
})
const scalars = {
  number: fc.integer().map((value) => ({ kind: 'number', value }) as const),
  string: fc.string().map((value) => ({ kind: 'string', value }) as const),
  instant: fc.integer({ min: 0, max: 4e12 }).map((ms) => ({ kind: 'instant', value: ms * 1000 }) as const),
  boolean: fc.boolean().map((value) => ({ kind: 'boolean', value }) as const),
}
const ordered = fc.oneof(scalars.number, scalars.string, scalars.instant)
const scalar: fc.Arbitrary<QScalar> = fc.oneof(ordered, scalars.boolean)
const value: fc.Arbitrary<QValue> = fc.oneof(
  scalar,
  fc.array(scalar, { minLength: 2, maxLength: 4 }).map((items) => ({ kind: 'list', items }) as const),
  fc
    .oneof(...[scalars.number, scalars.string, scalars.instant].map((one) => fc.tuple<QScalar[]>(one, one)))
    .map(([from, to]) => ({ kind: 'range', from, to }) as QValue),
)
const { query } = fc.letrec<{ query: Query; group: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ op: fc.constantFrom('exists', 'absent'), path }) as fc.Arbitrary<Query>,
    fc.record({ op: fc.constantFrom('==', '!='), path, value }) as fc.Arbitrary<Query>,
    fc.record({ op: fc.constantFrom('>', '<', '>=', '<='), path, value: ordered }) as fc.Arbitrary<Query>,
    tie('group'),
  ),
  group: fc.record({
    op: fc.constantFrom('and', 'or'),
    terms: fc.array(tie('query'), { minLength: 2, maxLength: 3 }),
  }) as fc.Arbitrary<Query>,
}))

function scalarText(one: QScalar): string {
  if (one.kind === 'string') return `"${one.value.replaceAll(/["\\]/g, '\\$&')}"`
  return one.kind === 'instant' ? formatTime(one.value) : String(one.value)
}
function valueText(one: QValue): string {
  if (one.kind === 'range') return `${scalarText(one.from)}..${scalarText(one.to)}`
  return one.kind === 'list' ? one.items.map(scalarText).join(',') : scalarText(one)
}
const pathText = ({ names, members }: QPath) =>
  names.join('.') + (members.length > 0 ? `[${members.join('.')}]` : '')

function textOf(one: Query): string {
  switch (one.op) {
    case 'and':
    case 'or':
      return one.terms.map((term) => `(${textOf(term)})`).join(one.op === 'and' ? ';' : '|')
    case 'exists':
      return pathText(one.path)
    case 'absent':
      return `!${pathText(one.path)}`
    case 'matches':
      return ''
    default:
      return `${pathText(one.path)}${one.op}${valueText(one.value)}`
  }
}

describe('the query language, clause 4.9', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(query, (one) => {
        const read = parseQ(textOf(one))
        assert.ok(read.ok && textOf(read.value) === textOf(one), read.ok ? textOf(read.value) : read.error)
        // fast-check makes records without a prototype.
        assert.deepEqual(read.value, JSON.parse(JSON.stringify(one)))
      }),
    )
  })

  it('takes any text without throwing, and in time that grows with the text', () => {
    const signs = fc.constantFrom(
      'a',
      '.',
      '..',
      '[',
      ']',
      '(',
      ')',
      ';',
      '|',
      '"',
      '\\',
      '==',
      '~=',
      '1',
      '-',
      ',',
      '!',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(signs).map((all) => all.join('')),
        ),
        (text) => void parseQ(text),
      ),
    )
    assert.equal(parseQ('('.repeat(1500)).ok, false)
    assert.equal(parseQ('a;'.repeat(2000)).ok, false)
  })

  it.each([
    ['temperature==20..22', true],
    ['temperature>21.5', false],
    ['temperature>=21.5;isOpen==true', true],
    ['temperature<10|name~="^Van .*cũ.$"', true],
    ['(temperature<10|isOpen);address[city]=="Huế"', true],
    ['temperature<10|isOpen;address[number]==8', false],
    ['temperature.observedAt>=2026-03-01T00:00:00Z', true],
    ['temperature[observedAt]<2026-03-01T15:00:00+07:00', false],
    ['temperature.quality=="good","doubtful"', true],
    ['feeds==urn:ngsi-ld:WaterZone:b', true],
    ['feeds=="urn:ngsi-ld:WaterZone:c"', false],
    ['missing!=1', false],
    ['!missing', true],
    ['!name', false],
    ['temperature!=1,2,3', true],
    ['temperature=="21.5"', false],
    ['__proto__|constructor', false],
  ] as const)('%s is %s', (q, expected) => {
    if (q.startsWith('__')) return assert.equal(parseQ(q).ok, false)
    assert.equal(isTrue(q), expected)
  })

  it('says where it does not understand', () => {
    for (const [q, message] of [
      ['temperature>', /character 13: expects a value/],
      ['temperature==warm', /"warm" is no value/],
      ['(a;b', /expects \)/],
      ['a==1 ', /expects ; or \|/],
      ['a>true', /takes a number/],
      ['a==1.."b"', /a range goes/],
      ['a~=(x+)+', /not a pattern|expects/],
    ] as const) {
      const read = parseQ(q)
      assert.ok(!read.ok)
      assert.match(read.error, message)
    }
  })
})

describe('a pattern', () => {
  it('finds what the regular expression finds', () => {
    const part = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', 'a*', 'b+', '.?', '.*', '\\.')
    const pattern = fc
      .tuple(fc.constantFrom('', '^'), fc.array(part, { maxLength: 6 }), fc.constantFrom('', '$'))
      .map(([start, parts, end]) => start + parts.join('') + end)
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 3 }),
        fc.stringMatching(/^[ab1.]{0,8}$/),
        (all, text) => {
          const read = readPattern(all.join('|'))
          assert.ok(read.ok)
          assert.equal(read.value(text), new RegExp(all.join('|')).test(text))
        },
      ),
    )
  })

  it('never goes back: what a usual engine needs ages for takes a moment', () => {
    const read = readPattern(`${'a*'.repeat(90)}b$`)
    assert.ok(read.ok)
    const start = performance.now()
    assert.equal(read.value('a'.repeat(2000)), false)
    assert.ok(performance.now() - start < 5000)
  })
})

describe('names and places', () => {
  it('4.6.2: names are letters, digits and underscores', () => {
    assert.equal(typeName('water-quality-station'), 'WaterQualityStation')
    assert.equal(attributeName('active-power/L1'), 'activePower_L1')
    assert.equal(attributeName('pm2.5'), 'pm2_5')
    assert.deepEqual(['Cel', 'kW', 'm3/h', 'km', '{vehicle}'].map(unitCode), [
      'CEL',
      'KWT',
      'MQH',
      'KMT',
      undefined,
    ])
  })

  it('4.10: each relation, about a point', () => {
    const square = '[[[107,16],[108,16],[108,17],[107,17],[107,16]]]'
    const at = (georel: string, geometry: string, coordinates: string) => {
      const read = readGeoQuery({ georel, geometry, coordinates })
      assert.ok(read.ok && read.value, read.ok ? '' : read.error)
      return [read.value(107.5, 16.5), read.value(109, 16.5)]
    }
    assert.deepEqual(at('within', 'Polygon', square), [true, false])
    assert.deepEqual(at('intersects', 'Polygon', square), [true, false])
    assert.deepEqual(at('disjoint', 'Polygon', square), [false, true])
    assert.deepEqual(at('equals', 'Point', '[109,16.5]'), [false, true])
    assert.deepEqual(at('near;maxDistance==1000', 'Point', '[107.5,16.508]'), [true, false])
    assert.deepEqual(at('near;minDistance==1000', 'Polygon', square), [false, true])
    assert.deepEqual(at('near;maxDistance==1000', 'LineString', '[[107,16.505],[108,16.505]]'), [true, false])
    for (const coordinates of ['[16]', '[[107,16]]', '[999,1]', 'x', '[[[107,16],[108,16],[107,16]]]'])
      assert.equal(readGeoQuery({ georel: 'within', geometry: 'Polygon', coordinates }).ok, false)
  })

  it('4.11: times and periods', () => {
    const read = (text: object) => readTemporalQuery(text, microsNow(), 100)
    assert.ok(
      read({ timerel: 'between', timeAt: '2026-01-01T00:00:00Z', endTimeAt: '2026-01-02T00:00:00Z' }).ok,
    )
    const hour = read({ options: 'aggregatedValues', aggrMethods: 'avg', aggrPeriodDuration: 'PT1H' })
    assert.ok(hour.ok && hour.value.aggregate?.periodUs === 3_600_000_000)
    for (const wrong of [
      { timerel: 'between', timeAt: '2026-01-01T00:00:00Z' },
      { timerel: 'near', timeAt: '2026-01-01T00:00:00Z' },
      { timeAt: '2026-01-01T00:00:00Z' },
      { timerel: 'before', timeAt: '2026-01-01' },
      { aggrMethods: 'avg' },
      { options: 'aggregatedValues', aggrMethods: 'stddev' },
      { options: 'aggregatedValues', aggrMethods: 'avg', aggrPeriodDuration: 'P1M' },
    ])
      assert.equal(read(wrong).ok, false, JSON.stringify(wrong))
  })

  it('knows the addresses inside from those outside', () => {
    for (const inside of [
      '127.0.0.1',
      '10.1.2.3',
      '169.254.169.254',
      '::1',
      '::ffff:7f00:1',
      'fd00::1',
      'fe80::1',
    ])
      assert.equal(isInside(inside), true, inside)
    for (const outside of ['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])
      assert.equal(isInside(outside), false, outside)
    assert.equal(literalAddress('http://[::1]:80/'), '::1')
    assert.equal(literalAddress('http://2130706433/'), '127.0.0.1')
    assert.equal(literalAddress('http://example.org/'), null)
  })
})

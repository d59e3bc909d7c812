import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  apportion,
  populationsOfBefore,
  populationsOfToday,
} from '../../../digital-twin/indicator/apportion.ts'
import type { AreaLabel } from '../../../digital-twin/indicator/figure.ts'
import type { PopulationInput } from '../../../digital-twin/indicator/inputs.ts'
import { type Crossing, formerTerritories } from '../../../digital-twin/indicator/territory.ts'
import { placer } from '../../../digital-twin/indicator/territory-placing.ts'

const crossing = (fromCode: string, toCode: string, of: Partial<Crossing> = {}): Crossing => ({
  fromCode,
  fromVersion: '2025-03',
  toCode,
  toVersion: '2025-07',
  overlap: 'full',
  weight: null,
  weightBasis: null,
  ...of,
})
const weighed = (fromCode: string, toCode: string, weight: string, weightBasis = 'dân số 2024') =>
  crossing(fromCode, toCode, { overlap: 'partial', weight, weightBasis })

const label = (
  code: string,
  geoVersion: string,
  level: AreaLabel['level'],
  parent: string | null,
): AreaLabel => ({
  ...{ code, geoVersion, level, parent },
  nameVi: `Vùng ${code}`,
  nameEn: `Area ${code}`,
})

async function seed(name: string): Promise<string[][]> {
  const text = await readFile(new URL(`../../../store/seed/${name}`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
}

/** The merger of 2025 as the platform has it: districts of two provinces, communes of one. */
async function merger() {
  const districts = await seed('districts_2025-03_66_54.csv')
  const pairs = await seed('crosswalk_2025-07-01_66.csv')
  const communes = [...new Set(pairs.map(([, , to]) => to ?? ''))]
  const former = [
    ...['54', '66'].map((code) => label(code, '2025-03', 'province', null)),
    ...districts.map(([province, code]) => label(code ?? '', '2025-03', 'district', province ?? null)),
  ]
  const current = [
    label('66', '2025-07', 'province', null),
    ...communes.map((code) => label(code, '2025-07', 'commune', '66')),
  ]
  const crossings = communes.flatMap((to) => {
    const from = [...new Set(pairs.filter((pair) => pair[2] === to).map(([, district]) => district ?? ''))]
    return from.map((district) => crossing(district, to, { overlap: from.length === 1 ? 'full' : 'partial' }))
  })
  return { former, current, crossings: [crossing('66', '66'), crossing('54', '66'), ...crossings] }
}

describe('former provinces as territories', () => {
  it('are 68 communes of the former Đắk Lắk and 34 of Phú Yên', async () => {
    const { former, current, crossings } = await merger()
    const territories = formerTerritories(crossings, former, current)
    assert.deepEqual(
      territories.map(({ label, members, isPartial }) => [label.code, members.length, isPartial]),
      [
        ['54_PRE202507', 34, false],
        ['66_PRE202507', 68, false],
      ],
    )
    assert.deepEqual(territories[1]?.label, {
      code: '66_PRE202507',
      geoVersion: '2025-07',
      nameVi: 'Vùng 66 (địa bàn trước 01/07/2025)',
      nameEn: 'Area 66 (territory before 2025-07-01)',
      level: 'territory',
      parent: null,
    })
    assert.deepEqual(
      formerTerritories([...crossings].reverse(), [...former].reverse(), [...current].reverse()),
      territories,
    )
  })

  it('have the same code before the change, as the districts they were made of', async () => {
    const { former, crossings } = await merger()
    assert.deepEqual(
      formerTerritories(crossings, former, former).map(({ label, members, isPartial }) => [
        label.code,
        label.geoVersion,
        members.length,
        isPartial,
      ]),
      [
        ['54_PRE202507', '2025-03', 9, false],
        ['66_PRE202507', '2025-03', 15, false],
      ],
    )
  })

  it('are partial where a commune reaches over the boundary, which goes where more of its people are from', () => {
    const former = [
      ...['54', '66'].map((code) => label(code, '2025-03', 'province', null)),
      label('d54', '2025-03', 'district', '54'),
      label('d66', '2025-03', 'district', '66'),
    ]
    const current = ['a', 'b', 'c'].map((code) => label(code, '2025-07', 'commune', null))
    const of = (...more: Crossing[]) =>
      formerTerritories([crossing('d54', 'a'), crossing('d66', 'c'), ...more], former, current).map(
        ({ members, isPartial }) => [members.join(), isPartial],
      )
    const half = { overlap: 'partial' } as const
    assert.deepEqual(of(weighed('d54', 'b', '0.2'), weighed('d66', 'b', '0.3')), [
      ['a', true],
      ['b,c', true],
    ])
    assert.deepEqual(of(crossing('d54', 'b', half), crossing('d66', 'b', half)), [
      ['a,b', true],
      ['c', true],
    ])
    assert.deepEqual(of(), [
      ['a', false],
      ['c', false],
    ])
  })
})

describe('devices declared in another geography', () => {
  const crossings = [
    crossing('old-whole', 'A'),
    weighed('old-split', 'A', '0.4'),
    weighed('old-split', 'B', '0.6'),
    weighed('old-land', 'A', '0.9', 'diện tích'),
    weighed('old-land', 'B', '0.1', 'diện tích'),
    crossing('district', 'A'),
    crossing('district', 'C'),
  ]
  const place = placer(crossings, new Set(['A', 'B', 'C']))

  it('stay where they say, where that is in force', () => {
    assert.deepEqual(place('A', 'B'), { area: 'A', how: 'declared' })
    assert.deepEqual(place(null, 'B'), { area: 'B', how: 'located' })
    assert.deepEqual(place(null), { area: null, how: 'unknown' })
  })

  it('go where the declared area lies wholly, else by coordinates, else where most people are', () => {
    assert.deepEqual(place('old-whole', 'B'), { area: 'A', how: 'whole' })
    assert.deepEqual(place('old-split', 'A'), { area: 'A', how: 'located' })
    assert.deepEqual(place('old-split'), { area: 'B', how: 'estimated' })
    assert.deepEqual(
      place('old-split', 'C'),
      { area: 'B', how: 'estimated' },
      'coordinates contradict what is declared',
    )
    assert.deepEqual(place('elsewhere', 'C'), { area: 'C', how: 'located' })
  })

  it('are nowhere rather than where there is most land, or where anything is guessed', () => {
    assert.deepEqual(place('old-land'), { area: null, how: 'unknown' })
    assert.deepEqual(place('district'), { area: null, how: 'unknown' })
    assert.deepEqual(place('elsewhere'), { area: null, how: 'unknown' })
  })

  it('go back to the district of before', () => {
    const back = [crossing('d1', 'A'), weighed('d1', 'B', '0.1'), weighed('d2', 'B', '0.2')]
    const people = new Map([
      ['d1', 300],
      ['d2', 100],
    ])
    const districts = new Set(['d1', 'd2'])
    const to = placer(back, districts, (code) => people.get(code) ?? null)
    assert.deepEqual(to('A'), { area: 'd1', how: 'whole' })
    assert.deepEqual(to('B'), { area: 'd1', how: 'estimated' }, '30 people are from d1, 20 from d2')
    assert.deepEqual(placer(back, districts)('B'), { area: null, how: 'unknown' })
    assert.deepEqual(placer(back, districts)('B', 'd2'), { area: 'd2', how: 'located' })
  })
})

const population = (area: string, value: number, of: Partial<PopulationInput> = {}): PopulationInput => ({
  area,
  geoVersion: '2025-03',
  year: 2024,
  basis: 'average',
  value,
  source: 'Niên giám 2024',
  publishedOn: '2025-06-01',
  isSynthetic: false,
  isEstimated: false,
  ...of,
})

describe('populations over a change of boundaries', () => {
  it('split whole people', () => {
    assert.deepEqual(apportion(10, ['0.5', '0.3', '0.2']), [5, 3, 2])
    assert.deepEqual(apportion(10, ['1', '1', '1']), [4, 3, 3])
    assert.deepEqual(apportion(100, ['0.333', '0.333', '0.334']), [33, 33, 34])
    assert.deepEqual(apportion(7, ['0.2', '0']), [7, 0])
    assert.throws(() => apportion(1, ['0']), RangeError)
    assert.throws(() => apportion(1.5, ['1']), RangeError)
  })

  it('split without losing anybody, each within one of its share', () => {
    const weights = fc
      .array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 9 })
      .filter((all) => all.some((w) => w > 0))
    fc.assert(
      fc.property(fc.nat(100_000_000), weights, (total, thousandths) => {
        const parts = apportion(
          total,
          thousandths.map((w) => (w / 1000).toFixed(3)),
        )
        assert.equal(
          parts.reduce((a, b) => a + b),
          total,
        )
        const all = BigInt(thousandths.reduce((a, b) => a + b))
        parts.forEach((part, i) => {
          const off = BigInt(part) * all - BigInt(total) * BigInt(thousandths[i]!)
          assert.ok(off < all && -off < all)
        })
      }),
    )
  })

  const crossings = [
    crossing('o1', 'A'),
    weighed('o2', 'A', '0.25'),
    weighed('o2', 'B', '0.75'),
    crossing('o3', 'C'),
    crossing('o4', 'C'),
    crossing('district', 'A'),
  ]
  const former = new Set(['o1', 'o2', 'o3', 'o4'])

  it('give those of today, the sum kept and what is split marked as an estimate', () => {
    const before = [
      population('o1', 100),
      population('o2', 10),
      population('o3', 5),
      population('o4', 6, { isSynthetic: true }),
    ]
    const today = populationsOfToday(before, crossings, former)
    assert.deepEqual(
      today.map(({ area, geoVersion, value, isEstimated, isSynthetic }) => [
        area,
        geoVersion,
        value,
        isEstimated,
        isSynthetic,
      ]),
      [
        ['A', '2025-07', 103, true, false],
        ['B', '2025-07', 7, true, false],
        ['C', '2025-07', 11, false, true],
      ],
    )
    assert.deepEqual(populationsOfToday([...before].reverse(), [...crossings].reverse(), former), today)
  })

  it('leave out an area of which a part is not known, or is known of another year only', () => {
    const before = [population('o2', 10), population('o3', 5), population('o4', 6, { year: 2023 })]
    assert.deepEqual(
      populationsOfToday(before, crossings, former).map(({ area }) => area),
      ['B'],
    )
    const land = [weighed('o2', 'A', '0.25', 'diện tích'), weighed('o2', 'B', '0.75', 'diện tích')]
    assert.deepEqual(populationsOfToday([population('o2', 10)], land, former), [])
  })

  it('keep the sum whatever the weights', () => {
    const world = fc.array(
      fc.record({
        value: fc.nat(100_000),
        weights: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 3, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(world, (areas) => {
        const before = areas.map(({ value }, i) => population(`o${i}`, value))
        const all = areas.flatMap(({ weights }, i) =>
          ['A', 'B', 'C'].map((to, j) => weighed(`o${i}`, to, `0.${String(weights[j]).padStart(2, '0')}`)),
        )
        const today = populationsOfToday(before, all, new Set(before.map(({ area }) => area)))
        const sum = (rows: readonly PopulationInput[]) => rows.reduce((s, { value }) => s + value, 0)
        assert.equal(sum(today), sum(before))
        assert.ok(today.every(({ isEstimated }) => isEstimated))
      }),
    )
  })

  it('give those of before as sums of communes, an estimate where one reaches over', () => {
    const today = ['A', 'B', 'C'].map((area, i) =>
      population(area, [103, 7, 11][i] ?? 0, { geoVersion: '2025-07' }),
    )
    const districts = [
      crossing('d1', 'A'),
      weighed('d1', 'B', '0.1'),
      weighed('d2', 'B', '0.9'),
      crossing('d3', 'C'),
    ]
    const codes = new Set(['d1', 'd2', 'd3'])
    const of = (people: (code: string) => number | null, rows = today) =>
      populationsOfBefore(rows, districts, codes, people).map(({ area, value, isEstimated }) => [
        area,
        value,
        isEstimated,
      ])
    assert.deepEqual(
      of(() => 100),
      [
        ['d1', 103, true],
        ['d2', 7, true],
        ['d3', 11, false],
      ],
    )
    assert.deepEqual(
      of((code) => (code === 'd1' ? 1000 : 1)),
      [
        ['d1', 110, true],
        ['d3', 11, false],
      ],
    )
    assert.deepEqual(
      of(() => null),
      [['d3', 11, false]],
      'nobody can say whose B is',
    )
    assert.deepEqual(
      of(() => 100, today.slice(1)),
      [
        ['d2', 7, true],
        ['d3', 11, false],
      ],
    )
  })
})

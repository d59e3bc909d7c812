import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { atOnce } from '../../../core/slices.ts'
import {
  dominated,
  emptyMarks,
  goesWithCell,
  withhold,
  withholdAllInSteps,
} from '../../../digital-twin/indicator/disclosure.ts'
import { type AreaSum, type CountedCell, cellKey } from '../../../digital-twin/indicator/disclosure-cube.ts'

const K = 3

interface Leaf {
  readonly area: string
  readonly access: string
  readonly domain: string
  /** Devices of persons, each of another one. */
  readonly persons: number
  /** Devices of one organisation. */
  readonly org?: number
  readonly owners?: number
}

/** Every sum of the leaves: province and areas, by access and domain. Nothing of the code under test is used. */
function cube(leaves: readonly Leaf[], provinces: Record<string, string[]>): CountedCell[] {
  const cells = new Map<string, CountedCell>()
  for (const { area, access, domain, persons, org = 0, owners = persons } of leaves) {
    const areas = [area, ...Object.keys(provinces).filter((total) => provinces[total]?.includes(area))]
    for (const a of areas)
      for (const b of new Set([access, '_T']))
        for (const c of new Set([domain, '_T'])) {
          const key = `${a}|${b}|${c}`
          const cell = cells.get(key)
          cells.set(key, {
            ...{ area: a, access: b, domain: c, class: '_T' },
            devices: (cell?.devices ?? 0) + persons + org,
            personDevices: (cell?.personDevices ?? 0) + persons,
            personOwners: (cell?.personOwners ?? 0) + owners,
            topOrgDevices: (cell?.topOrgDevices ?? 0) + org,
          })
        }
  }
  return [...cells.values()]
}

const sumsOf = (provinces: Record<string, string[]>): AreaSum[] =>
  Object.entries(provinces).map(([total, parts]) => ({ total, parts }))

/** What a reader finds who knows every published cell, what organisations have, and what the marks say: all
 *  values of person-owned devices that each withheld cell can have, by trying every table of whole numbers. Of breakdowns the
 *  reader knows only what is published: cells not listed are empty or withheld. */
function attack(
  cells: readonly CountedCell[],
  provinces: Record<string, string[]>,
  withheld: ReadonlyMap<string, 'C' | 'D'>,
  isStrict: boolean,
): Map<string, Set<number>> {
  const totals = new Set(Object.keys(provinces))
  const isTotal = (cell: CountedCell): boolean => cell.access === '_T' && cell.domain === '_T'
  const broken = (['access', 'domain'] as const).filter((d) => cells.some((cell) => cell[d] !== '_T'))
  const leaves = cells.filter((cell) => !totals.has(cell.area) && broken.every((d) => cell[d] !== '_T'))
  const holds = (whole: CountedCell, part: CountedCell): boolean =>
    (whole.area === part.area || provinces[whole.area]?.includes(part.area) === true) &&
    broken.every((d) => whole[d] === '_T' || whole[d] === part[d])
  const partsOf = cells.map((cell) => leaves.flatMap((leaf, i) => (holds(cell, leaf) ? [i] : [])))
  const bounds = cells.map((cell) => {
    const mark = withheld.get(cellKey(cell))
    if (cell.devices === 0) return isTotal(cell) ? ([0, 0] as const) : ([0, 2] as const)
    if (mark === undefined) return [cell.personDevices, cell.personDevices] as const
    if (mark === 'D') return [0, cell.personDevices + 3] as const
    const isSmall = cell.personDevices < K
    return [isTotal(cell) ? 1 : 0, isSmall && isStrict ? K - 1 : cell.personDevices + 3] as const
  })
  const lastPart = partsOf.map((parts) => Math.max(...parts))
  const found = new Map([...withheld.keys()].map((key) => [key, new Set<number>()]))
  const table: number[] = []
  const sum = (at: number): number => (partsOf[at] ?? []).reduce((all, i) => all + (table[i] ?? 0), 0)
  const fill = (leaf: number): void => {
    if (leaf === leaves.length) {
      for (const [at, cell] of cells.entries()) found.get(cellKey(cell))?.add(sum(at))
      return
    }
    const own = cells.indexOf(leaves[leaf]!)
    for (let value = bounds[own]![0]; value <= bounds[own]![1]; value++) {
      table[leaf] = value
      const fits = cells.every(
        (_, at) => lastPart[at] !== leaf || (sum(at) >= bounds[at]![0] && sum(at) <= bounds[at]![1]),
      )
      if (fits) fill(leaf + 1)
    }
    table.length = leaf
  }
  fill(0)
  return found
}

const ONE = { '66': ['24133', '24328', '66_U'] }
const leaf = (area: string, persons: number, access = '_T', domain = '_T'): Leaf => ({
  area,
  persons,
  access,
  domain,
})

const leavesOf = (
  areas: string[],
  accesses: string[],
  domains: string[],
  org: boolean,
): fc.Arbitrary<Leaf[]> =>
  fc
    .tuple(
      ...areas.flatMap((area) =>
        accesses.flatMap((access) =>
          domains.map((domain) =>
            fc.record({
              area: fc.constant(area),
              access: fc.constant(access),
              domain: fc.constant(domain),
              persons: fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, fc.constant(0)),
              org: org ? fc.nat(3) : fc.constant(0),
            }),
          ),
        ),
      ),
    )
    .map((all) => [...all])

const SHAPES: {
  name: string
  areas: string[]
  accesses: string[]
  domains: string[]
  territory?: string[]
}[] = [
  {
    name: 'three areas by two ways',
    areas: ['24133', '24328', '66_U'],
    accesses: ['A', 'B'],
    domains: ['_T'],
  },
  { name: 'two areas by three ways', areas: ['24133', '66_U'], accesses: ['A', 'B', 'C'], domains: ['_T'] },
  {
    name: 'two areas, ways and domains',
    areas: ['24133', '66_U'],
    accesses: ['A', 'B'],
    domains: ['X', 'Y'],
  },
  {
    name: 'three areas, two of them a territory',
    areas: ['24133', '24328', '66_U'],
    accesses: ['A', 'B'],
    domains: ['_T'],
    territory: ['24133', '24328'],
  },
]

describe('disclosure control', () => {
  it('publishes only the total where 6 = 4 + 1 + 1', () => {
    const cells = cube([leaf('24133', 4), leaf('24328', 1), leaf('66_U', 1)], ONE)
    assert.deepEqual(
      new Map([...withhold(cells, sumsOf(ONE))].sort()),
      new Map([
        ['24133|_T|_T|_T', 'D'],
        ['24328|_T|_T|_T', 'C'],
        ['66_U|_T|_T|_T', 'C'],
      ]),
    )
  })

  it('publishes of the worked case by access only what tells nothing', () => {
    const cells = cube(
      [
        leaf('24133', 2, 'CELLULAR'),
        leaf('24133', 1, 'LPWAN'),
        leaf('24133', 1, 'SHORT_RANGE'),
        leaf('24328', 1, 'CELLULAR'),
        leaf('66_U', 1, 'CELLULAR'),
      ],
      ONE,
    )
    const withheld = withhold(cells, sumsOf(ONE))
    assert.deepEqual(cells.filter((cell) => cell.devices > 0 && !withheld.has(cellKey(cell))).map(cellKey), [
      '66|_T|_T|_T',
    ])
  })

  it('gives up the total too where the marks and the total leave one table: 3 = 1 + 1 + 1, 4 = 2 + 2', () => {
    const three = cube([leaf('24133', 1), leaf('24328', 1), leaf('66_U', 1)], ONE)
    assert.equal(withhold(three, sumsOf(ONE)).get('66|_T|_T|_T'), 'D')
    const four = cube([leaf('24133', 2), leaf('24328', 2)], ONE)
    assert.equal(withhold(four, sumsOf(ONE)).get('66|_T|_T|_T'), 'D')
  })

  it('gives up territories before the province that they are parts of', () => {
    const leaves = [leaf('a', 1), { ...leaf('b', 0), org: 6 }, leaf('c', 9), leaf('d', 4)]
    const totals = { '66': ['a', 'b', 'c', 'd'], '66_PRE': ['a', 'b'], '54_PRE': ['c', 'd'] }
    const sums = sumsOf(totals).map((sum) => ({ ...sum, isTerritory: sum.total !== '66' }))
    const withheld = withhold(cube(leaves, totals), sums)
    assert.deepEqual(
      ['66', '66_PRE', '54_PRE'].map((area) => withheld.has(`${area}|_T|_T|_T`)),
      [false, true, true],
    )
  })

  it('takes a larger cell rather than one that k alone gives away: 5 + 3 + 1 + 1', () => {
    const provinces = { '66': ['24133', '24328', '24400', '66_U'] }
    const cells = cube([leaf('24133', 5), leaf('24400', 3), leaf('24328', 1), leaf('66_U', 1)], provinces)
    const withheld = withhold(cells, sumsOf(provinces))
    assert.deepEqual([...withheld.keys()].sort(), ['24133|_T|_T|_T', '24328|_T|_T|_T', '66_U|_T|_T|_T'])
  })

  it('withholds a cell of few owners however many devices they have', () => {
    const cells = cube([{ ...leaf('24133', 40), owners: 2 }, leaf('24328', 30), leaf('66_U', 20)], ONE)
    const withheld = withhold(cells, sumsOf(ONE))
    assert.equal(withheld.get('24133|_T|_T|_T'), 'C')
    assert.equal(withheld.get('66_U|_T|_T|_T'), 'D', 'the smallest other cell, which has four to spare')
    assert.equal(withheld.size, 2)
  })

  it('lets other organisations hide persons, but not the one that knows its own', () => {
    const cell = {
      area: '66',
      access: '_T',
      domain: '_T',
      class: '_T',
      devices: 102,
      personDevices: 2,
      personOwners: 2,
    }
    const of = (topOrgDevices: number) => withhold([{ ...cell, topOrgDevices }], []).size
    assert.equal(of(100), 1)
    assert.equal(of(98), 1, 'two devices of others are too few to hide among')
    assert.equal(of(97), 0)
  })

  it('keeps gateways out of totals, and in those of SIMs', () => {
    const base = { area: '66', access: '_T', domain: '_T', topOrgDevices: 0 }
    const cells = [
      { ...base, class: '_T', devices: 9, personDevices: 9, personOwners: 9 },
      { ...base, class: 'FIXED', devices: 9, personDevices: 9, personOwners: 9 },
      { ...base, class: 'GATEWAY', devices: 1, personDevices: 1, personOwners: 1 },
    ]
    assert.deepEqual([...withhold(cells, [])], [['66|_T|_T|GATEWAY', 'C']])
    assert.throws(() => withhold(cells, [], { gatewaysApart: false }), /its parts 10/)
    const sims = cells.map((cell) =>
      cell.class === '_T' ? { ...cell, devices: 10, personDevices: 10 } : cell,
    )
    assert.deepEqual(withhold(sims, [], { gatewaysApart: false }).get('66|_T|_T|FIXED'), 'D')
  })

  it('keeps what was withheld where the count has hardly changed', () => {
    const cells = cube([leaf('24133', 40), leaf('24328', 4), leaf('66_U', 30)], ONE)
    const released = (count: number) =>
      withhold(cells, sumsOf(ONE), { before: new Map([['24328|_T|_T|_T', count]]) })
    assert.equal(released(1).size, 0)
    assert.deepEqual(new Set(released(2).keys()), new Set(['24328|_T|_T|_T', '66_U|_T|_T|_T']))
  })

  it('withholds in every count what it withholds in one', () => {
    const connections = cube([leaf('24133', 9), leaf('24328', 9)], ONE)
    const registered = cube([leaf('24133', 9), leaf('24328', 9), leaf('66_U', 1)], ONE)
    const counts = [connections, registered].map((cells) => ({ cells, gatewaysApart: true }))
    assert.deepEqual(atOnce(withholdAllInSteps(counts, sumsOf(ONE))), withhold(registered, sumsOf(ONE)))
    assert.ok(goesWithCell('IOT_CONN_PC') && goesWithCell('TARGET_GAP') && !goesWithCell('POP'))
  })

  it('marks empty cells of a breakdown as small ones, where anything of the area is withheld', () => {
    const cells = cube([leaf('24133', 9, 'A'), leaf('24328', 1, 'B'), leaf('24133', 9, 'B')], ONE).filter(
      (cell) => cell.devices > 0,
    )
    const withheld = withhold(cells, sumsOf(ONE))
    assert.ok(withheld.has('24133|B|_T|_T') && !withheld.has('66|_T|_T|_T'))
    assert.deepEqual(emptyMarks(cells, withheld, ['_T', 'A', 'B', 'C']), [
      '24133|C|_T|_T',
      '24328|A|_T|_T',
      '24328|C|_T|_T',
    ])
    assert.deepEqual(emptyMarks(cells, new Map(), ['_T', 'A']), [])
  })

  it('lists cells that one organisation has nearly whole', () => {
    const cell = {
      area: '66',
      access: '_T',
      domain: '_T',
      class: '_T',
      personDevices: 0,
      personOwners: 0,
    }
    const cells = [
      { ...cell, devices: 10, topOrgDevices: 9 },
      { ...cell, area: '24133', devices: 11, topOrgDevices: 10 },
      { ...cell, area: '24328', devices: 100, topOrgDevices: 91 },
    ]
    assert.deepEqual(
      dominated(cells).map(({ area }) => area),
      ['24328', '24133'],
    )
  })

  it('refuses cells that do not add up', () => {
    const cells = cube([leaf('24133', 4), leaf('24328', 1)], ONE)
    const wrong = cells.map((cell) => (cell.area === '66' ? { ...cell, devices: 6 } : cell))
    assert.throws(() => withhold(wrong, sumsOf(ONE)), /says 6, its parts 5/)
    assert.throws(() => withhold([...cells, ...cells], sumsOf(ONE)), /given twice/)
  })

  for (const { name, areas, accesses, domains, territory } of SHAPES) {
    const provinces: Record<string, string[]> = { '66': areas, ...(territory && { '66_PRE': territory }) }
    it(`leaves every reader without an answer: ${name}`, () => {
      fc.assert(
        fc.property(leavesOf(areas, accesses, domains, false), (leaves) => {
          const cells = cube(leaves, provinces)
          const withheld = withhold(cells, sumsOf(provinces))
          const values = attack(cells, provinces, withheld, false)
          for (const cell of cells) {
            if (cell.personDevices >= K || cell.devices === 0) continue
            assert.equal(withheld.get(cellKey(cell)), 'C')
            const seen = values.get(cellKey(cell))
            const isLeaf =
              !provinces[cell.area] && cell.access !== '_T' && (domains.length === 1 || cell.domain !== '_T')
            if (isLeaf) assert.ok(seen?.has(1) && seen.has(2), `${cellKey(cell)} is ${[...(seen ?? [])]}`)
            assert.ok((seen?.size ?? 0) > 1, `${cellKey(cell)} is ${[...(seen ?? [])]}`)
          }
        }),
        { numRuns: domains.length > 1 ? 60 : 300 },
      )
    })

    it(`tells an organisation that knows its own no more: ${name}`, () => {
      fc.assert(
        fc.property(leavesOf(areas, accesses, domains, true), (leaves) => {
          const cells = cube(leaves, provinces)
          const withheld = withhold(cells, sumsOf(provinces))
          const values = attack(cells, provinces, withheld, false)
          for (const [key, mark] of withheld)
            if (mark === 'C') assert.ok((values.get(key)?.size ?? 0) > 1, key)
        }),
        { numRuns: 200 },
      )
    })
  }

  it('tells nothing of areas by its numbers that its marks do not tell, even to one who knows that marks mean 1 or 2', () => {
    const areas = ['24133', '24328', '24400', '24500', '66_U']
    const small = (values: ReadonlySet<number> | undefined) => [...(values ?? [])].filter((v) => v < K).sort()
    for (const provinces of [
      { '66': areas },
      { '66': areas, '66_PRE': areas.slice(0, 2), '54_PRE': areas.slice(2, 4) },
    ])
      fc.assert(
        fc.property(leavesOf(areas, ['_T'], ['_T'], false), (leaves) => {
          const cells = cube(leaves, provinces)
          const withheld = withhold(cells, sumsOf(provinces))
          const marksOnly = new Map(cells.map((cell) => [cellKey(cell), withheld.get(cellKey(cell)) ?? 'D']))
          const known = attack(cells, provinces, withheld, true)
          const before = attack(cells, provinces, marksOnly, true)
          for (const [key, mark] of withheld)
            if (mark === 'C') assert.deepEqual(small(known.get(key)), small(before.get(key)), key)
        }),
        { numRuns: 200 },
      )
  })

  it('gives the same whatever the order of cells, and nothing without persons', () => {
    const shape = leavesOf(['24133', '24328', '66_U'], ['A', 'B'], ['X', 'Y'], true)
    fc.assert(
      fc.property(
        shape.chain((leaves) => {
          const cells = cube(leaves, ONE)
          return fc.tuple(fc.constant(cells), fc.shuffledSubarray(cells, { minLength: cells.length }))
        }),
        ([cells, shuffled]) => {
          const one = [...withhold(cells, sumsOf(ONE))].sort()
          assert.deepEqual([...withhold(shuffled, sumsOf(ONE))].sort(), one)
          const orgs = cells.map((cell) => ({ ...cell, personDevices: 0, personOwners: 0 }))
          assert.equal(withhold(orgs, sumsOf(ONE)).size, 0)
        },
      ),
    )
  })
})

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { count, noCounts } from '../../dashboard/src/state/counts.ts'
import {
  columnsOf,
  columnsQuery,
  type Filters,
  filterQuery,
  filtersOf,
  isFiltering,
  NO_FILTERS,
  partOf,
  sortingOf,
  sortingQuery,
} from '../../dashboard/src/state/view.ts'
import { SEVERITIES } from '../../dashboard/src/wire/alarm.ts'
import { DOMAINS, type Freshness } from '../../dashboard/src/wire/entity.ts'

const FRESHNESSES: readonly Freshness[] = ['fresh', 'late', 'silent']
const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}(\/L[1-3])?$/)
const setOf = <T>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { maxLength: 5 }).map((items) => new Set(items))
const anyFilters: fc.Arbitrary<Filters> = fc.record(
  {
    search: fc.string({ unit: 'grapheme' }),
    domains: setOf(fc.constantFrom(...DOMAINS)),
    freshnesses: setOf(fc.constantFrom(...FRESHNESSES)),
    types: setOf(name),
    disconnectedOnly: fc.boolean(),
    area: fc.option(fc.stringMatching(/^[0-9]{2,5}$/)),
    alarm: fc.option(fc.constantFrom(...SEVERITIES)),
  },
  { noNullPrototype: true },
)

/** As the address keeps it: parts that are null are not in it. */
const written = (query: Readonly<Record<string, string | null>>): URLSearchParams =>
  new URLSearchParams(
    new URLSearchParams(
      Object.entries(query).filter((part): part is [string, string] => part[1] !== null),
    ).toString(),
  )

describe('the address of the overview', () => {
  it('gives back the filters that it was made of', () =>
    fc.assert(
      fc.property(anyFilters, (filters) => {
        assert.deepEqual(filtersOf(written(filterQuery(filters))), filters)
      }),
    ))

  it('gives back order and columns', () =>
    fc.assert(
      fc.property(
        name,
        fc.boolean(),
        fc.uniqueArray(name, { maxLength: 5 }),
        (column, descending, columns) => {
          assert.deepEqual(sortingOf(written(sortingQuery({ column, descending }))), { column, descending })
          assert.deepEqual(columnsOf(written(columnsQuery(columns))), columns)
        },
      ),
    ))

  it('takes any text: what it does not know it leaves out', () =>
    fc.assert(
      fc.property(fc.webQueryParameters(), fc.dictionary(fc.string(), fc.string()), (text, more) => {
        const query = new URLSearchParams(text)
        for (const key of ['q', 'domain', 'state', 'type', 'session', 'area', 'alarm', 'sort', 'columns'])
          query.set(key, more[key] ?? text)
        const filters = filtersOf(query)
        assert.deepEqual(filtersOf(written(filterQuery(filters))), filters)
        assert.ok(columnsOf(query).length <= 5)
        sortingOf(query)
      }),
    ))

  it('is the same whatever the order of choosing, and empty without any choice', () => {
    const one = { ...NO_FILTERS, domains: new Set(['water', 'power'] as const) }
    const other = { ...NO_FILTERS, domains: new Set(['power', 'water'] as const) }
    assert.deepEqual(filterQuery(one), filterQuery(other))
    assert.equal(written(filterQuery(NO_FILTERS)).size, 0)
    assert.equal(isFiltering(NO_FILTERS), false)
    assert.equal(isFiltering(one), true)
  })

  it('names a view by its own parts alone', () => {
    const query = new URLSearchParams('entity=wm-1&sort=-id&domain=water,power&q=')
    assert.equal(partOf(query, ['q', 'domain', 'sort']), 'domain=water,power&sort=-id')
  })
})

describe('the counts at the filters', () => {
  const meter = { type: 'water-meter', domain: 'water', freshness: 'fresh', session: 'connected' } as const

  it('say of each choice what there would be with it alone in its group', () => {
    const wanted = { ...NO_FILTERS, domains: new Set(['power'] as const) }
    const counts = noCounts()
    assert.equal(count(meter, wanted, null, counts), false)
    assert.equal(count({ ...meter, type: 'feeder', domain: 'power' }, wanted, 'high', counts), true)
    assert.deepEqual([counts.all, counts.domains.water, counts.domains.power], [1, 1, 1])
    assert.deepEqual([...counts.types], [['feeder', 1]])
    assert.equal(counts.inAlarm, 1)
  })

  it('take an alarm of the wanted severity or a worse one', () => {
    const wanted = { ...NO_FILTERS, alarm: 'high' } as const
    const passes = ([null, ...SEVERITIES] as const).map((worst) => count(meter, wanted, worst, noCounts()))
    assert.deepEqual(passes, [false, false, false, true, true])
  })
})

import { computed } from '@preact/signals'
import { type PageName, route, setQuery } from './route.ts'
import {
  columnsOf,
  columnsQuery,
  type Filters,
  filterQuery,
  filtersOf,
  partOf,
  type Sorting,
  sortingOf,
  sortingQuery,
} from './view.ts'

const FILTER_KEYS = ['q', 'domain', 'state', 'type', 'session', 'area', 'alarm']
/** What of the address makes a view that is worth a name: not which entity is open. */
export const VIEW_KEYS = [...FILTER_KEYS, 'sort', 'columns', 'map', 'without']

const SHOWN_ON: ReadonlySet<PageName> = new Set(['overview', 'wall'])

/** What the address says of some parts of the map and the table. Only a change of these makes it anew. */
function part(keys: readonly string[]) {
  const text = computed(() => (SHOWN_ON.has(route.value.page) ? partOf(route.value.query, keys) : ''))
  return computed(() => new URLSearchParams(text.value))
}

const filterPart = part(FILTER_KEYS)
const sortPart = part(['sort'])
const columnsPart = part(['columns'])
const mapPart = part(['map', 'without'])

export const filters = computed(() => filtersOf(filterPart.value))
export const sorting = computed(() => sortingOf(sortPart.value))
export const columns = computed(() => columnsOf(columnsPart.value))

export const isMapShown = computed(() => mapPart.value.get('map') !== 'off')
/** Domains whose networks are not drawn. */
export const withoutNetworks = computed<ReadonlySet<string>>(
  () => new Set((mapPart.value.get('without') ?? '').split(',').filter(Boolean)),
)

export function change(to: {
  readonly filters?: Partial<Filters>
  readonly sorting?: Sorting
  readonly columns?: readonly string[]
}): void {
  setQuery({
    ...(to.filters && filterQuery({ ...filters.value, ...to.filters })),
    ...(to.sorting && sortingQuery(to.sorting)),
    ...(to.columns && columnsQuery(to.columns)),
  })
}

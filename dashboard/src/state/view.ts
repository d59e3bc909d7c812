import { FRESHNESSES } from '../marks/shapes.ts'
import { SEVERITIES, type Severity } from '../wire/alarm.ts'
import { DOMAINS, type Domain, type Freshness } from '../wire/entity.ts'

export interface Filters {
  readonly search: string
  /** Empty: all. */
  readonly domains: ReadonlySet<Domain>
  readonly freshnesses: ReadonlySet<Freshness>
  readonly types: ReadonlySet<string>
  readonly disconnectedOnly: boolean
  readonly area: string | null
  /** In alarm of this severity or a worse one; null: whether in alarm or not. */
  readonly alarm: Severity | null
}

/** `column` is one of the table's own, or the key of a quantity. */
export interface Sorting {
  readonly column: string
  readonly descending: boolean
}

export const NO_FILTERS: Filters = {
  search: '',
  domains: new Set(),
  freshnesses: new Set(),
  types: new Set(),
  disconnectedOnly: false,
  area: null,
  alarm: null,
}
const WORST_FIRST: Sorting = { column: 'badness', descending: false }
/** More would be too narrow to read. */
export const COLUMNS_MAX = 5

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(\/[A-Za-z0-9._-]{1,32})?$/
type Query = Readonly<Record<string, string | null>>

/** What the address says of it; what is not known there is left out. */
export function filtersOf(query: URLSearchParams): Filters {
  const disconnected = query.get('session') === 'disconnected'
  return {
    search: query.get('q') ?? '',
    domains: known(query, 'domain', DOMAINS),
    freshnesses: known(query, 'state', FRESHNESSES),
    types: new Set(names(query, 'type')),
    disconnectedOnly: disconnected,
    area: names(query, 'area')[0] ?? null,
    alarm: SEVERITIES.find((severity) => severity === query.get('alarm')) ?? null,
  }
}

/** The same filters give the same address, whatever the order in which they were chosen. */
export function filterQuery(filters: Filters): Query {
  return {
    q: filters.search === '' ? null : filters.search,
    domain: listed(DOMAINS.filter((domain) => filters.domains.has(domain))),
    state: listed(FRESHNESSES.filter((freshness) => filters.freshnesses.has(freshness))),
    type: listed([...filters.types].sort()),
    session: filters.disconnectedOnly ? 'disconnected' : null,
    area: filters.area,
    alarm: filters.alarm,
  }
}

/** `-lastSeen`: by that column, last first. */
export function sortingOf(query: URLSearchParams): Sorting {
  const text = query.get('sort') ?? ''
  const column = text.replace(/^-/, '')
  return NAME.test(column) ? { column, descending: text.startsWith('-') } : WORST_FIRST
}

export function sortingQuery({ column, descending }: Sorting): Query {
  const isUsual = column === WORST_FIRST.column && descending === WORST_FIRST.descending
  return { sort: isUsual ? null : `${descending ? '-' : ''}${column}` }
}

/** Keys of the quantities that are columns; empty: the main ones of each entity. */
export const columnsOf = (query: URLSearchParams): readonly string[] =>
  [...new Set(names(query, 'columns'))].slice(0, COLUMNS_MAX)

export const columnsQuery = (columns: readonly string[]): Query => ({ columns: listed(columns) })

export const isFiltering = (filters: Filters): boolean =>
  Object.values(filterQuery(filters)).some((part) => part !== null)

/** Only these parts of the address, always in this order. */
export function partOf(query: URLSearchParams, keys: readonly string[]): string {
  const part = new URLSearchParams()
  for (const key of keys) {
    const value = query.get(key)
    if (value !== null && value !== '') part.set(key, value)
  }
  return part.toString().replace(/%(2C|2F)/g, decodeURIComponent)
}

function names(query: URLSearchParams, key: string): string[] {
  return (query.get(key) ?? '').split(',').filter((name) => NAME.test(name))
}

function known<T extends string>(query: URLSearchParams, key: string, all: readonly T[]): ReadonlySet<T> {
  const named = names(query, key)
  return new Set(all.filter((one) => named.includes(one)))
}

const listed = (items: readonly string[]): string | null => (items.length === 0 ? null : items.join(','))

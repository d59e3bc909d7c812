import { signal } from '@preact/signals'

const PAGES = [
  'overview',
  'alarms',
  'rules',
  'entities',
  'replay',
  'indicator',
  'inputs',
  'wall',
  'system',
] as const
export type PageName = (typeof PAGES)[number]

export interface Route {
  readonly page: PageName
  /** Of `entities`: which one. */
  readonly id: string | null
  /** What the page shows of it all: filters, order, window. */
  readonly query: URLSearchParams
}

type Query = Readonly<Record<string, string | null>>

/** Kept in the address (`#/alarms?severity=high`), so that back, reload, bookmarks and links to a view work. */
export const route = signal<Route>(routeOf(location.hash))
addEventListener('hashchange', () => {
  route.value = routeOf(location.hash)
})

export function addressOf(page: PageName, id: string | null = null, query: Query = {}): string {
  const path = page === 'overview' ? '' : id === null ? page : `${page}/${encodeURIComponent(id)}`
  const params = filled(new URLSearchParams(), query)
  if (params.size === 0) return `#/${path}`
  // These need no escape here, and an address is also read by people.
  return `#/${path}?${params.toString().replace(/%(2C|2F|3A)/g, decodeURIComponent)}`
}

export function go(page: PageName, id: string | null = null, query: Query = {}): void {
  location.hash = addressOf(page, id, query)
}

/** Changes what the address says of the page that is shown; null takes a part away. No new step for the back button. */
export function setQuery(change: Query): void {
  const { page, id, query } = route.value
  const next = filled(new URLSearchParams(query), change)
  if (next.toString() === query.toString()) return
  history.replaceState(null, '', addressOf(page, id, Object.fromEntries(next)))
  route.value = { page, id, query: next }
}

function filled(params: URLSearchParams, query: Query): URLSearchParams {
  for (const [name, value] of Object.entries(query))
    if (value === null) params.delete(name)
    else params.set(name, value)
  return params
}

function routeOf(hash: string): Route {
  const [, name, id, query = ''] = /^#\/([a-z]*)(?:\/([A-Za-z0-9._-]+))?(?:\?(.*))?$/.exec(hash) ?? []
  const page = PAGES.find((known) => known === name) ?? 'overview'
  return { page, id: id ?? null, query: new URLSearchParams(query) }
}

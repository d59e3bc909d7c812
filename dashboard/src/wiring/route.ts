import { signal } from '@preact/signals'

export const TABS = ['devices', 'try', 'rejections', 'refused'] as const
type Tab = (typeof TABS)[number]

export interface Route {
  readonly tab: Tab | 'add'
  /** Of `devices`: the chosen device. */
  readonly id: string | null
}

/** Kept in the address (`#/devices/wm-1`), so that back, reload and bookmarks work. */
export const route = signal<Route>(routeOf(location.hash))
addEventListener('hashchange', () => {
  route.value = routeOf(location.hash)
})

export function addressOf(tab: Route['tab'], id: string | null = null): string {
  return id === null ? `#/${tab}` : `#/${tab}/${encodeURIComponent(id)}`
}

export function go(tab: Route['tab'], id: string | null = null): void {
  location.hash = addressOf(tab, id)
}

function routeOf(hash: string): Route {
  const [, name, id] = /^#\/([a-z]+)(?:\/([A-Za-z0-9._-]+))?$/.exec(hash) ?? []
  const tab = name === 'add' ? 'add' : (TABS.find((known) => known === name) ?? 'devices')
  return { tab, id: id ?? null }
}

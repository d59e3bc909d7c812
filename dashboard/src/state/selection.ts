import { computed } from '@preact/signals'
import { route, setQuery } from './route.ts'

/** The entity whose panel is open in the overview; in the address, so that a link shows it too. */
export const selectedId = computed<string | null>(() => {
  const { page, query } = route.value
  return page === 'overview' ? query.get('entity') : null
})
let openedFrom: Element | null = null

export function openEntity(id: string): void {
  if (selectedId.value === null) openedFrom = document.activeElement
  setQuery({ entity: id })
}

/** Closes the panel and gives the focus back to where it was opened from. */
export function closeEntity(): void {
  setQuery({ entity: null })
  if (openedFrom instanceof HTMLElement && openedFrom.isConnected) openedFrom.focus()
  openedFrom = null
}

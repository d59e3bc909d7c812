import { signal } from '@preact/signals'

/** The entity whose panel is open. */
export const selectedId = signal<string | null>(null)
let openedFrom: Element | null = null

export function openEntity(id: string): void {
  if (selectedId.value === null) openedFrom = document.activeElement
  selectedId.value = id
}

/** Closes the panel and gives the focus back to where it was opened from. */
export function closeEntity(): void {
  selectedId.value = null
  if (openedFrom instanceof HTMLElement && openedFrom.isConnected) openedFrom.focus()
  openedFrom = null
}

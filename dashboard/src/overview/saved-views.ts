import { signal } from '@preact/signals'
import { readViews, type SavedView } from './views.ts'

const KEY = 'plumbline.views'

export const savedViews = signal<readonly SavedView[]>(readViews(null))

/** Reads what this browser keeps, and follows what another tab of it changes; until the returned function is called. */
export function keepViews(): () => void {
  const read = (): void => {
    savedViews.value = readViews(stored())
  }
  const onStorage = (event: StorageEvent): void => {
    if (event.key === KEY) read()
  }
  read()
  addEventListener('storage', onStorage)
  return () => removeEventListener('storage', onStorage)
}

export function changeViews(views: readonly SavedView[]): void {
  savedViews.value = views
  // A kiosk browser may forbid storage: then they last as long as the page.
  try {
    localStorage.setItem(KEY, JSON.stringify(views))
  } catch {}
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

import { signal } from '@preact/signals'
import { get, RequestError } from '../wire/client.ts'
import type { Page } from '../wire/entity.ts'
import type { Feed } from './features.ts'

const PAGE_ITEMS = 10_000
/** Networks are built, not measured: they change seldom. */
const REFRESH_MS = 300_000
const RETRY_MS = 10_000

/** Who feeds whom. */
export const feeds = signal<readonly Feed[]>([])

/** Loads them, and again now and then, until the returned function is called. */
export function followRelations(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const load = async (): Promise<void> => {
    let waitMs = REFRESH_MS
    try {
      const all = await loadAll()
      if (!isOver && !isSame(feeds.peek(), all)) feeds.value = all
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      waitMs = RETRY_MS
    }
    if (!isOver) timer = setTimeout(() => void load(), waitMs)
  }
  void load()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

async function loadAll(): Promise<readonly Feed[]> {
  const all: Feed[] = []
  let cursor: string | undefined
  do {
    const page: Page<Feed> = await get('/relations', {
      kind: 'feeds',
      limit: PAGE_ITEMS,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { from, to } of page.items) all.push({ from, to })
    cursor = page.next
  } while (cursor !== undefined)
  return all
}

const isSame = (a: readonly Feed[], b: readonly Feed[]): boolean =>
  a.length === b.length && a.every(({ from, to }, i) => from === b[i]?.from && to === b[i]?.to)

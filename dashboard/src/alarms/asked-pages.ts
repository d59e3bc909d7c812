import { signal } from '@preact/signals'
import { forgetAlarm, receiveAlarm } from '../state/alarms.ts'
import { errorText } from '../state/asked.ts'
import type { Alarm } from '../wire/alarm.ts'
import { get, RequestError } from '../wire/client.ts'
import type { Page } from '../wire/entity.ts'
import { type Loaded, NOTHING_LOADED, withAlarm, without, withPage } from './known-alarms.ts'

const FIRST_PAGE = 200
const LATER_PAGE = 1_000
const AGAIN_MS = 30_000

/** What the stream does not tell: alarms that were over before the page was opened. */
export const loaded = signal<Loaded>(NOTHING_LOADED)
export const loadFault = signal<string | null>(null)
export const isLoadingMore = signal(false)
let asking = ''

/** Keeps the newest page of what is asked for, until the returned function is called. */
export function followPages(request: string): () => void {
  asking = request
  loaded.value = NOTHING_LOADED
  let timer: ReturnType<typeof setTimeout> | undefined
  const follow = async (): Promise<void> => {
    await ask(request, { limit: FIRST_PAGE })
    if (asking === request) timer = setTimeout(() => void follow(), AGAIN_MS)
  }
  void follow()
  return () => {
    asking = ''
    clearTimeout(timer)
  }
}

export async function loadMore(): Promise<void> {
  const { from, next } = loaded.value
  if (isLoadingMore.value || next === null) return
  isLoadingMore.value = true
  await ask(asking, { limit: LATER_PAGE, older: { before: from, cursor: next } })
  isLoadingMore.value = false
}

interface Part {
  readonly limit: number
  readonly older?: { readonly before: number; readonly cursor: string }
}

async function ask(request: string, { limit, older }: Part): Promise<void> {
  const cursor = older === undefined ? '' : `&cursor=${encodeURIComponent(older.cursor)}`
  try {
    const page = await get<Page<Alarm>>(`/alarms?${request}&limit=${limit}${cursor}`)
    if (asking !== request) return
    loaded.value = withPage(loaded.value, page, older?.before)
    loadFault.value = null
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (asking === request) loadFault.value = errorText(error)
  }
}

/** As a change was answered. */
export function learn(alarm: Alarm): void {
  receiveAlarm(alarm)
  loaded.value = withAlarm(loaded.value, alarm)
}

export function unlearn(id: number): void {
  forgetAlarm(id)
  loaded.value = without(loaded.value, id)
}

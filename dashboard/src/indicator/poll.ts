import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { get, type Query } from '../wire/client.ts'

export type Polled<T> =
  | { readonly at: 'waiting' }
  | { readonly at: 'failed' }
  | { readonly at: 'loaded'; readonly body: T }

const REFRESH_MS = 60_000
const RETRY_MS = 10_000

/** Asks every minute. What was loaded stays when a later request fails: it carries its own date. */
export function usePolled<T>(path: string, query: Query, on = true): Signal<Polled<T>> {
  const polled = useSignal<Polled<T>>({ at: 'waiting' })
  useEffect(() => {
    if (!on) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const ask = async (): Promise<void> => {
      const body = await get<T>(path, query).catch(() => null)
      if (gone) return
      if (body !== null) polled.value = { at: 'loaded', body }
      else if (polled.value.at === 'waiting') polled.value = { at: 'failed' }
      timer = setTimeout(() => void ask(), body === null ? RETRY_MS : REFRESH_MS)
    }
    void ask()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [on])
  return polled
}

import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../text/messages.ts'
import { get, RequestError } from '../wire/client.ts'

export interface Asked<T> {
  readonly body: T | null
  readonly error: RequestError | null
}

/** The answer of a GET, asked again when `path` or `version` changes, and every `everyMs` if given. What was loaded stays
 *  while it is asked again. `path` null: nothing is asked. */
export function useAsked<T>(path: string | null, version: unknown = 0, everyMs = 0): Signal<Asked<T>> {
  const asked = useSignal<Asked<T>>({ body: null, error: null })
  useEffect(() => {
    if (path === null) return undefined
    let gone = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      try {
        const body = await get<T>(path)
        if (!gone) asked.value = { body, error: null }
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
        if (!gone) asked.value = { body: asked.value.body, error }
        // What is not there now will not come while the page is open.
        if (error.status === 404) return
      }
      if (!gone && everyMs > 0) timer = setTimeout(() => void ask(), everyMs)
    }
    void ask()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [path, version, everyMs])
  return asked
}

/** What a person can do with a refusal. */
export function errorText(error: RequestError): string {
  if (error.status === 0) return t('error.unreachable')
  return t('error.refused', { detail: error.detail ?? error.message, code: error.code })
}

/** Runs a change; gives the text of its refusal, or null when it went through. */
export async function attempt(change: () => Promise<unknown>): Promise<string | null> {
  try {
    await change()
    return null
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return errorText(error)
  }
}

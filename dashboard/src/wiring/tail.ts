import { type ReadonlySignal, signal } from '@preact/signals'
import { stillSignedIn } from '../state/sign-in.ts'
import type { Message } from './wire.ts'

const MESSAGES_MAX = 200
const RETRY_MS = 3_000

export interface Tail {
  /** Newest first, at most 200. */
  readonly messages: ReadonlySignal<readonly Message[]>
  /** Came while the view was paused; shown once it goes on. */
  readonly heldBack: ReadonlySignal<number>
  readonly paused: ReadonlySignal<boolean>
  readonly state: ReadonlySignal<'connecting' | 'live' | 'lost'>
  pause(on: boolean): void
  clear(): void
  close(): void
}

/** Follows the messages of one device until it is closed. */
export function followMessages(device: string): Tail {
  const messages = signal<readonly Message[]>([])
  const held = signal<readonly Message[]>([])
  const heldBack = signal(0)
  const paused = signal(false)
  const state = signal<'connecting' | 'live' | 'lost'>('connecting')
  // A new connection tells the last messages again. After a restart of the platform the numbers begin anew.
  const seen = new Set<string>()
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const take = (message: Message): void => {
    const key = `${message.seq} ${message.receivedAt}`
    if (seen.has(key)) return
    seen.add(key)
    for (const oldest of seen) {
      if (seen.size <= 2 * MESSAGES_MAX) break
      seen.delete(oldest)
    }
    const into = paused.value ? held : messages
    into.value = [message, ...into.value].slice(0, MESSAGES_MAX)
    if (paused.value) heldBack.value++
  }
  const open = (): void => {
    source = new EventSource(`/api/v1/devices/${encodeURIComponent(device)}/messages`)
    source.onopen = () => {
      state.value = 'live'
    }
    source.addEventListener('message', (event: MessageEvent<string>) => take(JSON.parse(event.data)))
    source.onerror = () => void lost()
  }
  // While it is CONNECTING the browser tries again by itself.
  const lost = async (): Promise<void> => {
    state.value = 'lost'
    if (source?.readyState !== EventSource.CLOSED || closed || !(await stillSignedIn()) || closed) return
    clearTimeout(retry)
    retry = setTimeout(open, RETRY_MS)
  }
  open()
  return {
    messages,
    heldBack,
    paused,
    state,
    pause(on) {
      paused.value = on
      if (on) return
      messages.value = [...held.value, ...messages.value].slice(0, MESSAGES_MAX)
      held.value = []
      heldBack.value = 0
    },
    clear() {
      messages.value = []
      held.value = []
      heldBack.value = 0
    },
    close() {
      closed = true
      clearTimeout(retry)
      source?.close()
    },
  }
}

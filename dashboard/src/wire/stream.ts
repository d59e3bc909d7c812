import type { Alarm } from './alarm.ts'
import type { Command } from './command.ts'
import type { Entity } from './entity.ts'

export type StreamState = 'connecting' | 'live' | 'stale'

export interface StreamListener {
  /** A connection without memory of the one before is made: everything is told anew. */
  restart(): void
  /** The state of some entities, or the change of one. */
  entities(items: readonly Entity[]): void
  /** A connection opened, a resumed one too: what is said of alarms and commands from here to the end of the snapshot is all
   *  there is of them. */
  opened(): void
  alarm(alarm: Alarm): void
  command(command: Command): void
  /** All of the snapshot is in; true if what it did not name no longer exists. */
  snapshotEnd(whole: boolean): void
  reset(): void
  ping(serverTimeMs: number): void
  /** `sinceMs` is the time of the last event, once there was one. */
  state(state: StreamState, sinceMs: number | null): void
  /** The server refused the stream; answers whether trying again makes sense. */
  refused(): Promise<boolean>
}

/** The server says something every 5 s; after this long a silent socket is as good as broken. */
const SILENCE_MAX_MS = 15_000
const BACKOFF_MIN_MS = 1_000
const BACKOFF_MAX_MS = 30_000
const CHECK_MS = 1_000

/** Follows `GET /stream` until the returned function is called. */
export function followStream(listener: StreamListener): () => void {
  let source: EventSource | null = null
  let state: StreamState = 'connecting'
  let lastEventMs: number | null = null
  let openedMs = 0
  let attempts = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const enter = (next: StreamState): void => {
    if (next === state) return
    state = next
    listener.state(state, lastEventMs)
  }
  const heard = (): void => {
    lastEventMs = Date.now()
    attempts = 0
    enter('live')
  }
  const open = (): void => {
    source?.close()
    openedMs = Date.now()
    source = connect(listener, heard)
    source.onerror = () => void lost()
  }
  const lost = async (): Promise<void> => {
    if (lastEventMs !== null) enter('stale')
    // In CONNECTING the browser tries again by itself and sends Last-Event-ID; only CLOSED is ours to mend.
    if (source?.readyState !== EventSource.CLOSED || closed) return
    const again = await listener.refused()
    if (closed || !again) return
    clearTimeout(retry)
    retry = setTimeout(open, backoffMs(attempts++))
  }
  const check = (): void => {
    const nowMs = Date.now()
    if (lastEventMs !== null && nowMs - lastEventMs > SILENCE_MAX_MS) enter('stale')
    const quietSinceMs = Math.max(lastEventMs ?? 0, openedMs)
    const halfOpen = source?.readyState === EventSource.OPEN && nowMs - quietSinceMs > SILENCE_MAX_MS
    if (halfOpen) open()
  }

  open()
  const timer = setInterval(check, CHECK_MS)
  return () => {
    closed = true
    clearInterval(timer)
    clearTimeout(retry)
    source?.close()
  }
}

function connect(listener: StreamListener, heard: () => void): EventSource {
  const source = new EventSource('/api/v1/stream')
  // Only the first snapshot of this connection is whole: a resumed one holds changes alone.
  let whole = true
  source.addEventListener('open', () => listener.restart(), { once: true })
  source.addEventListener('open', () => listener.opened())
  const on = <T>(type: string, take: (body: T) => void): void => {
    source.addEventListener(type, (event: MessageEvent<string>) => {
      heard()
      take(JSON.parse(event.data) as T)
    })
  }
  on<{ items: readonly Entity[] }>('snapshot', ({ items }) => {
    listener.entities(items)
    listener.snapshotEnd(false)
  })
  on<object>('snapshot-end', () => {
    listener.snapshotEnd(whole)
    whole = false
  })
  on<Entity>('twin', (entity) => listener.entities([entity]))
  on<Alarm>('alarm', (alarm) => listener.alarm(alarm))
  on<Command>('command', (command) => listener.command(command))
  on<object>('reset', () => listener.reset())
  on<{ time?: string }>('ping', ({ time }) =>
    listener.ping(time === undefined ? Number.NaN : Date.parse(time)),
  )
  return source
}

/** Doubling, with jitter, so that a wall of screens does not come back in the same second. */
function backoffMs(attempts: number): number {
  const ceilingMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempts)
  return ceilingMs * (0.5 + Math.random() / 2)
}

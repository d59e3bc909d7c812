import type { Log, SessionEvent } from '../core/ports.ts'
import type { Db } from './db.ts'
import { insertSessionEvents } from './sessions.ts'

const WAITING_MAX = 100_000
const FLUSH_MS = 200
const RETRY_MS_MIN = 1000
const RETRY_MS_MAX = 10_000
const TIMEOUT_MS = 10_000

/** Writes session events in batches, so that a storm of reconnects is a few statements. */
export class SessionWriter {
  readonly #db: Db
  readonly #log: Log
  #waiting: SessionEvent[] = []
  #timer: NodeJS.Timeout | null = null
  #retryMs = RETRY_MS_MIN
  #flushing: Promise<void> | null = null

  constructor(db: Db, log: Log) {
    this.#db = db
    this.#log = log
  }

  add(event: SessionEvent): void {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#log.warn(
        { device: event.device, kind: event.kind },
        'too many session events are waiting for the database; this one is only in the log',
      )
      return
    }
    this.#waiting.push(event)
    if (this.#flushing === null) this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS)
  }

  /** One at a time: a database that hangs must not be given all connections to hang on. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null
      const isFailing = this.#retryMs > RETRY_MS_MIN
      if (this.#waiting.length > 0)
        this.#timer ??= setTimeout(() => void this.flush(), isFailing ? this.#retryMs : FLUSH_MS)
    })
    return this.#flushing
  }

  async #flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const events = this.#waiting
    if (events.length === 0) return
    this.#waiting = []
    try {
      await this.#db.transaction((tx) => insertSessionEvents(tx, events), { timeoutMs: TIMEOUT_MS })
      this.#retryMs = RETRY_MS_MIN
    } catch (error) {
      // Said once: an outage of an hour is one line.
      const isNews = this.#retryMs === RETRY_MS_MIN
      const text = 'session events were not written; they are tried again until they are'
      this.#log[isNews ? 'warn' : 'debug']({ err: error, events: events.length }, text)
      this.#waiting = [...events, ...this.#waiting]
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
    }
  }
}

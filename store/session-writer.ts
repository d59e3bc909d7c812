import type { Log, SessionEvent } from '../core/ports.ts'
import type { Db } from './db.ts'
import { insertSessionEvents } from './sessions.ts'

const WAITING_MAX = 100_000
const FLUSH_MS = 200
const RETRY_MS = 1000

/** Writes session events in batches, so that a storm of reconnects is a few statements. */
export class SessionWriter {
  readonly #db: Db
  readonly #log: Log
  #waiting: SessionEvent[] = []
  #timer: NodeJS.Timeout | null = null

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
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS)
  }

  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const events = this.#waiting
    if (events.length === 0) return
    this.#waiting = []
    try {
      await this.#db.transaction((tx) => insertSessionEvents(tx, events))
    } catch (error) {
      this.#log.warn(
        { err: error, events: events.length },
        'session events were not written; they are tried again',
      )
      this.#waiting = [...events, ...this.#waiting]
      this.#timer ??= setTimeout(() => void this.flush(), RETRY_MS)
      this.#timer.unref()
    }
  }
}

import type { Log } from '../core/ports.ts'
import { type Micros, microsNow } from '../core/time.ts'
import { within } from '../core/within.ts'
import { type AuditEntry, appendAudit } from './audit.ts'
import type { Db } from './db.ts'
import { dispositionOf } from './db-errors.ts'

const WAITING_MAX = 2000
const BATCH_MAX = 500
const WAIT_MS = 5000
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 10_000

export type NewAuditEntry = Omit<AuditEntry, 'time'> & { readonly time?: Micros }

interface Waiting {
  readonly entry: AuditEntry
  settle(isWritten: boolean): void
}

/** Writes the audit log: one transaction at a time, which takes all that has come meanwhile. */
export class Audit {
  readonly #db: Db
  readonly #log: Log
  #waiting: Waiting[] = []
  #batchMax = BATCH_MAX
  #flushing: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #retryMs = RETRY_MS_MIN

  constructor(db: Db, log: Log) {
    this.#db = db
    this.#log = log
  }

  /** True once the entry is committed. False: not yet, and the caller must say so to whom it concerns; it is tried again until
   *  it is written, the process ends, or too many wait (then it is in the log of the platform alone). */
  async record({ time = microsNow(), ...rest }: NewAuditEntry): Promise<boolean> {
    const entry = { ...rest, time }
    if (this.#waiting.length >= WAITING_MAX) {
      this.#log.error({ audit: entry }, 'too many audit records wait for the database; this one is only here')
      return false
    }
    const written = new Promise<boolean>((settle) => this.#waiting.push({ entry, settle }))
    void this.flush()
    return (await within(written, WAIT_MS)) === true
  }

  /** Writes what waits. What cannot be written now waits on. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null
      // It may have come between the last look and this.
      if (this.#waiting.length > 0 && this.#timer === null) void this.flush()
    })
    return this.#flushing
  }

  /** Writes what it can; what it cannot is at least in the log of the platform. */
  async close(ms: number): Promise<void> {
    await within(this.flush(), ms)
    if (this.#timer) clearTimeout(this.#timer)
    for (const { entry } of this.#waiting) this.#log.error({ audit: entry }, 'this audit record is only here')
  }

  async #flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#batchMax)
      try {
        const entries = batch.map(({ entry }) => entry)
        await this.#db.transaction((tx) => appendAudit(tx, entries), { ahead: true, timeoutMs: WAIT_MS })
      } catch (error) {
        if (this.#givesUp(batch, error)) return
        continue
      }
      this.#done(batch, true)
      this.#retryMs = RETRY_MS_MIN
      this.#batchMax = BATCH_MAX
    }
  }

  /** False: go on with a smaller batch, or without the one entry that the database does not take. */
  #givesUp(batch: readonly Waiting[], error: unknown): boolean {
    if (dispositionOf(error) === 'retry') {
      const isNews = this.#retryMs === RETRY_MS_MIN
      const text = 'audit records were not written; they are tried again until they are'
      this.#log[isNews ? 'error' : 'debug']({ err: error, records: this.#waiting.length }, text)
      for (const { settle } of this.#waiting) settle(false)
      this.#timer = setTimeout(() => void this.flush(), this.#retryMs).unref()
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
      return true
    }
    if (batch.length > 1) this.#batchMax = 1
    else {
      const audit = batch[0]?.entry
      this.#log.error({ err: error, audit }, 'the database refuses this audit record; it is only here')
      this.#done(batch, false)
    }
    return false
  }

  #done(batch: readonly Waiting[], isWritten: boolean): void {
    this.#waiting = this.#waiting.slice(batch.length)
    for (const { settle } of batch) settle(isWritten)
  }
}

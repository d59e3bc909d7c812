import { setTimeout as delay } from 'node:timers/promises'
import type { Observation, Outcome } from '../core/message.ts'
import type { IngestMetrics, Log } from '../core/ports.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import type { Queryable } from '../store/db.ts'
import { dispositionOf } from '../store/db-errors.ts'
import { type CommitContext, type Committed, commit, type Work } from './commit.ts'

/** One message that waits for its commit. */
export interface Entry extends Work {
  /** Rows it is likely to become. */
  readonly rows: number
  readonly bytes: number
  /** Told once, when what became of the message is durable. */
  settle(outcome: Outcome): void
}

export interface LaneParts {
  readonly context: CommitContext
  readonly metrics: IngestMetrics
  readonly log: Log
  onStored(observations: readonly Observation[]): void
  /** Commands of these ids were answered, and the answers are committed. */
  onAnswered(commands: readonly string[]): void
  onFatal(error: unknown): void
}

export interface LaneSettings {
  readonly name: 'live' | 'backfill' | 'spool'
  /** Before waiting reads (embedded). */
  readonly ahead: boolean
  /** Every reading is likely to need a look first. */
  readonly isCareful: boolean
  /** How long one try may take (server). */
  timeoutMs(): number | undefined
  /** Asked before each try: true when the entries were taken elsewhere and are settled. `failingMs`: for how long they could
   *  not be committed, null before the first try. */
  elsewhere?(entries: readonly Entry[], failingMs: number | null): Promise<boolean>
  /** The database has taken a batch. */
  onCommitted?(): void
  /** What else must happen in the transaction that commits these entries. */
  within?(tx: Queryable, entries: readonly Entry[]): Promise<void>
}

/** Thrown by `within` or `elsewhere`: the entries are not to be tried again. */
export class LaneEnd extends Error {}

const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 1000
const SLOW_COMMIT_MS = 2000

/** A way to the database: commits batches one after another, tries again what can be mended by waiting, and sets apart what
 *  the database refuses. */
export class Lane {
  readonly #parts: LaneParts
  readonly #settings: LaneSettings
  /** A repetition seldom comes alone: after one, the next batch is looked up before it is tried. */
  #expectsRepetitions = false

  constructor(parts: LaneParts, settings: LaneSettings) {
    this.#parts = parts
    this.#settings = settings
  }

  /** Settles every entry; rejects only with a LaneEnd. A batch that the database cannot take is tried until it
   *  can, or until it is taken elsewhere. */
  async commit(entries: readonly Entry[]): Promise<void> {
    const { log } = this.#parts
    const startedAt = performance.now()
    let failingMs: number | null = null
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      if (await this.#settings.elsewhere?.(entries, failingMs)) return
      try {
        return await this.#try(entries)
      } catch (error) {
        if (error instanceof LaneEnd) throw error
        const disposition = dispositionOf(error)
        if (disposition === 'fatal') return this.#end(error)
        if (disposition === 'reject') return this.#commitApart(entries, error)
        // Said once a batch: an outage of an hour is one line.
        log[failingMs === null ? 'warn' : 'debug'](
          { err: error, lane: this.#settings.name, messages: entries.length, retryMs: waitMs },
          'the database did not commit a batch; it is tried again until it does',
        )
        await delay(waitMs)
        failingMs = performance.now() - startedAt
      }
    }
  }

  async #try(entries: readonly Entry[]): Promise<void> {
    const { context, metrics, log } = this.#parts
    const { ahead, isCareful, within, name } = this.#settings
    const timeoutMs = this.#settings.timeoutMs()
    const startedAt = performance.now()
    const { committed, wasCareful } = await commit(entries, context, {
      ahead,
      isCareful: isCareful || this.#expectsRepetitions,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(within ? { within: (tx: Queryable) => within(tx, entries) } : {}),
    })
    this.#settings.onCommitted?.()
    this.#expectsRepetitions = wasCareful && committed.some(({ duplicates }) => duplicates.length > 0)
    const ms = performance.now() - startedAt
    let rows = 0
    for (const entry of entries) rows += entry.rows
    metrics.commit(ms / 1000, rows)
    if (ms > SLOW_COMMIT_MS)
      log.warn({ ms: Math.round(ms), rows, lane: name }, 'a commit was slow; acknowledgements waited for it')
    this.#settle(entries, committed)
  }

  /** The database refused a value: halves the batch until the message at fault stands alone, and records that one. */
  async #commitApart(entries: readonly Entry[], error: unknown): Promise<void> {
    const [only] = entries
    if (only && entries.length === 1) {
      // A refusal of the record of a refusal has no cure: stop rather than lose it.
      if (only.observations.length === 0) return this.#end(error)
      const detail = `SQLSTATE ${(error as { code?: string }).code ?? 'unknown'}`
      const refused = only.observations.map(
        ({ path }): RejectionItem => ({ path, code: 'refused_by_database', detail }),
      )
      return this.commit([{ ...only, observations: [], rejections: [...only.rejections, ...refused] }])
    }
    const middle = Math.ceil(entries.length / 2)
    await this.commit(entries.slice(0, middle))
    await this.commit(entries.slice(middle))
  }

  /** The process must end, and the entries stay unsettled: never to be taken for committed meanwhile. */
  #end(error: unknown): Promise<never> {
    this.#parts.onFatal(error)
    return new Promise(() => {})
  }

  #settle(entries: readonly Entry[], committed: readonly Committed[]): void {
    const { metrics, onStored, onAnswered } = this.#parts
    const known: Observation[] = []
    const answered: string[] = []
    let stored = 0
    let duplicate = 0
    let rejected = 0
    for (const result of committed) {
      stored += result.stored.length
      duplicate += result.duplicates.length
      rejected += result.rejections.length
      for (const observation of result.stored) known.push(observation)
      // They may be news to the twins: of a commit whose answer was lost they are all that is heard.
      for (const observation of result.duplicates) known.push(observation)
      for (const { code } of result.rejections) metrics.rejected(code, 1)
      if (result.answered === undefined) continue
      answered.push(result.answered)
      metrics.ignored('command_reply', 1)
    }
    // received = stored + duplicate + rejected: all four move together, when the outcome is known.
    metrics.received(stored + duplicate + rejected)
    metrics.stored(stored)
    metrics.duplicate(duplicate)
    if (known.length > 0) onStored(known)
    if (answered.length > 0) onAnswered(answered)
    for (let i = 0; i < entries.length; i++) {
      const { stored, duplicates, rejections } = committed[i] as Committed
      entries[i]?.settle({ stored: stored.length, duplicate: duplicates.length, rejections })
    }
  }
}

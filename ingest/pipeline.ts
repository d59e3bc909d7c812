import type { IgnoreReason, Message, Observation } from '../core/message.ts'
import type { Ingest, IngestMetrics, Log, Take } from '../core/ports.ts'
import { DAY_US } from '../core/time.ts'
import type { Db } from '../store/db.ts'
import type { Registry } from '../store/registry.ts'
import type { SeriesIndex } from '../store/series.ts'
import type { Spool } from '../store/spool.ts'
import { Batcher, type BatchLimits } from './batcher.ts'
import { isLate } from './commit.ts'
import { KnownActivity } from './known-activity.ts'
import { type Entry, Lane, type LaneParts } from './lane.ts'
import { Preparation, type Prepared } from './prepare.ts'
import { PATIENT_TIMEOUT_MS, Spooling } from './spooling.ts'

export interface PipelineSettings {
  readonly retentionDays: number
  readonly lateDays: number
  /** Bytes accepted and not yet committed; past it `isFull`. */
  readonly pendingBytesMax: number
  readonly batch: BatchLimits
  /** A batch that the database has not committed for so long goes to the spool. */
  readonly spoolAfterMs: number
}

export interface PipelineParts {
  readonly db: Db
  readonly registry: Registry
  readonly series: SeriesIndex
  /** Where messages wait, durably, while the database is away; null: they are not acknowledged meanwhile. */
  readonly spool: Spool | null
  readonly metrics: IngestMetrics
  readonly log: Log
  /** Called with what is stored, or is safe in the spool, before its acknowledgement. */
  onStored(observations: readonly Observation[]): void
  /** The database said something that no retry can mend: the process must end, unacknowledged. */
  onFatal(error: unknown): void
}

// An entry costs more than its payload: objects, closures, rows. Measured, rounded up.
const ENTRY_OVERHEAD_BYTES = 1024
/** A backfill must not hold the one connection of the embedded database, or the locks of a server, for long. */
const BACKFILL_ROWS_MAX = 1000

/** decode ▸ check ▸ batch ▸ commit. The one way in for readings. */
export class Pipeline {
  readonly #parts: PipelineParts
  readonly #settings: PipelineSettings
  readonly #preparation: Preparation
  readonly #live: Batcher<Entry>
  readonly #backfill: Batcher<Entry>
  readonly #lateUs: number
  /** Null: no spool. */
  readonly spooling: Spooling | null
  #pendingBytes = 0
  #isClosed = false

  constructor(parts: PipelineParts, settings: PipelineSettings) {
    this.#parts = parts
    this.#settings = settings
    this.#lateUs = settings.lateDays * DAY_US
    this.#preparation = new Preparation(parts.registry, settings.retentionDays)
    const { db, series, metrics, log, onStored, onFatal } = parts
    const context = { db, series, lateUs: this.#lateUs, knownActivity: new KnownActivity() }
    const laneParts: LaneParts = { context, metrics, log, onStored, onFatal }
    this.spooling =
      parts.spool && new Spooling(parts.spool, this.#preparation, laneParts, settings.spoolAfterMs)
    const patient = { timeoutMs: () => PATIENT_TIMEOUT_MS }
    const live = new Lane(laneParts, {
      name: 'live',
      ahead: true,
      isCareful: false,
      ...(this.spooling?.live ?? patient),
    })
    const backfill = new Lane(laneParts, {
      name: 'backfill',
      ahead: false,
      isCareful: true,
      ...(this.spooling?.backfill ?? patient),
    })
    const { rowsMax, ageMsMax } = settings.batch
    // The embedded database has one connection.
    const limits = db.kind === 'server' ? settings.batch : { rowsMax, ageMsMax }
    this.#live = new Batcher<Entry>(limits, (entries) => live.commit(entries))
    this.#backfill = new Batcher<Entry>({ rowsMax: BACKFILL_ROWS_MAX, ageMsMax }, (entries) =>
      backfill.commit(entries),
    )
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  isFull = (): boolean => this.#pendingBytes >= this.#settings.pendingBytesMax

  /** What this resolves to is durable. While nothing can be committed it stays pending. */
  ingest: Ingest = (message) => {
    if (this.#isClosed) return Promise.reject(new Error('the platform is stopping'))
    return new Promise((settle) => this.#add(message, settle))
  }

  take: Take = (message, done) => {
    if (this.#isClosed) return done(new Error('the platform is stopping'))
    this.#add(message, () => done(null))
  }

  /** Resolves when nothing is in flight. */
  async drain(): Promise<void> {
    await Promise.all([this.#live.drain(), this.#backfill.drain()])
  }

  /** Drains, and from then on takes nothing more. What is in the spool stays there. */
  async close(): Promise<void> {
    await this.drain()
    this.#isClosed = true
    await this.drain()
    await this.spooling?.stop()
  }

  #add(message: Message, settle: Entry['settle']): void {
    this.#parts.metrics.message()
    const prepared = this.#preparation.prepare(message)
    this.#countIgnored(prepared)
    const { observations, rejections, isStatus } = prepared
    const rows = observations.length + rejections.length
    if (rows === 0 && !isStatus) return settle({ stored: 0, duplicate: 0, rejections })
    const bytes = message.payload.length + ENTRY_OVERHEAD_BYTES
    this.#pendingBytes += bytes
    const entry: Entry = {
      message: prepared.message,
      observations,
      rejections,
      isStatus,
      rows,
      bytes,
      settle: (outcome) => {
        this.#pendingBytes -= bytes
        settle(outcome)
      },
    }
    if (observations.some((o) => isLate(o, this.#lateUs))) this.#backfill.add(entry)
    else this.#live.add(entry)
  }

  #countIgnored({ ignored }: Prepared): void {
    for (const reason in ignored)
      this.#parts.metrics.ignored(reason as IgnoreReason, ignored[reason as IgnoreReason] ?? 0)
  }
}

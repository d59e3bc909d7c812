import type { IgnoreReason, Message, Observation, Outcome } from '../core/message.ts'
import type { Ingest, IngestMetrics, Log } from '../core/ports.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { DAY_US } from '../core/time.ts'
import { parseDeviceTopic } from '../core/topic.ts'
import type { Db } from '../store/db.ts'
import { dispositionOf } from '../store/db-errors.ts'
import type { Registry } from '../store/registry.ts'
import type { SeriesIndex } from '../store/series.ts'
import { Batcher, type BatchLimits } from './batcher.ts'
import { checkAll } from './check.ts'
import { codecs } from './codecs/index.ts'
import { type CommitContext, type Committed, commit, KnownActivity, type Work } from './commit.ts'
import { ReceiptTimes } from './receipt-times.ts'

export interface PipelineSettings {
  readonly retentionDays: number
  readonly lateDays: number
  /** Bytes accepted and not yet committed; past it `isFull`. */
  readonly pendingBytesMax: number
  readonly batch: BatchLimits
}

export interface PipelineParts {
  readonly db: Db
  readonly registry: Registry
  readonly series: SeriesIndex
  readonly metrics: IngestMetrics
  readonly log: Log
  /** Called with what was newly stored, after its commit and before its acknowledgement, in the order of commits. */
  onStored(observations: readonly Observation[]): void
  /** The database said something that no retry can mend: the process must end, unacknowledged. */
  onFatal(error: unknown): void
}

interface Entry extends Work {
  readonly rows: number
  readonly bytes: number
  readonly settle: (outcome: Outcome) => void
}

// An entry costs more than its payload: objects, promise, row arrays. Measured, rounded up.
const ENTRY_OVERHEAD_BYTES = 1024
const RETRY_MS_MIN = 50
const SLOW_COMMIT_MS = 2000
const RETRY_MS_MAX = 5000

/** decode ▸ check ▸ batch ▸ commit. The one way in for readings. */
export class Pipeline {
  readonly #parts: PipelineParts
  readonly #settings: PipelineSettings
  readonly #receiptTimes = new ReceiptTimes()
  readonly #context: CommitContext
  readonly #batcher: Batcher<Entry>
  #pendingBytes = 0
  #isClosed = false

  constructor(parts: PipelineParts, settings: PipelineSettings) {
    this.#parts = parts
    this.#settings = settings
    this.#context = {
      db: parts.db,
      series: parts.series,
      lateUs: settings.lateDays * DAY_US,
      knownActivity: new KnownActivity(),
    }
    this.#batcher = new Batcher<Entry>(settings.batch, (entries) => this.#commitEntries(entries))
  }

  get pendingBytes(): number {
    return this.#pendingBytes
  }

  isFull = (): boolean => this.#pendingBytes >= this.#settings.pendingBytesMax

  /** What this resolves to is durable. While the database cannot commit it stays pending. */
  ingest: Ingest = (message) => {
    if (this.#isClosed) return Promise.reject(new Error('the platform is stopping'))
    this.#parts.metrics.message()
    const work = this.#prepare(message)
    if (work.observations.length === 0 && work.rejections.length === 0 && !work.isStatus)
      return Promise.resolve({ stored: 0, duplicate: 0, rejections: [] })
    const bytes = message.payload.length + ENTRY_OVERHEAD_BYTES
    this.#pendingBytes += bytes
    return new Promise((settle) => {
      this.#batcher.add({ ...work, settle, bytes, rows: work.observations.length + work.rejections.length })
    })
  }

  /** Resolves when nothing is in flight. */
  drain(): Promise<void> {
    return this.#batcher.drain()
  }

  /** Drains, and from then on takes nothing more. */
  async close(): Promise<void> {
    await this.drain()
    this.#isClosed = true
    await this.drain()
  }

  #prepare(message: Message): Work {
    const nothing = { message, observations: [], rejections: [], isStatus: false }
    if (message.refusal) return { ...nothing, rejections: [message.refusal] }
    const codec = codecs.find(({ matches }) => matches(message.topic))
    if (!codec) return { ...nothing, ...this.#withoutCodec(message) }
    const decoded = codec.decode(message.payload, message.topic)
    for (const [reason, values] of Object.entries(decoded.ignored))
      this.#parts.metrics.ignored(reason as IgnoreReason, values)
    const entity = this.#parts.registry.device(message.device)?.entity
    if (entity === undefined)
      return {
        ...nothing,
        rejections: [{ path: '', code: 'device_retired', detail: 'the device is not registered' }],
      }
    const context = {
      entity,
      // Only asked where it is needed: it remembers every packet it is asked about.
      defaultTime: decoded.readings.some(({ time }) => time === undefined)
        ? this.#receiptTimes.of(message)
        : message.receivedAt,
      retentionUs: this.#settings.retentionDays * DAY_US,
    }
    return { message, ...checkAll(decoded, message, context), isStatus: false }
  }

  #withoutCodec({ topic, retain }: Message): Partial<Work> {
    const kind = parseDeviceTopic(topic)?.kind
    if (kind !== 'status' && kind !== 'command_reply')
      return { rejections: [{ path: '', code: 'no_codec', detail: 'no codec reads this topic' }] }
    this.#parts.metrics.ignored(kind, 1)
    return { isStatus: kind === 'status' && retain === true }
  }

  /** Never rejects: a batch the database cannot take now is tried again until it can. */
  async #commitEntries(entries: Entry[]): Promise<void> {
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      const startedAt = performance.now()
      try {
        const committed = await commit(entries, this.#context)
        this.#report(performance.now() - startedAt, entries)
        return this.#settle(entries, committed)
      } catch (error) {
        const disposition = dispositionOf(error)
        if (disposition === 'fatal') return this.#parts.onFatal(error)
        if (disposition === 'reject') return this.#commitApart(entries, error)
        this.#parts.log.warn(
          { err: error, messages: entries.length, retryMs: waitMs },
          'the database did not commit; nothing of this batch is acknowledged, it is tried again',
        )
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  #report(ms: number, entries: readonly Entry[]): void {
    const rows = entries.reduce((sum, entry) => sum + entry.rows, 0)
    this.#parts.metrics.commit(ms / 1000, rows)
    if (ms > SLOW_COMMIT_MS)
      this.#parts.log.warn({ ms: Math.round(ms), rows }, 'a commit was slow; acknowledgements waited for it')
  }

  /** The database refused a value: halves the batch until the message at fault stands alone, and records that one. */
  async #commitApart(entries: Entry[], error: unknown): Promise<void> {
    const [only] = entries
    if (only && entries.length === 1) {
      // A refusal of the record of a refusal has no cure: stop rather than lose it.
      if (only.observations.length === 0) return this.#parts.onFatal(error)
      const detail = `SQLSTATE ${(error as { code?: string }).code ?? 'unknown'}`
      const refused = only.observations.map(
        ({ path }): RejectionItem => ({ path, code: 'refused_by_database', detail }),
      )
      return this.#commitEntries([
        { ...only, observations: [], rejections: [...only.rejections, ...refused] },
      ])
    }
    const middle = Math.ceil(entries.length / 2)
    await this.#commitEntries(entries.slice(0, middle))
    await this.#commitEntries(entries.slice(middle))
  }

  #settle(entries: readonly Entry[], committed: readonly Committed[]): void {
    const fresh: Observation[] = []
    for (const [i, entry] of entries.entries()) {
      const { verdicts = [], rejections = [] } = committed[i] ?? {}
      const stored = entry.observations.filter((_, at) => verdicts[at] === 'stored')
      fresh.push(...stored)
      const outcome = {
        stored: stored.length,
        duplicate: verdicts.filter((verdict) => verdict === 'duplicate').length,
        rejections,
      }
      count(outcome, this.#parts.metrics)
      this.#pendingBytes -= entry.bytes
      entry.settle(outcome)
    }
    if (fresh.length > 0) this.#parts.onStored(fresh)
  }
}

/** received = stored + duplicate + rejected: all four move together, when the outcome is known. */
function count({ stored, duplicate, rejections }: Outcome, metrics: IngestMetrics): void {
  metrics.received(stored + duplicate + rejections.length)
  metrics.stored(stored)
  metrics.duplicate(duplicate)
  for (const { code } of rejections) metrics.rejected(code, 1)
}

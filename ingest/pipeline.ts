import type { Decoded, IgnoreReason, Message, Observation, Outcome, Presence } from '../core/message.ts'
import type { Ingest, IngestMetrics, Log, Take } from '../core/ports.ts'
import { DAY_US, type Micros } from '../core/time.ts'
import type { Db } from '../store/db.ts'
import type { Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'
import type { RememberedMessage } from '../store/remembered.ts'
import type { SeriesIndex } from '../store/series.ts'
import type { Spool } from '../store/spool.ts'
import { Batcher, type BatchLimits } from './batcher.ts'
import { isLate } from './commit.ts'
import { KnownActivity } from './known-activity.ts'
import { type Entry, Lane, type LaneParts } from './lane.ts'
import type { MessageTail } from './message-tail.ts'
import { OldestWaiting } from './oldest-waiting.ts'
import { Preparation, type Prepared } from './prepare.ts'
import type { Scripts } from './scripts.ts'
import type { Sources } from './sources.ts'
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
  readonly wiring: Wiring
  readonly sources: Sources
  readonly scripts: Scripts
  /** Where messages wait, durably, while the database is away; null: they are not acknowledged meanwhile. */
  readonly spool: Spool | null
  readonly metrics: IngestMetrics
  readonly log: Log
  /** Called with what is stored, or is safe in the spool, before its acknowledgement. */
  onStored(observations: readonly Observation[]): void
  /** Commands of these ids were answered, and the answers are committed. */
  onAnswered(commands: readonly string[]): void
  /** A message says that a device is there, or is gone. */
  onPresence(device: string, presence: Presence): void
  /** Something is to be sent to the sender of a message. */
  onAnswer(device: string, topic: string, payload: Uint8Array): void
  /** Called for messages of devices that somebody watches, once it is known what became of them. */
  readonly tail: MessageTail
  /** The database said something that no retry can mend: the process must end, unacknowledged. */
  onFatal(error: unknown): void
}

const NO_PRESENCE: Prepared['presence'] = []
const NO_ANSWERS: NonNullable<Decoded['answers']> = []
// An entry costs more than its payload: objects, closures, rows. Measured, rounded up.
const ENTRY_OVERHEAD_BYTES = 1024
/** A backfill must not hold the one connection of the embedded database, or the locks of a server, for long. */
const BACKFILL_ROWS_MAX = 1000

/** decode ▸ check ▸ batch ▸ commit. The one way in for readings. */
export class Pipeline {
  readonly #parts: PipelineParts
  readonly #settings: PipelineSettings
  readonly #preparation: Preparation
  /** Messages that a program of an integrator reads. */
  readonly #preparing = new Set<Promise<void>>()
  readonly #live: Batcher<Entry>
  readonly #backfill: Batcher<Entry>
  readonly #lateUs: number
  /** Null: no spool. */
  readonly spooling: Spooling | null
  readonly #waiting = new OldestWaiting()
  #pendingBytes = 0
  #isClosed = false

  constructor(parts: PipelineParts, settings: PipelineSettings) {
    this.#parts = parts
    this.#settings = settings
    this.#lateUs = settings.lateDays * DAY_US
    this.#preparation = new Preparation(parts, settings.retentionDays)
    const { db, series, sources, metrics, log, onStored, onAnswered, onFatal } = parts
    const context = { db, series, sources, lateUs: this.#lateUs, knownActivity: new KnownActivity() }
    const laneParts: LaneParts = { context, metrics, log, onStored, onAnswered, onFatal }
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

  /** For how long the oldest message has waited for its acknowledgement. */
  oldestWaitingS(now: Micros): number {
    return this.#waiting.ageS(now)
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

  /** Learns what messages of before the start have taught: births, descriptions. */
  recall(messages: readonly RememberedMessage[]): void {
    for (const message of messages) this.#preparation.recall(message)
  }

  /** Resolves when nothing is in flight. */
  async drain(): Promise<void> {
    while (this.#preparing.size > 0) await Promise.all(this.#preparing)
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
    const bytes = message.payload.length + ENTRY_OVERHEAD_BYTES
    this.#pendingBytes += bytes
    const began = this.#waiting.began(message.receivedAt)
    const done: Entry['settle'] = (outcome) => {
      this.#pendingBytes -= bytes
      this.#waiting.ended(began)
      settle(outcome)
    }
    const prepared = this.#preparation.prepare(message)
    if (!(prepared instanceof Promise)) return this.#enter(prepared, bytes, done)
    const entering = prepared
      .then((ready) => this.#enter(ready, bytes, done), this.#parts.onFatal)
      .finally(() => this.#preparing.delete(entering))
    this.#preparing.add(entering)
  }

  #enter(prepared: Prepared, bytes: number, done: Entry['settle']): void {
    this.#countIgnored(prepared)
    const { message, observations, rejections, isStatus, isRemembered, reply } = prepared
    const settle = this.#told(prepared, done)
    const rows = observations.length + rejections.length
    if (rows === 0 && !isStatus && !isRemembered && !reply)
      return settle({ stored: 0, duplicate: 0, rejections })
    const words = { isStatus, isRemembered, reply }
    const entry: Entry = { message, observations, rejections, ...words, rows, bytes, settle }
    if (observations.some((o) => isLate(o, this.#lateUs))) this.#backfill.add(entry)
    else this.#live.add(entry)
  }

  /** What else a message of a native format asks for happens once it is durable. */
  #told(prepared: Prepared, done: Entry['settle']): Entry['settle'] {
    const { message } = prepared
    const { tail, onPresence, onAnswer } = this.#parts
    const isWatched = tail.isWatched(prepared)
    // What was so when a replayed message came is not so now, and nobody waits for its answer.
    const isNews = message.via !== 'replay'
    const presence = isNews ? prepared.presence : NO_PRESENCE
    const answers = (isNews ? prepared.decoded?.answers : undefined) ?? NO_ANSWERS
    if (!isWatched && presence.length === 0 && answers.length === 0) return done
    return (outcome: Outcome) => {
      for (const { device, presence: said } of presence) onPresence(device, said)
      for (const { topic, payload } of answers) onAnswer(message.device, topic, payload)
      if (isWatched) tail.add(prepared, outcome)
      done(outcome)
    }
  }

  #countIgnored({ ignored, reply }: Prepared): void {
    // Whether it answers anything is known after its commit.
    if (reply) return
    for (const reason in ignored)
      this.#parts.metrics.ignored(reason as IgnoreReason, ignored[reason as IgnoreReason] ?? 0)
  }
}

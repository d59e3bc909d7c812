import { setTimeout as delay } from 'node:timers/promises'
import type { Message } from '../core/message.ts'
import { microsNow } from '../core/time.ts'
import { within } from '../core/within.ts'
import type { Spool, SpoolDepth } from '../store/spool.ts'
import { advanceSpoolPosition, readSpoolPosition } from '../store/spool-position.ts'
import { type Entry, Lane, LaneEnd, type LaneParts, type LaneSettings } from './lane.ts'
import type { Preparation, Prepared } from './prepare.ts'

export interface SpoolState extends Omit<SpoolDepth, 'oldestAt'> {
  /** Age of the oldest message, in seconds; 0: the spool is empty. */
  readonly oldestS: number
  /** Messages a second that left it for the database lately. */
  readonly drainPerSecond: number
  readonly written: number
  readonly drained: number
  readonly isDatabaseAway: boolean
}

type AwaySettings = Pick<LaneSettings, 'timeoutMs' | 'elsewhere' | 'onCommitted'>

/** A drained batch may wait for a lock as long as this: nobody waits for it. */
const DRAIN_TIMEOUT_MS = 120_000
/** Without room in a spool senders wait whatever happens; then a commit may take its time. */
export const PATIENT_TIMEOUT_MS = 30_000
const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 2000
const RATE_WINDOW_MS = 5000
/** A batch under way may wait for the database; the next start finds it still in the spool, or its position moved. */
const STOP_MS = 1000

/** An entry out of the spool, with its place there. */
interface SpooledEntry extends Entry {
  readonly place: { readonly seq: number; readonly index: number }
}

/**
 * What happens while the database is away: batches that it has not taken for a moment go to the spool and are acknowledged
 * from there; from then on batches go there at once, until the database takes what the spool holds, oldest first. New batches
 * go to the database beside that. The position in the spool is written in the transaction that empties it, so every message
 * is stored and counted once, whenever the process or the connection ends.
 */
export class Spooling {
  readonly #spool: Spool
  readonly #preparation: Preparation
  readonly #parts: LaneParts
  readonly #afterMs: number
  readonly #lane: Lane
  #isAway = false
  #isStopped = false
  #wake = Promise.withResolvers<void>()
  #written = 0
  #drained = 0
  #rate = { sinceMs: performance.now(), drained: 0, perSecond: 0 }
  readonly #running: Promise<void>

  constructor(spool: Spool, preparation: Preparation, parts: LaneParts, afterMs: number) {
    this.#spool = spool
    this.#preparation = preparation
    this.#parts = parts
    this.#afterMs = afterMs
    this.#lane = new Lane(parts, {
      name: 'spool',
      ahead: false,
      isCareful: false,
      timeoutMs: () => DRAIN_TIMEOUT_MS,
      elsewhere: async () => this.#endWhenStopped(),
      within: (tx, entries) => this.#advance(tx, entries as readonly SpooledEntry[]),
    })
    this.#running = this.#run()
  }

  /** For the lane of live messages, which finds out that the database is away. */
  readonly live: AwaySettings = {
    timeoutMs: () => (this.#hasRoom() ? this.#afterMs : PATIENT_TIMEOUT_MS),
    elsewhere: (entries, failingMs) => this.#takeOver(entries, failingMs, this.#afterMs),
    onCommitted: () => this.#setAway(false),
  }

  /** For the backfill: a thousand old chunks may take their time, and that is no absence. */
  readonly backfill: AwaySettings = {
    timeoutMs: () => PATIENT_TIMEOUT_MS,
    elsewhere: (entries, failingMs) => this.#takeOver(entries, failingMs, PATIENT_TIMEOUT_MS),
    onCommitted: () => this.#setAway(false),
  }

  get state(): SpoolState {
    const { oldestAt, ...depth } = this.#spool.depth
    this.#measureRate()
    return {
      ...depth,
      oldestS: oldestAt === null ? 0 : Math.max(0, (microsNow() - oldestAt) / 1_000_000),
      drainPerSecond: this.#rate.perSecond,
      written: this.#written,
      drained: this.#drained,
      isDatabaseAway: this.#isAway,
    }
  }

  /** The database is known to be away: nothing waits for it first. */
  databaseIsAway(): void {
    this.#setAway(true)
  }

  /** Every message that waits, prepared as it was when it came, oldest first. */
  async *waiting(): AsyncGenerator<Prepared[]> {
    for (let at = 0; ; ) {
      const segments = await this.#spool.next(at)
      const last = segments.at(-1)
      if (!last) return
      const prepared: Prepared[] = []
      for (const { messages } of segments)
        for (const message of messages) prepared.push(await this.#preparation.prepare(message))
      yield prepared
      at = last.seq
    }
  }

  /** What is in the spool stays there for the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#wake.resolve()
    await within(this.#running, STOP_MS)
  }

  #hasRoom(): boolean {
    const { bytes, bytesMax } = this.#spool.depth
    return bytes < bytesMax
  }

  async #takeOver(entries: readonly Entry[], failingMs: number | null, afterMs: number): Promise<boolean> {
    if (!this.#isAway && (failingMs === null || failingMs < afterMs)) return false
    if (!this.#isAway) this.#setAway(true)
    try {
      if (!(await this.#spool.append(entries.map(({ message }) => message)))) return this.#wasFull()
    } catch (error) {
      this.#parts.log.error(
        { err: error, messages: entries.length },
        'the spool did not take a batch; it is not acknowledged, and tried again',
      )
      // The database may be back by now; if not, the next try comes after the lane's own wait.
      return false
    }
    this.#written += entries.length
    for (const { observations } of entries) if (observations.length > 0) this.#parts.onStored(observations)
    for (const entry of entries)
      entry.settle({ stored: entry.observations.length, duplicate: 0, rejections: entry.rejections })
    this.#wake.resolve()
    return true
  }

  #saidFull = false

  #wasFull(): false {
    if (!this.#saidFull)
      this.#parts.log.warn(
        { ...this.#spool.depth },
        'the spool is full (SPOOL_MEGABYTES_MAX): acknowledgements wait for the database again',
      )
    this.#saidFull = true
    return false
  }

  #setAway(isAway: boolean): void {
    if (this.#isAway === isAway) return
    this.#isAway = isAway
    this.#saidFull = false
    if (isAway)
      this.#parts.log.warn(
        { afterMs: this.#afterMs },
        'the database is away: messages are kept in the spool, and acknowledged from there',
      )
    else
      this.#parts.log.info(
        { messages: this.#spool.depth.messages },
        'the database is back: it takes new messages, and beside them what is in the spool',
      )
  }

  /** Empties the spool whenever there is something in it. */
  async #run(): Promise<void> {
    for (let waitMs = RETRY_MS_MIN; !this.#isStopped; ) {
      if (this.#spool.isEmpty) {
        await this.#wake.promise
        this.#wake = Promise.withResolvers()
        continue
      }
      try {
        await this.#drain()
        waitMs = RETRY_MS_MIN
      } catch (error) {
        if (error instanceof LaneEnd) continue
        this.#parts.log.debug({ err: error, retryMs: waitMs }, 'the spool cannot be emptied yet')
        await delay(waitMs)
        waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)
      }
    }
  }

  async #drain(): Promise<void> {
    const { db } = this.#parts.context
    const position = await readSpoolPosition(db, this.#spool.id)
    // Those that the database had before the spool heard of it.
    let at = Math.max(position.seq - 1, 0)
    if (at > 0) await this.#spool.remove(at)
    for (;;) {
      const segments = await this.#spool.next(at)
      const last = segments.at(-1)
      if (!last) break
      const entries: SpooledEntry[] = []
      for (const { seq, messages } of segments) {
        const done = seq === position.seq ? position.done : 0
        // One after another: a birth must be read before what can only be read with it.
        for (const [i, message] of messages.slice(done).entries())
          entries.push(await this.#entryOf(message, seq, done + i))
      }
      if (entries.length > 0) await this.#lane.commit(entries)
      await this.#spool.remove(last.seq)
      for (const { messages } of segments) this.#drained += messages.length
      this.#setAway(false)
      at = last.seq
    }
  }

  async #entryOf(message: Message, seq: number, index: number): Promise<SpooledEntry> {
    const { observations, rejections, isStatus, isRemembered, reply } =
      await this.#preparation.prepare(message)
    return {
      message,
      observations,
      rejections,
      isStatus,
      isRemembered,
      reply,
      rows: observations.length + rejections.length,
      bytes: 0,
      settle: () => {},
      place: { seq, index },
    }
  }

  async #advance(tx: Parameters<typeof advanceSpoolPosition>[0], entries: readonly SpooledEntry[]) {
    const last = entries.at(-1)
    if (!last) return
    const { seq, index } = last.place
    if (!(await advanceSpoolPosition(tx, this.#spool.id, { seq, done: index + 1 })))
      throw new LaneEnd('these messages were committed by a transaction whose end was not heard of')
  }

  #endWhenStopped(): false {
    if (this.#isStopped) throw new LaneEnd('the platform is stopping')
    return false
  }

  #measureRate(): void {
    const nowMs = performance.now()
    const elapsedMs = nowMs - this.#rate.sinceMs
    if (elapsedMs < RATE_WINDOW_MS) return
    const perSecond = Math.round(((this.#drained - this.#rate.drained) / elapsedMs) * 1000)
    this.#rate = { sinceMs: nowMs, drained: this.#drained, perSecond }
  }
}

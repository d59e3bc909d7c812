import type { Log } from '../../core/ports.ts'
import { type Micros, microsNow } from '../../core/time.ts'
import { buckets } from '../../store/buckets.ts'
import type { Db } from '../../store/db.ts'
import { HOUR_US, type Usual, WEEK_HOURS, WeekPattern } from './usual.ts'

export interface SeriesName {
  readonly entity: string
  readonly quantity: string
  readonly channel: string
}

interface Known {
  readonly series: SeriesName
  readonly weeks: number
  /** Null: not read yet. */
  pattern: WeekPattern | null
  /** When it was read last; 0: never. */
  readAt: Micros
  askedAt: Micros
}

export const WEEKS = 4
/** With its names and its place in the map about 2 KiB each. */
const KNOWN_MAX = 10_000
const REFRESH_US = HOUR_US
/** What nobody asked for in so long is forgotten. */
const UNASKED_US = 24 * HOUR_US
/** Between two reads so long at least, and so many times as long as the last one took: commits wait for a read (embedded). */
const PAUSE_MS = 100
const PAUSE_TIMES = 29
const AWAY_MS = 10_000
/** One whose read failed does not hold up the others: it is tried again after so long. */
const AGAIN_US = 600_000_000

/** What is usual in each hour of the week, of the series that a rule asks about: read in the background from the rollups, one
 *  series at a time, and again after an hour, with what came late. */
export class Baselines {
  readonly #db: Db
  readonly #log: Log
  readonly #now: () => Micros
  /** In the order of their last reading. */
  readonly #known = new Map<string, Known>()
  readonly #wanted = new Set<string>()
  /** Whose read failed, and when they are tried again. */
  readonly #failed = new Map<string, Micros>()
  #onKnown: (entity: string) => void = () => {}
  #timer: NodeJS.Timeout | null = null
  #isStopped = true
  #isFull = false

  constructor(db: Db, log: Log, now: () => Micros = microsNow) {
    this.#db = db
    this.#log = log
    this.#now = now
  }

  /** Calls back with the entity of each series that was read for the first time. */
  start(onKnown: (entity: string) => void): void {
    this.#onKnown = onKnown
    this.#isStopped = false
    this.#plan(PAUSE_MS)
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  get size(): number {
    return this.#known.size
  }

  /** What is usual in the hour of this instant; null: it is not known, or not yet. */
  at(series: SeriesName, weeks: number = WEEKS, time: Micros): Usual | null {
    const key = `${series.entity}/${series.quantity}/${series.channel}/${weeks}`
    const known = this.#known.get(key)
    if (known) {
      known.askedAt = this.#now()
      return known.pattern?.at(time) ?? null
    }
    if (this.#known.size >= KNOWN_MAX) this.#tellFull()
    else {
      this.#known.set(key, { series, weeks, pattern: null, readAt: 0, askedAt: this.#now() })
      this.#wanted.add(key)
      if (!this.#isStopped) this.#plan(PAUSE_MS)
    }
    return null
  }

  #tellFull(): void {
    if (this.#isFull) return
    this.#isFull = true
    this.#log.warn({ series: KNOWN_MAX }, 'too many series have pattern rules: the others are not judged')
  }

  #plan(ms: number): void {
    this.#timer ??= setTimeout(() => void this.#readNext(), ms).unref()
  }

  async #readNext(): Promise<void> {
    const startedAtMs = performance.now()
    let pauseMs = REFRESH_US / 1000 / KNOWN_MAX
    try {
      if (await this.#readOne()) pauseMs = Math.max(PAUSE_MS, PAUSE_TIMES * (performance.now() - startedAtMs))
    } catch (error) {
      this.#log.debug({ err: error }, 'what is usual was not read; it is tried again')
      pauseMs = AWAY_MS
    }
    this.#timer = null
    if (!this.#isStopped && this.#known.size > 0) this.#plan(pauseMs)
  }

  /** False: none is due. */
  async #readOne(): Promise<boolean> {
    const now = this.#now()
    const key = this.#next(now)
    const known = key === undefined ? undefined : this.#known.get(key)
    if (key === undefined || !known) return false
    this.#wanted.delete(key)
    this.#failed.delete(key)
    this.#known.delete(key)
    if (now - known.askedAt > UNASKED_US) {
      this.#isFull = false
      return true
    }
    this.#known.set(key, known)
    known.readAt = now
    const isFirst = known.pattern === null
    try {
      known.pattern = await readPattern(this.#db, known.series, known.weeks, now)
    } catch (error) {
      this.#failed.set(key, now + AGAIN_US)
      throw error
    }
    if (isFirst) this.#onKnown(known.series.entity)
    return true
  }

  /** Whose turn it is. */
  #next(now: Micros): string | undefined {
    const [[failed, againAt] = []] = this.#failed
    if (againAt !== undefined && againAt <= now) return failed
    const [wanted] = this.#wanted
    if (wanted !== undefined) return wanted
    const [[oldest, known] = []] = this.#known
    return known !== undefined && now - known.readAt >= REFRESH_US ? oldest : undefined
  }
}

/** From the whole hours of so many weeks before an instant. */
export async function readPattern(
  db: Db,
  series: SeriesName,
  weeks: number,
  before: Micros,
): Promise<WeekPattern> {
  const to = Math.floor(before / HOUR_US) * HOUR_US
  const limit = weeks * WEEK_HOURS
  const window = { ...series, from: to - limit * HOUR_US, to, limit, after: null }
  return new WeekPattern(series.quantity, await buckets(db, '1h', window))
}

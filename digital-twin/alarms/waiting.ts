import type { Observation } from '../../core/message.ts'
import type { Log, RuleMetrics } from '../../core/ports.ts'

export type Watched = Pick<
  Observation,
  'device' | 'entity' | 'quantity' | 'channel' | 'time' | 'value' | 'quality'
>

/** Behind by more, and by twice what was left the last time, only the newest reading of each series is looked at. */
const WAITING_MAX = 50_000

interface Batch {
  readonly readings: readonly Watched[]
  readonly atMs: number
}

/** Readings that the rules have not looked at yet, batch by batch. */
export class Waiting {
  readonly #log: Log
  readonly #metrics: RuleMetrics
  #batches: Batch[] = []
  /** The batch, and in it the reading, that is next. */
  #batch = 0
  #position = 0
  #count = 0
  /** So many series there were when only the newest were kept, until those are looked at. */
  #kept = 0
  isBatchDone = false

  constructor(log: Log, metrics: RuleMetrics) {
    this.#log = log
    this.#metrics = metrics
  }

  get count(): number {
    return this.#count
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  add(readings: readonly Watched[]): void {
    this.#batches.push({ readings, atMs: performance.now() })
    this.#count += readings.length
  }

  take(): Watched | undefined {
    if (this.#count > Math.max(WAITING_MAX, 2 * this.#kept)) this.#coalesce()
    const batch = this.#batches[this.#batch]
    if (!batch) return undefined
    const reading = batch.readings[this.#position++]
    this.#count -= 1
    this.isBatchDone = this.#position >= batch.readings.length
    if (this.isBatchDone) this.#end(batch)
    return reading
  }

  #end({ atMs, readings }: Batch): void {
    this.#metrics.rulesLooked((performance.now() - atMs) / 1000, readings.length)
    this.#position = 0
    this.#kept = 0
    this.#batch += 1
    if (this.#batch < this.#batches.length && this.#batch < 1000) return
    this.#batches = this.#batches.slice(this.#batch)
    this.#batch = 0
  }

  drop(): void {
    this.#batches = []
    this.#batch = 0
    this.#position = 0
    this.#count = 0
    this.#kept = 0
  }

  #coalesce(): void {
    const newest = new Map<string, Watched>()
    const left = this.#batches.slice(this.#batch)
    const [{ atMs } = { atMs: performance.now() }] = left
    for (const reading of left.flatMap(({ readings }) => readings).slice(this.#position)) {
      const key = `${reading.entity}/${reading.quantity}/${reading.channel}`
      const known = newest.get(key)
      if (!known || known.time < reading.time) newest.set(key, reading)
    }
    this.#metrics.rulesSkipped(this.#count - newest.size)
    this.#log.warn({ readings: this.#count }, 'alarm rules are behind: only newest readings are looked at')
    this.drop()
    this.#batches = [{ readings: [...newest.values()], atMs }]
    this.#count = newest.size
    this.#kept = newest.size
  }
}

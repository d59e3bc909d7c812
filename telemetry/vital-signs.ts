import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { BrokerMetrics, IngestMetrics } from '../core/ports.ts'
import { microsNow } from '../core/time.ts'
import type { Rates, VitalGauges, VitalHistory, VitalReport, Vitals } from '../core/vitals.ts'
import { CommitTimes } from './commit-times.ts'

export const SAMPLE_MS = 5000
/** One hour. */
const SAMPLES_MAX = 720
/** What is shown of the hour: one number of six samples. */
const SAMPLES_A_POINT = 6
const POINTS_MAX = SAMPLES_MAX / SAMPLES_A_POINT
const COMMITS_LOOKED_BACK_MS = 300_000
/** What is measured of the event loop has it in it. */
const LOOP_EVERY_MS = 10

type Counts = Readonly<Record<string, number>>

interface Sample {
  readonly atMs: number
  readonly messages: number
  readonly observations: number
  readonly acknowledged: number
  /** One object for all samples between which nothing changed. */
  readonly rejected: Counts
  readonly refused: Counts
  readonly commits: Uint32Array
  readonly pendingBytes: number
  readonly oldestS: number
  readonly rulesWaiting: number
  readonly spoolMessages: number
  readonly sessions: number
  readonly memoryBytes: number
  readonly eventLoopMs: number
}

type Counted = IngestMetrics & BrokerMetrics

/** Counts what the metrics count, and remembers for an hour how the counts stood every 5 seconds. */
export class VitalSigns implements Vitals {
  readonly version: string
  readonly startedAt = microsNow()
  readonly now: VitalGauges
  readonly #clockMs: () => number
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_EVERY_MS })
  readonly #commits = new CommitTimes()
  readonly #samples: Sample[] = []
  #timer: NodeJS.Timeout | null = null
  #messages = 0
  #observations = 0
  #acknowledged = 0
  #rejected: Counts = {}
  #refused: Counts = {}

  constructor(version: string, gauges: VitalGauges, clockMs: () => number = () => performance.now()) {
    this.version = version
    this.now = gauges
    this.#clockMs = clockMs
  }

  /** Takes a sample at once, and from then on by itself. */
  start(): void {
    this.#loop.enable()
    this.sample()
    this.#timer = setInterval(() => this.sample(), SAMPLE_MS).unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#loop.disable()
  }

  /** The same metrics, counted here too. */
  counting<M extends Counted>(metrics: M): M {
    return {
      ...metrics,
      message: () => {
        this.#messages += 1
        metrics.message()
      },
      received: (values) => {
        this.#observations += values
        metrics.received(values)
      },
      acknowledged: (messages) => {
        this.#acknowledged += messages
        metrics.acknowledged(messages)
      },
      rejected: (code, values) => {
        this.#rejected = counted(this.#rejected, code, values)
        metrics.rejected(code, values)
      },
      refusedConnect: (reason) => {
        this.#refused = counted(this.#refused, reason, 1)
        metrics.refusedConnect(reason)
      },
      commit: (seconds, rows) => {
        this.#commits.add(seconds * 1000)
        metrics.commit(seconds, rows)
      },
    }
  }

  sample(): void {
    const { now } = this
    const delayMs = this.#loop.percentile(99) / 1e6 - LOOP_EVERY_MS
    this.#loop.reset()
    this.#samples.push({
      atMs: this.#clockMs(),
      ...{ messages: this.#messages, observations: this.#observations, acknowledged: this.#acknowledged },
      ...{ rejected: this.#rejected, refused: this.#refused, commits: this.#commits.snapshot() },
      ...{ pendingBytes: now.pendingBytes(), oldestS: now.oldestS(), rulesWaiting: now.rulesWaiting() },
      ...{ spoolMessages: now.spoolMessages(), sessions: now.sessions() },
      memoryBytes: process.memoryUsage.rss(),
      eventLoopMs: Math.max(0, Number.isFinite(delayMs) ? delayMs : 0),
    })
    if (this.#samples.length > SAMPLES_MAX + 1) this.#samples.shift()
  }

  report(): VitalReport {
    const nowMs = this.#clockMs()
    const { rss, heapUsed } = process.memoryUsage()
    const [oldest] = this.#samples
    return {
      messages: this.#rates((sample) => sample.messages, this.#messages),
      observations: this.#rates((sample) => sample.observations, this.#observations),
      acknowledged: this.#rates((sample) => sample.acknowledged, this.#acknowledged),
      commitMs: this.#commits.quantilesSince(
        this.#before(COMMITS_LOOKED_BACK_MS)?.commits ?? new Uint32Array(),
      ),
      rejected: gained(oldest?.rejected, this.#rejected),
      refused: gained(oldest?.refused, this.#refused),
      lookedBackS: Math.round((nowMs - (oldest?.atMs ?? nowMs)) / 1000),
      memoryBytes: rss,
      heapBytes: heapUsed,
      eventLoopMs: round(this.#samples.at(-1)?.eventLoopMs ?? 0),
      history: this.#history(nowMs),
    }
  }

  #rates(countOf: (sample: Sample) => number, count: number): Rates {
    const nowMs = this.#clockMs()
    const over = (ms: number) => {
      const before = this.#before(ms)
      return before && nowMs > before.atMs
        ? round(((count - countOf(before)) * 1000) / (nowMs - before.atMs))
        : 0
    }
    return { s10: over(10_000), m1: over(60_000), m5: over(300_000) }
  }

  /** The newest sample that is so old; the oldest, if none is. */
  #before(ms: number): Sample | undefined {
    const nowMs = this.#clockMs()
    return this.#samples.findLast(({ atMs }) => nowMs - atMs >= ms) ?? this.#samples[0]
  }

  #history(nowMs: number): VitalHistory {
    const samples = this.#samples
    const last = samples.length - 1
    const points = Math.min(POINTS_MAX, Math.floor(last / SAMPLES_A_POINT))
    // Counted back from the newest sample, so that each point has all of its six.
    const spans = Array.from({ length: Math.max(0, points) }, (_, n) => {
      const to = last - (points - 1 - n) * SAMPLES_A_POINT
      return samples.slice(to - SAMPLES_A_POINT, to + 1)
    })
    const rate = (countOf: (sample: Sample) => number) => spans.map((span) => rateIn(span, countOf))
    const worst = (of: (sample: Sample) => number) =>
      spans.map((span) => round(Math.max(...span.slice(1).map(of))))
    return {
      everyS: (SAMPLES_A_POINT * SAMPLE_MS) / 1000,
      until: microsNow() - Math.round((nowMs - (samples[last]?.atMs ?? nowMs)) * 1000),
      messages: rate((sample) => sample.messages),
      observations: rate((sample) => sample.observations),
      acknowledged: rate((sample) => sample.acknowledged),
      rejected: rate((sample) => sumOf(sample.rejected)),
      pendingBytes: worst((sample) => sample.pendingBytes),
      oldestS: worst((sample) => sample.oldestS),
      rulesWaiting: worst((sample) => sample.rulesWaiting),
      spoolMessages: worst((sample) => sample.spoolMessages),
      sessions: worst((sample) => sample.sessions),
      memoryBytes: worst((sample) => sample.memoryBytes),
      eventLoopMs: worst((sample) => sample.eventLoopMs),
    }
  }
}

function rateIn(span: readonly Sample[], countOf: (sample: Sample) => number): number {
  const [from, to] = [span[0], span.at(-1)]
  if (!from || !to || to.atMs <= from.atMs) return 0
  return round(((countOf(to) - countOf(from)) * 1000) / (to.atMs - from.atMs))
}

const counted = (counts: Counts, name: string, more: number): Counts => ({
  ...counts,
  [name]: (counts[name] ?? 0) + more,
})

const gained = (before: Counts = {}, now: Counts): Counts =>
  Object.fromEntries(
    Object.entries(now).flatMap(([name, count]) => {
      const more = count - (before[name] ?? 0)
      return more > 0 ? [[name, more]] : []
    }),
  )

const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0)

const round = (value: number): number => Math.round(value * 100) / 100

import { setTimeout as delay } from 'node:timers/promises'
import { connectAll, type DeviceConnection } from './device-connection.ts'
import { type CpuMicros, cpuBetween, readCpu } from './process-cpu.ts'
import type { Scenario } from './scenarios.ts'
import { StreamReader } from './stream-reader.ts'
import type { Api, Sender } from './subject.ts'

export interface LoadSettings {
  readonly port: number
  readonly senders: readonly Sender[]
  readonly scenario: Scenario
  readonly warmUpMs: number
  readonly windowMs: number
  readonly pid: number
  readonly databasePid: number | null
  /** Where the stream is read meanwhile; null: it is not. */
  readonly stream: Api | null
}

/** What the reader of the stream saw within the window. */
interface StreamResult {
  /** Each carries a reading that none before it did. */
  readonly events: number
  /** From the publish of the newest reading in an event to its arrival. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface LoadResult {
  /** Within the window. */
  readonly messages: number
  readonly elapsedMs: number
  readonly cpu: CpuMicros | null
  /** Share of the window in which the generator itself was on a CPU: near 1, it was the limit. */
  readonly generatorBusy: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** From the first message to the last, warm-up included. */
  readonly acknowledged: number
  readonly unacknowledged: number
  readonly stream: StreamResult | null
}

const TICK_MS = 1
const DRAIN_MS = 20_000

/** Connects, sends, measures a window after the warm-up, and waits for what is still in flight. */
export async function runLoad(settings: LoadSettings): Promise<LoadResult> {
  const load = new Load(settings)
  await load.connect()
  await load.readStream()
  load.start()
  await load.during(settings.warmUpMs)
  load.isMeasuring = true
  const before = load.snapshot()
  await load.during(settings.windowMs)
  const after = load.snapshot()
  load.isMeasuring = false
  const unacknowledged = await load.finish()
  return {
    messages: after.acknowledged - before.acknowledged,
    elapsedMs: after.atMs - before.atMs,
    cpu: cpuBetween(before.cpu, after.cpu),
    generatorBusy: (after.ownCpuMs - before.ownCpuMs) / (after.atMs - before.atMs),
    ...percentiles(load.latenciesMs),
    acknowledged: load.snapshot().acknowledged,
    unacknowledged,
    stream: settings.stream && {
      events: load.eventLatenciesMs.length,
      ...percentiles(load.eventLatenciesMs),
    },
  }
}

function percentiles(values: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}

class Load {
  readonly #settings: LoadSettings
  readonly #connections: DeviceConnection[] = []
  readonly #due: number[][] = []
  readonly #broken = Promise.withResolvers<never>()
  readonly #sent = new Map<string, SentReadings>()
  #stream: StreamReader | undefined
  readonly latenciesMs: number[] = []
  readonly eventLatenciesMs: number[] = []
  isMeasuring = false
  #isSending = false
  #acknowledged = 0
  #pacer: NodeJS.Timeout | undefined

  constructor(settings: LoadSettings) {
    this.#settings = settings
    this.#broken.promise.catch(() => {})
  }

  async connect(): Promise<void> {
    const { senders, port, scenario } = this.#settings
    const opened = await connectAll(port, senders, scenario.inFlight, (device) => this.#events(device))
    this.#connections.push(...opened)
  }

  async readStream(): Promise<void> {
    const { stream } = this.#settings
    if (!stream) return
    this.#stream = await StreamReader.open(
      stream,
      ({ entity, lastSeenMs }) => {
        const dueMs = lastSeenMs === null ? null : this.#sent.get(entity)?.take(lastSeenMs)
        if (this.isMeasuring && dueMs != null) this.eventLatenciesMs.push(performance.now() - dueMs)
      },
      this.#broken.reject,
    )
  }

  #events(device: string) {
    const due: number[] = []
    this.#due.push(due)
    const sent = this.#settings.stream ? new SentReadings() : null
    if (sent) this.#sent.set(device, sent)
    const isPaced = this.#settings.scenario.messagesPerSecond !== null
    return {
      nextDueMs: (nowMs: number) => (isPaced ? due.shift() : this.#isSending ? nowMs : undefined),
      ...(sent ? { onSent: (timeMs: number, dueMs: number) => sent.add(timeMs, dueMs) } : {}),
      onAcknowledged: (latencyMs: number) => {
        this.#acknowledged += 1
        if (this.isMeasuring) this.latenciesMs.push(latencyMs)
      },
      onBroken: this.#broken.reject,
    }
  }

  start(): void {
    const { messagesPerSecond } = this.#settings.scenario
    this.#isSending = true
    if (messagesPerSecond !== null) this.#pace(messagesPerSecond)
    else for (const connection of this.#connections) connection.pump()
  }

  /** A message that finds no free packet id waits, and its latency runs from the tick at which it was due: a slow server
   *  must not make the load lighter than it was to be. */
  #pace(perSecond: number): void {
    const startedAtMs = performance.now()
    let sent = 0
    this.#pacer = setInterval(() => {
      const nowMs = performance.now()
      const first = sent
      for (const target = ((nowMs - startedAtMs) * perSecond) / 1000; sent < target; sent++)
        this.#due[sent % this.#due.length]?.push(nowMs)
      // Only those that got something: to look at 10,000 connections each millisecond would cost more than to send. What
      // found no free packet id goes out when one is acknowledged.
      const count = this.#connections.length
      for (let i = Math.max(first, sent - count); i < sent; i++) this.#connections[i % count]?.pump()
    }, TICK_MS)
  }

  during = (ms: number): Promise<void> => Promise.race([delay(ms), this.#broken.promise])

  snapshot() {
    const { pid, databasePid } = this.#settings
    const { user, system } = process.cpuUsage()
    return {
      ownCpuMs: (user + system) / 1000,
      acknowledged: this.#acknowledged,
      atMs: performance.now(),
      cpu: readCpu(pid, databasePid),
    }
  }

  /** Sends nothing new, waits for the rest, and gives how many were never acknowledged. */
  async finish(): Promise<number> {
    this.#isSending = false
    clearInterval(this.#pacer)
    for (const due of this.#due) due.length = 0
    const inFlight = () => this.#connections.reduce((sum, connection) => sum + connection.inFlight, 0)
    for (let waitedMs = 0; inFlight() > 0 && waitedMs < DRAIN_MS; waitedMs += 10) await this.during(10)
    this.#stream?.close()
    for (const connection of this.#connections) connection.close()
    return inFlight()
  }
}

/** The readings of one entity that no event has shown yet, by their times. */
class SentReadings {
  #waiting: { timeMs: number; dueMs: number }[] = []

  add(timeMs: number, dueMs: number): void {
    this.#waiting.push({ timeMs, dueMs })
  }

  /** When the reading of this time was due to go out, if no event has shown it; those before it are superseded. */
  take(timeMs: number): number | undefined {
    const at = this.#waiting.findIndex((reading) => reading.timeMs === timeMs)
    const [reading] = at < 0 ? [] : this.#waiting.splice(0, at + 1).slice(-1)
    return reading?.dueMs
  }
}

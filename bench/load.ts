import { setTimeout as delay } from 'node:timers/promises'
import { DeviceConnection } from './device-connection.ts'
import { type CpuMicros, cpuBetween, readCpu } from './process-cpu.ts'
import type { Scenario } from './scenarios.ts'
import type { Sender } from './subject.ts'

export interface LoadSettings {
  readonly port: number
  readonly senders: readonly Sender[]
  readonly scenario: Scenario
  readonly warmUpMs: number
  readonly windowMs: number
  readonly pid: number
  readonly databasePid: number | null
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
}

const CONNECTING_AT_ONCE = 50
const TICK_MS = 1
const DRAIN_MS = 20_000

/** Connects, sends, measures a window after the warm-up, and waits for what is still in flight. */
export async function runLoad(settings: LoadSettings): Promise<LoadResult> {
  const load = new Load(settings)
  await load.connect()
  load.start()
  await load.during(settings.warmUpMs)
  load.isMeasuring = true
  const before = load.snapshot()
  await load.during(settings.windowMs)
  const after = load.snapshot()
  load.isMeasuring = false
  const unacknowledged = await load.finish()
  const sorted = Float64Array.from(load.latenciesMs).sort()
  return {
    messages: after.acknowledged - before.acknowledged,
    elapsedMs: after.atMs - before.atMs,
    cpu: cpuBetween(before.cpu, after.cpu),
    generatorBusy: (after.ownCpuMs - before.ownCpuMs) / (after.atMs - before.atMs),
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    acknowledged: load.snapshot().acknowledged,
    unacknowledged,
  }
}

class Load {
  readonly #settings: LoadSettings
  readonly #connections: DeviceConnection[] = []
  readonly #due: number[][] = []
  readonly #broken = Promise.withResolvers<never>()
  readonly latenciesMs: number[] = []
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
    for (let at = 0; at < senders.length; at += CONNECTING_AT_ONCE) {
      const next = senders.slice(at, at + CONNECTING_AT_ONCE)
      this.#connections.push(
        ...(await Promise.all(
          next.map((sender) => DeviceConnection.open(port, sender, scenario.inFlight, this.#events())),
        )),
      )
    }
  }

  #events() {
    const due: number[] = []
    this.#due.push(due)
    const isPaced = this.#settings.scenario.messagesPerSecond !== null
    return {
      nextDueMs: (nowMs: number) => (isPaced ? due.shift() : this.#isSending ? nowMs : undefined),
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
      for (const target = ((nowMs - startedAtMs) * perSecond) / 1000; sent < target; sent++)
        this.#due[sent % this.#due.length]?.push(nowMs)
      for (const [i, connection] of this.#connections.entries()) if (this.#due[i]?.length) connection.pump()
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
    for (const connection of this.#connections) connection.close()
    return inFlight()
  }
}

import { until } from '../../support/until.ts'
import { type DeviceSettings, LoadDevice, type Sender } from './load-device.ts'

export interface LoadSettings {
  readonly perSecond: number
  readonly inFlightMax: number
  readonly refusedEvery: number
}

export interface Latency {
  readonly messages: number
  readonly meanMs: number
  readonly maxMs: number
}

const TICK_MS = 5
/** Behind every clock that a drill may set, so that no reading lies in the future. */
const BASE_BEHIND_MS = 4 * 3_600_000

/** A steady load of raw MQTT QoS 1 from many devices, which remembers exactly what was acknowledged. */
export class Load {
  readonly baseMs = Date.now() - BASE_BEHIND_MS
  readonly devices: readonly LoadDevice[]
  readonly #perSecond: number
  #ticker: NodeJS.Timeout | undefined
  #acknowledged = 0
  #latencySumMs = 0
  #latencyMaxMs = 0
  #latencyFrom = 0

  constructor(port: number, senders: readonly Sender[], { perSecond, ...settings }: LoadSettings) {
    this.#perSecond = perSecond
    const common: DeviceSettings = {
      ...settings,
      baseMs: this.baseMs,
      onAcknowledged: (ms) => {
        this.#acknowledged += 1
        this.#latencySumMs += ms
        if (ms > this.#latencyMaxMs) this.#latencyMaxMs = ms
      },
    }
    this.devices = senders.map((sender) => new LoadDevice(port, sender, common))
  }

  /** Messages acknowledged so far, refused ones included. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  get inFlight(): number {
    return this.devices.reduce((sum, { inFlight }) => sum + inFlight, 0)
  }

  get signedIn(): number {
    return this.devices.filter(({ isSignedIn }) => isSignedIn).length
  }

  connect(): void {
    for (const device of this.devices) device.connect()
  }

  /** A device that may not send now lets its turn pass: an outage is not followed by a burst beyond what is in flight. */
  start(): void {
    if (this.#ticker) return
    let owed = 0
    let next = 0
    let lastMs = performance.now()
    this.#ticker = setInterval(() => {
      const nowMs = performance.now()
      owed = Math.min(owed + ((nowMs - lastMs) * this.#perSecond) / 1000, this.#perSecond)
      lastMs = nowMs
      for (; owed >= 1; owed -= 1) this.devices[next++ % this.devices.length]?.send()
    }, TICK_MS)
  }

  /** Sends nothing new; what has no PUBACK is still sent again after a reconnect. */
  pause(): void {
    clearInterval(this.#ticker)
    this.#ticker = undefined
  }

  /** Waits for so many more acknowledgements. */
  more(messages: number, withinMs = 60_000): Promise<unknown> {
    const target = this.#acknowledged + messages
    return until(`${messages} more acknowledgements`, () => this.#acknowledged >= target, withinMs)
  }

  /** Waits until everything sent is acknowledged. */
  idle(withinMs = 120_000): Promise<unknown> {
    return until('every message to be acknowledged', () => this.inFlight === 0, withinMs)
  }

  /** Since the last call. */
  latency(): Latency {
    const messages = this.#acknowledged - this.#latencyFrom
    const latency = {
      messages,
      meanMs: this.#latencySumMs / Math.max(messages, 1),
      maxMs: this.#latencyMaxMs,
    }
    this.#latencyFrom = this.#acknowledged
    this.#latencySumMs = 0
    this.#latencyMaxMs = 0
    return latency
  }

  end(): void {
    this.pause()
    for (const device of this.devices) device.end()
  }
}

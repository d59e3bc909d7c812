import type { Observation, Outcome } from '../core/message.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { type Micros, microsNow } from '../core/time.ts'
import { weightOf } from '../core/weight.ts'
import type { Prepared } from './prepare.ts'
import { unmappedPaths } from './verdict.ts'

/** What became of one message, for who wires the device. */
export interface TailedMessage {
  /** Grows with every message. */
  readonly seq: number
  readonly receivedAt: Micros
  readonly sender: string
  /** The sender, and the devices it spoke for. */
  readonly devices: readonly string[]
  readonly topic: string
  readonly via: string
  /** The head of it. */
  readonly payload: Uint8Array
  readonly payloadBytes: number
  /** Null: no codec. */
  readonly format: string | null
  readonly observations: readonly Observation[]
  readonly rejections: readonly RejectionItem[]
  readonly unmapped: readonly string[]
  readonly ignored: Prepared['ignored']
  readonly stored: number
  readonly duplicate: number
}

const PAYLOAD_HEAD_BYTES = 8192
const MESSAGES_MAX = 2000
const BYTES_MAX = 16 * 1024 * 1024
const WATCHED_MAX = 1000
/** So long after the last look at it, or since it was registered, a device's messages are kept. */
const WATCH_US = 3600 * 1_000_000

/** The last messages of the devices that somebody is wiring: those registered or looked at in the last hour, and those of
 *  gateways whose devices are. Nothing is kept of all others, so that it costs them one look at a map. */
export class MessageTail {
  readonly #watched = new Map<string, Micros>()
  readonly #messages: { readonly message: TailedMessage; readonly bytes: number }[] = []
  readonly #listeners = new Set<(message: TailedMessage) => void>()
  #bytes = 0
  #seq = 0

  watch(device: string): void {
    this.#watched.delete(device)
    this.#watched.set(device, microsNow() + WATCH_US)
    for (const oldest of this.#watched.keys()) {
      if (this.#watched.size <= WATCHED_MAX) break
      this.#watched.delete(oldest)
    }
  }

  isWatched({ message, observations }: Prepared): boolean {
    if (this.#watched.size === 0) return false
    if (this.#isDue(message.device)) return true
    return observations.some(({ device, gateway }) => gateway !== undefined && this.#isDue(device))
  }

  #isDue(device: string): boolean {
    const until = this.#watched.get(device)
    if (until === undefined) return false
    if (until > microsNow()) return true
    this.#watched.delete(device)
    return false
  }

  add(prepared: Prepared, outcome: Outcome): void {
    const { message, observations, decoded, format, ignored } = prepared
    const payload = Buffer.from(message.payload.subarray(0, PAYLOAD_HEAD_BYTES))
    const tailed: TailedMessage = {
      seq: ++this.#seq,
      receivedAt: message.receivedAt,
      sender: message.device,
      devices: [...new Set([message.device, ...observations.map(({ device }) => device)])],
      topic: message.topic,
      via: message.via,
      payload,
      payloadBytes: message.payload.length,
      format,
      observations,
      rejections: outcome.rejections,
      unmapped: unmappedPaths(decoded),
      ignored,
      stored: outcome.stored,
      duplicate: outcome.duplicate,
    }
    const bytes = weightOf(tailed, BYTES_MAX)
    this.#messages.push({ message: tailed, bytes })
    this.#bytes += bytes
    while (this.#messages.length > MESSAGES_MAX || this.#bytes > BYTES_MAX)
      this.#bytes -= this.#messages.shift()?.bytes ?? 0
    for (const listener of this.#listeners) listener(tailed)
  }

  /** The last messages of a device, newest first. To ask is to watch. */
  of(device: string, limit: number): TailedMessage[] {
    this.watch(device)
    const found: TailedMessage[] = []
    for (let i = this.#messages.length - 1; i >= 0 && found.length < limit; i--) {
      const message = this.#messages[i]?.message
      if (message?.devices.includes(device)) found.push(message)
    }
    return found
  }

  /** Calls back with each message of the device from now on; gives how to stop. */
  follow(device: string, listener: (message: TailedMessage) => void): () => void {
    const filtered = (message: TailedMessage) => {
      if (message.devices.includes(device)) listener(message)
    }
    this.#listeners.add(filtered)
    const renewal = setInterval(() => this.watch(device), WATCH_US / 4000).unref()
    this.watch(device)
    return () => {
      clearInterval(renewal)
      this.#listeners.delete(filtered)
    }
  }
}

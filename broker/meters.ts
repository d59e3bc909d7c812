import type { MinuteRate } from '../core/door.ts'

/** A burst may be so many seconds' worth: what a device kept while it had no network comes at once. */
const BURST_S = 60
/** A gateway speaks for many devices. */
const GATEWAY_TIMES = 50
const DEVICES_MAX = 1_000_000
const IDLE_MS = 24 * 3_600_000
/** The usual rate is an average with a memory of about half an hour. */
const MEMORY_MINUTES = 30

/**
 * Counts each device's messages: against the limit, and by the minute, to know what is usual. Some 29 bytes and an entry of a
 * map for each device that has sent within a day, up to a million of them; beyond, new ones are not metered.
 */
export class Meters {
  readonly #perSecondMax: number
  readonly #isGateway: (device: string) => boolean
  readonly #now: () => number
  readonly #slots = new Map<string, number>()
  readonly #names: string[] = []
  readonly #free: number[] = []
  #tokens = new Float32Array(1024)
  #rates = new Float32Array(1024)
  #usedAt = new Float64Array(1024)
  #minute = new Uint32Array(1024)
  #usual = new Float32Array(1024)
  #minutes = new Uint8Array(1024)

  /** `perSecondMax` 0: no limit. */
  constructor(perSecondMax: number, isGateway: (device: string) => boolean, now: () => number = Date.now) {
    this.#perSecondMax = perSecondMax
    this.#isGateway = isGateway
    this.#now = now
  }

  /** Counts messages of a device; false: it sends more than it may. Called once for a chunk of a connection. */
  mayTake(device: string, messages: number): boolean {
    const slot = this.#slots.get(device) ?? this.#open(device)
    if (slot === null) return true
    const now = this.#now()
    this.#minute[slot] = (this.#minute[slot] ?? 0) + messages
    const elapsedS = (now - (this.#usedAt[slot] ?? 0)) / 1000
    this.#usedAt[slot] = now
    if (this.#perSecondMax === 0) return true
    const perSecond = this.#rates[slot] ?? 0
    const left = Math.min((this.#tokens[slot] ?? 0) + Math.max(0, elapsedS) * perSecond, BURST_S * perSecond)
    // Who is over goes no deeper into debt: it may go on once it keeps the rate.
    this.#tokens[slot] = left < messages ? left : left - messages
    return left >= messages
  }

  /** Ends a minute. Gives the devices that sent at least `countMin` messages in it. */
  endMinute(countMin: number): MinuteRate[] {
    const busy: MinuteRate[] = []
    const idleSince = this.#now() - IDLE_MS
    const [counts, usuals, minutes, usedAt] = [this.#minute, this.#usual, this.#minutes, this.#usedAt]
    for (let slot = 0; slot < this.#names.length; slot++) {
      const count = counts[slot] ?? 0
      const usual = usuals[slot] ?? 0
      const known = minutes[slot] ?? 0
      const device = count >= countMin ? this.#names[slot] : undefined
      if (device) busy.push({ device, messages: count, usual, minutes: known })
      // At first the plain mean, so that one early minute does not stand for all.
      usuals[slot] = usual + (count - usual) / Math.min(known + 1, MEMORY_MINUTES)
      minutes[slot] = Math.min(known + 1, 255)
      counts[slot] = 0
      if ((usedAt[slot] ?? 0) < idleSince) this.#close(slot)
    }
    return busy
  }

  #open(device: string): number | null {
    if (this.#slots.size >= DEVICES_MAX) return null
    const slot = this.#free.pop() ?? this.#names.length
    if (slot >= this.#tokens.length) this.#grow()
    this.#names[slot] = device
    this.#slots.set(device, slot)
    this.#tokens[slot] = Number.MAX_SAFE_INTEGER
    // A device keeps its role for good.
    this.#rates[slot] = this.#perSecondMax * (this.#isGateway(device) ? GATEWAY_TIMES : 1)
    this.#usedAt[slot] = this.#now()
    this.#minute[slot] = 0
    this.#usual[slot] = 0
    this.#minutes[slot] = 0
    return slot
  }

  #close(slot: number): void {
    const device = this.#names[slot]
    if (!device) return
    this.#slots.delete(device)
    this.#names[slot] = ''
    this.#free.push(slot)
  }

  #grow(): void {
    const length = 2 * this.#tokens.length
    const grown = <T extends Float32Array | Float64Array | Uint32Array | Uint8Array>(into: T, from: T): T => {
      into.set(from)
      return into
    }
    this.#tokens = grown(new Float32Array(length), this.#tokens)
    this.#rates = grown(new Float32Array(length), this.#rates)
    this.#usedAt = grown(new Float64Array(length), this.#usedAt)
    this.#minute = grown(new Uint32Array(length), this.#minute)
    this.#usual = grown(new Float32Array(length), this.#usual)
    this.#minutes = grown(new Uint8Array(length), this.#minutes)
  }
}

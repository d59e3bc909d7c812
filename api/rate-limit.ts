const MINUTE_MS = 60_000
const KEYS_MAX = 100_000

/** Per key so many in a minute; forgets all keys at each minute, so its memory is one minute's senders. */
export class RateLimit {
  readonly #perMinute: number
  readonly #counts = new Map<string, number>()
  readonly #now: () => number
  #minute = 0

  constructor(perMinute: number, now: () => number = Date.now) {
    this.#perMinute = perMinute
    this.#now = now
  }

  /** Counts one; false: it is over the limit. */
  take(key: string): boolean {
    this.#turn()
    const count = (this.#counts.get(key) ?? 0) + 1
    if (count === 1 && this.#counts.size >= KEYS_MAX) return true
    this.#counts.set(key, count)
    return count <= this.#perMinute
  }

  /** Whether the next one would be over the limit; counts nothing. */
  isOver(key: string): boolean {
    this.#turn()
    return (this.#counts.get(key) ?? 0) >= this.#perMinute
  }

  #turn(): void {
    const minute = Math.floor(this.#now() / MINUTE_MS)
    if (minute !== this.#minute) this.#counts.clear()
    this.#minute = minute
  }
}

/** Seconds until every limit begins anew. */
export const secondsOfMinuteLeft = (): number => Math.ceil((MINUTE_MS - (Date.now() % MINUTE_MS)) / 1000)

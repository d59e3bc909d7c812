export const MINUTE_MS = 60_000
const KEYS_MAX = 100_000

/** Per key so many in a minute, or another window; forgets all keys at each, so its memory is one window's senders. */
export class RateLimit {
  readonly #max: number
  readonly #windowMs: number
  readonly #now: () => number
  readonly #counts = new Map<string, number>()
  #window = 0

  constructor(max: number, windowMs = MINUTE_MS, now: () => number = Date.now) {
    this.#max = max
    this.#windowMs = windowMs
    this.#now = now
  }

  /** Counts one; false: it is over the limit. */
  take(key: string): boolean {
    this.#turn()
    const count = (this.#counts.get(key) ?? 0) + 1
    if (count === 1 && this.#counts.size >= KEYS_MAX) return true
    this.#counts.set(key, count)
    return count <= this.#max
  }

  /** Whether the next one would be over the limit; counts nothing. */
  isOver(key: string): boolean {
    this.#turn()
    return (this.#counts.get(key) ?? 0) >= this.#max
  }

  #turn(): void {
    const window = Math.floor(this.#now() / this.#windowMs)
    if (window !== this.#window) this.#counts.clear()
    this.#window = window
  }
}

/** Seconds until every limit by the minute begins anew. */
export const secondsOfMinuteLeft = (): number => Math.ceil((MINUTE_MS - (Date.now() % MINUTE_MS)) / 1000)

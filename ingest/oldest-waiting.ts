import type { Micros } from '../core/time.ts'

/** A clock that jumps must not make the list of seconds endless. */
const SECONDS_MAX = 86_400

/** Since when the oldest message waits for its acknowledgement. To the second, so that a message costs two counts. */
export class OldestWaiting {
  /** How many wait of each second, from `#first` on. */
  readonly #counts: number[] = [0]
  #first = 0
  #waiting = 0

  /** Gives what `ended` takes. */
  began(receivedAt: Micros): number {
    const second = Math.floor(receivedAt / 1_000_000)
    if (this.#waiting === 0) this.#first = second
    this.#waiting += 1
    // Set back, the clock makes a message at most as old as the oldest.
    const at = Math.min(Math.max(0, second - this.#first), SECONDS_MAX)
    while (this.#counts.length <= at) this.#counts.push(0)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    return this.#first + at
  }

  ended(second: number): void {
    const at = second - this.#first
    this.#waiting -= 1
    this.#counts[at] = (this.#counts[at] ?? 0) - 1
    // One stays, so that nothing is made anew for each message of a quiet hour.
    while (this.#counts.length > 1 && this.#counts[0] === 0) {
      this.#counts.shift()
      this.#first += 1
    }
  }

  /** Age of the oldest in seconds; 0: nothing waits. */
  ageS(now: Micros): number {
    return this.#waiting === 0 ? 0 : Math.max(0, Math.floor(now / 1_000_000) - this.#first)
  }
}

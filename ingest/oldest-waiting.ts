import type { Micros } from '../core/time.ts'

/** Since when the oldest message waits for its acknowledgement. To the second, so that a message costs two counts. */
export class OldestWaiting {
  /** How many wait of each second, the oldest first. */
  readonly #bySecond = new Map<number, number>()

  /** Gives what `ended` takes. */
  began(receivedAt: Micros): number {
    const second = Math.floor(receivedAt / 1_000_000)
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + 1)
    return second
  }

  ended(second: number): void {
    const left = (this.#bySecond.get(second) ?? 0) - 1
    if (left > 0) this.#bySecond.set(second, left)
    else this.#bySecond.delete(second)
  }

  /** Age of the oldest in seconds; 0: nothing waits. */
  ageS(now: Micros): number {
    const [oldest] = this.#bySecond.keys()
    return oldest === undefined ? 0 : Math.max(0, Math.floor(now / 1_000_000) - oldest)
  }
}

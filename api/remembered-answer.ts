import { within } from '../core/within.ts'

/** What many ask for and is dear to find out: asked at most every `everyMs`, by one for all. Who asks meanwhile waits for it, as
 *  long as `waitMs`; then the answer of before is given. */
export class RememberedAnswer<T> {
  readonly #ask: () => Promise<T>
  readonly #everyMs: number
  readonly #waitMs: number
  #answer: T | null = null
  #askedAtMs = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null

  /** `ask` that fails leaves the answer of before. */
  constructor(ask: () => Promise<T>, { everyMs, waitMs }: { everyMs: number; waitMs: number }) {
    this.#ask = ask
    this.#everyMs = everyMs
    this.#waitMs = waitMs
  }

  /** Null: it is not known yet. */
  async get(): Promise<T | null> {
    if (this.#asking === null && performance.now() - this.#askedAtMs >= this.#everyMs) this.#begin()
    if (this.#asking) await within(this.#asking, this.#waitMs)
    return this.#answer
  }

  #begin(): void {
    this.#askedAtMs = performance.now()
    this.#asking = this.#ask()
      .then(
        (answer) => {
          this.#answer = answer
        },
        () => {},
      )
      .finally(() => {
        this.#asking = null
      })
  }
}

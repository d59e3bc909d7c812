import { within } from '../core/within.ts'

/** What many ask for and is dear to find out: asked at most every `everyMs`, by one for all. While it is asked, the answer of
 *  before is given; the first ones wait for it, as long as `firstMs`. */
export class RememberedAnswer<T> {
  readonly #ask: () => Promise<T>
  readonly #everyMs: number
  readonly #firstMs: number
  #answer: T | null = null
  #askedAtMs = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null

  /** `ask` that fails leaves the answer of before. */
  constructor(ask: () => Promise<T>, { everyMs, firstMs }: { everyMs: number; firstMs: number }) {
    this.#ask = ask
    this.#everyMs = everyMs
    this.#firstMs = firstMs
  }

  /** Null: it is not known yet. */
  async get(): Promise<T | null> {
    if (this.#asking === null && performance.now() - this.#askedAtMs >= this.#everyMs) this.#begin()
    if (this.#answer === null && this.#asking) await within(this.#asking, this.#firstMs)
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

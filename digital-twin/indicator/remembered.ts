/** What was worked out, for as long as working it out again would be a burden: twenty times as long as it took, and not at
 *  all where it was quick. So small installations see every change at once, and large ones are not asked to death. */
export class Remembered<T> {
  readonly #found = new Map<string, { readonly value: Promise<T>; until: number }>()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  /** `leastMs`: for so long at least, however quick it was. */
  get(key: string, compute: () => Promise<T>, leastMs = 0): Promise<T> {
    const known = this.#found.get(key)
    if (known && known.until > Date.now()) return known.value
    const startedAt = Date.now()
    // While it is under way, whoever asks for the same waits for it.
    const entry = { value: compute(), until: Number.POSITIVE_INFINITY }
    this.#found.delete(key)
    this.#found.set(key, entry)
    entry.value.then(
      () => {
        const ms = Date.now() - startedAt
        const burdenMs = ms < QUICK_MS ? 0 : Math.min(TIMES * ms, REMEMBERED_MS_MAX)
        entry.until = Date.now() + Math.max(burdenMs, leastMs)
      },
      () => {
        entry.until = 0
      },
    )
    for (const oldest of this.#found.keys()) {
      if (this.#found.size <= this.#size) break
      this.#found.delete(oldest)
    }
    return entry.value
  }

  /** Somebody has changed what it follows from. */
  forget(): void {
    this.#found.clear()
  }
}

const QUICK_MS = 500
const TIMES = 20
const REMEMBERED_MS_MAX = 600_000

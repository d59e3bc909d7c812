const FIRST_MS = 0.5
const GROWTH = 1.25
const BUCKETS = 56

/** Durations from half a millisecond to two minutes, in buckets that grow by a quarter: bounded, and as exact as one needs. */
export class CommitTimes {
  readonly #counts = new Uint32Array(BUCKETS)

  add(ms: number): void {
    const at = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH))
    const bucket = Math.min(at, BUCKETS - 1)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
  }

  snapshot(): Uint32Array {
    return this.#counts.slice()
  }

  /** Of what was added since a snapshot; null: nothing was. */
  quantilesSince(before: Uint32Array): { p50: number; p95: number } | null {
    const added = this.#counts.map((count, at) => count - (before[at] ?? 0))
    const total = added.reduce((sum, count) => sum + count, 0)
    if (total === 0) return null
    const quantile = (share: number) => {
      let left = Math.ceil(share * total)
      const at = added.findIndex((count) => {
        left -= count
        return left <= 0
      })
      return FIRST_MS * GROWTH ** at
    }
    return { p50: quantile(0.5), p95: quantile(0.95) }
  }
}

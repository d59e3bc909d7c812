import type { Domain, Freshness } from '../wire/entity.ts'

export type DomainCounts = Record<Freshness, number>

export const TREND_MINUTES = 10
const SAMPLE_MS = 30_000
const KEPT_MS = TREND_MINUTES * 60_000
/** Sooner there is nothing to compare with. */
const COMPARE_MS_MIN = 60_000

interface Sample {
  readonly atMs: number
  readonly troubled: ReadonlyMap<Domain, number>
}

/** How many more are late or silent than some minutes ago. */
export class Trend {
  readonly #samples: Sample[] = []

  note(atMs: number, counts: ReadonlyMap<Domain, DomainCounts>): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && atMs - last.atMs < SAMPLE_MS) return
    this.#samples.push({ atMs, troubled: new Map([...counts].map(([domain, of]) => [domain, troubled(of)])) })
    while ((this.#samples[1]?.atMs ?? atMs) <= atMs - KEPT_MS) this.#samples.shift()
  }

  /** Null: it is too early to tell. */
  of(domain: Domain, atMs: number, counts: DomainCounts): number | null {
    const [oldest] = this.#samples
    if (oldest === undefined || atMs - oldest.atMs < COMPARE_MS_MIN) return null
    return troubled(counts) - (oldest.troubled.get(domain) ?? 0)
  }
}

const troubled = ({ late, silent }: DomainCounts): number => late + silent

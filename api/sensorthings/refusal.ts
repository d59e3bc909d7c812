/** Why a request of SensorThings is not answered: with these codes and statuses. */
const STATUSES = { not_valid: 400, too_costly: 400, not_found: 404, not_implemented: 501 } as const

export type RefusalCode = keyof typeof STATUSES

/** Thrown inside this folder alone; the route makes a problem of it. */
export class Refusal extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, message: string) {
    super(message)
    this.name = 'Refusal'
    this.code = code
  }

  get status(): number {
    return STATUSES[this.code]
  }
}

/** What is wrong with the text of an option, and where; characters are counted from 1. */
export const refusedAt = (option: string, at: number, message: string, code: RefusalCode = 'not_valid') =>
  new Refusal(code, `${option}, character ${at + 1}: ${message}`)

/** What one request may cost: it counts what was looked at, so that no question holds up everybody else. */
export class Budget {
  #steps = 0
  #queries = 0
  #items = 0

  /** One value looked at by a filter. */
  step(): void {
    if (++this.#steps > 2_000_000)
      throw new Refusal('too_costly', '$filter looks at too much; filter by fewer or shorter paths')
  }

  query(): void {
    if (++this.#queries > 1000)
      throw new Refusal('too_costly', '$expand of Observations asks too much; lower $top or expand less')
  }

  item(): void {
    if (++this.#items > 20_000)
      throw new Refusal('too_costly', '$expand gives too much; lower $top or expand less')
  }

  /** Enough for one answer: the page ends here, and its nextLink goes on. */
  get isSpent(): boolean {
    return this.#queries >= 200 || this.#items >= 5000
  }
}

import { InTurn } from '../core/in-turn.ts'

interface Settings {
  /** So many may wait, the one that is being found out among them. */
  readonly waitingMax: number
  readonly holdsMs: number
}

const HELD_MAX = 100

/** What is dear to find out: one after the other, what several ask for only once, and an answer holds for a while. */
export class DearAnswers<T> {
  readonly #settings: Settings
  readonly #turn = new InTurn()
  readonly #asking = new Map<string, Promise<T>>()
  readonly #held = new Map<string, { readonly answer: T; readonly untilMs: number }>()

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Null: too many wait already. */
  async get(key: string, ask: () => Promise<T>): Promise<T | null> {
    const held = this.#held.get(key)
    if (held && performance.now() < held.untilMs) return held.answer
    const asking = this.#asking.get(key)
    if (asking) return asking
    if (this.#asking.size >= this.#settings.waitingMax) return null
    const finding = this.#turn.do(ask).finally(() => this.#asking.delete(key))
    this.#asking.set(key, finding)
    const answer = await finding
    this.#hold(key, answer)
    return answer
  }

  #hold(key: string, answer: T): void {
    const now = performance.now()
    this.#held.delete(key)
    this.#held.set(key, { answer, untilMs: now + this.#settings.holdsMs })
    // The oldest are first.
    for (const [other, { untilMs }] of this.#held)
      if (untilMs <= now || this.#held.size > HELD_MAX) this.#held.delete(other)
  }
}

import { DbError } from '../db.ts'

type Job = () => Promise<void>

const WAITING_MAX = 1000

/** One piece of work at a time, in order; work taken `ahead` goes before all that waits. */
export class Turns {
  readonly #ahead: Job[] = []
  readonly #waiting: Job[] = []
  #busy = false

  take<T>(work: () => Promise<T>, ahead = false): Promise<T> {
    if (!ahead && this.#waiting.length >= WAITING_MAX)
      return Promise.reject(
        new DbError('53300', `${WAITING_MAX} statements are waiting for the embedded database already`),
      )
    return new Promise<T>((resolve, reject) => {
      const job: Job = () => work().then(resolve, reject)
      ;(ahead ? this.#ahead : this.#waiting).push(job)
      if (!this.#busy) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#busy = true
    for (let job = this.#next(); job; job = this.#next()) await job()
    this.#busy = false
  }

  #next(): Job | undefined {
    return this.#ahead.shift() ?? this.#waiting.shift()
  }
}

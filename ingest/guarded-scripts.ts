import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { RecentKeys } from '../core/recent-keys.ts'
import { err } from '../core/result.ts'
import type { Scripts } from './scripts.ts'

const BUSY_WAIT_MS = 50
/** A program that was stopped so often in a row is not run again for a while: each time costs the others a second. */
const STOPS_MAX = 3
const SUSPENDED_MS = 60_000
const PROGRAMS_MAX = 1000
const STOPPED: ReadonlySet<string> = new Set(['timeout', 'crashed'])

/** Programs as ingest runs them: where there is no room the message waits, so that its sender does; and one that hangs is
 *  suspended, so that it does not hold up all others. */
export class GuardedScripts implements Scripts {
  readonly #scripts: Scripts
  readonly #now: () => number
  readonly #stops = new RecentKeys<{ readonly count: number; readonly untilMs: number }>(PROGRAMS_MAX)

  constructor(scripts: Scripts, now: () => number = () => performance.now()) {
    this.#scripts = scripts
    this.#now = now
  }

  checkDecoder: Scripts['checkDecoder'] = (source) => this.#scripts.checkDecoder(source)
  checkMapping: Scripts['checkMapping'] = (expression) => this.#scripts.checkMapping(expression)
  decode: Scripts['decode'] = (source, input) =>
    this.#guarded(source, () => this.#scripts.decode(source, input))
  map: Scripts['map'] = (expression, input) =>
    this.#guarded(expression, () => this.#scripts.map(expression, input))

  async #guarded<T extends { ok: true } | { ok: false; error: { code: string } }>(
    program: string,
    run: () => Promise<T>,
  ) {
    const key = createHash('sha256').update(program).digest('base64')
    for (;;) {
      const stopped = this.#stops.get(key)
      if (stopped && stopped.count >= STOPS_MAX && stopped.untilMs > this.#now())
        return err({
          code: 'suspended',
          detail: `the program had to be stopped ${STOPS_MAX} times in a row; it is tried again within a minute, or once it is changed`,
        })
      const result = await run()
      if (!result.ok && result.error.code === 'busy') {
        await delay(BUSY_WAIT_MS)
        continue
      }
      if (!result.ok && STOPPED.has(result.error.code)) this.#stop(key)
      else this.#stops.delete(key)
      return result
    }
  }

  #stop(key: string): void {
    const count = Math.min((this.#stops.get(key)?.count ?? 0) + 1, STOPS_MAX)
    this.#stops.set(key, { count, untilMs: this.#now() + SUSPENDED_MS })
  }
}

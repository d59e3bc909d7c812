import type { AlarmKind, Finding } from '../../core/alarm.ts'
import type { Log } from '../../core/ports.ts'

/** Each kind has its own: an attack from very many addresses must not become as many alarms, nor push out what is found in the
 *  network, and the other way round. */
const ACTIVE_MAX: Readonly<Record<AlarmKind, number>> = { security: 1000, process: 12_000 }

/** How many alarms of each kind are active, and whether one more may be. */
export class AlarmBounds {
  readonly #log: Log
  readonly #active: Record<AlarmKind, number> = { security: 0, process: 0 }
  #refused = 0

  constructor(log: Log) {
    this.#log = log
  }

  /** One that is refused is counted, and told of at the first, tenth, hundredth … time. */
  hasRoom({ kind, rule }: Finding): boolean {
    if (this.#active[kind] < ACTIVE_MAX[kind]) return true
    this.#refused += 1
    if (Number.isInteger(Math.log10(this.#refused)))
      this.#log.error(
        { kind, rule, count: this.#refused },
        'too many alarms are active: no new ones are raised',
      )
    return false
  }

  add(kind: AlarmKind): void {
    this.#active[kind] += 1
  }

  remove(kind: AlarmKind): void {
    this.#active[kind] -= 1
  }
}

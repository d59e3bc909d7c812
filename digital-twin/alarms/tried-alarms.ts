import { formatTime, type Micros } from '../../core/time.ts'
import type { Step } from './detectors/detector.ts'

export interface TriedAlarm {
  readonly entity: string
  /** Of an expression: none. */
  readonly quantity: string | null
  readonly channel: string
  readonly value: number | null
  readonly bound: number | null
  readonly raisedAt: string
  clearedAt: string | null
}

/** What a rule would have made of one entity's past. */
export interface Tried {
  readonly items: readonly TriedAlarm[]
  readonly readings: number
  /** Of how many readings it could not say anything, for what it needs was not known. */
  readonly unjudged: number
  /** Something was left out. */
  readonly isCut: boolean
}

/** Puts the steps of an entity's past together to alarms. */
export class TriedAlarms {
  readonly all: TriedAlarm[] = []
  readonly #entity: string
  readonly #open = new Map<string, TriedAlarm>()

  constructor(entity: string) {
    this.#entity = entity
  }

  stepped(
    { verdict, bound }: Step,
    { time, ...of }: Pick<TriedAlarm, 'quantity' | 'channel' | 'value'> & { time: Micros },
  ): void {
    const key = `${of.quantity}/${of.channel}`
    if (verdict === 'raise') {
      const item = { entity: this.#entity, ...of, bound, raisedAt: formatTime(time), clearedAt: null }
      this.#open.set(key, item)
      this.all.push(item)
    }
    const was = this.#open.get(key)
    if (verdict === 'clear' && was) was.clearedAt = formatTime(time)
  }
}

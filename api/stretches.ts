import { DAY_US, localDayStart, type Micros } from '../core/time.ts'
import type { HeardDay } from '../store/past-activity.ts'

const ROOM_FIRST = 1024
const DAY_MS = DAY_US / 1000

/** Stretches of local days on which devices were heard: 20 bytes each, for there may be millions. */
export class Stretches {
  readonly #devices = new Map<string, number>()
  #device = new Uint32Array(ROOM_FIRST)
  #from = new Int32Array(ROOM_FIRST)
  #to = new Int32Array(ROOM_FIRST)
  #receivedAt = new Float64Array(ROOM_FIRST)
  #length = 0
  /** How many days they are together. */
  dayCount = 0

  /** `from` and `to`: YYYY-MM-DD, both inclusive. `receivedAt` null: at the end of each of the days. */
  add(device: string, from: string, to: string, receivedAt: Micros | null): void {
    if (this.#length === this.#device.length) this.#grow()
    const known = this.#devices.get(device)
    const index = known ?? this.#devices.size
    if (known === undefined) this.#devices.set(device, index)
    const at = this.#length++
    this.#device[at] = index
    this.#from[at] = dayNumber(from)
    this.#to[at] = dayNumber(to)
    this.#receivedAt[at] = receivedAt ?? Number.NaN
    this.dayCount += dayNumber(to) - dayNumber(from) + 1
  }

  /** Each day by itself, those of a device after each other. What nobody says the receipt of was not received after `now`. */
  *days(now: Micros): Generator<HeardDay> {
    const devices = [...this.#devices.keys()]
    const texts = new Map<number, { date: string; end: Micros }>()
    for (const at of this.#byDevice(devices)) {
      const receivedAt = this.#receivedAt[at] as number
      for (let day = this.#from[at] as number; day <= (this.#to[at] as number); day++) {
        const { date, end } = texts.get(day) ?? textOf(day, texts)
        const device = devices[this.#device[at] as number] as string
        yield { device, date, receivedAt: Number.isNaN(receivedAt) ? Math.min(end, now) : receivedAt }
      }
    }
  }

  /** By counting, for a comparison of millions would hold everybody up. */
  #byDevice(devices: readonly string[]): Uint32Array {
    const rank = new Uint32Array(devices.length)
    const sorted = [...devices.keys()].sort((a, b) =>
      (devices[a] as string) < (devices[b] as string) ? -1 : 1,
    )
    for (const [place, index] of sorted.entries()) rank[index] = place
    const starts = new Uint32Array(devices.length + 1)
    for (let at = 0; at < this.#length; at++) {
      const next = (rank[this.#device[at] as number] as number) + 1
      starts[next] = (starts[next] as number) + 1
    }
    for (let place = 1; place < starts.length; place++)
      starts[place] = (starts[place] as number) + (starts[place - 1] as number)
    const order = new Uint32Array(this.#length)
    for (let at = 0; at < this.#length; at++) {
      const place = rank[this.#device[at] as number] as number
      order[starts[place] as number] = at
      starts[place] = (starts[place] as number) + 1
    }
    return order
  }

  #grow(): void {
    const room = this.#length * 2
    const grown = <T extends Uint32Array | Int32Array | Float64Array>(before: T, after: T): T => {
      after.set(before)
      return after
    }
    this.#device = grown(this.#device, new Uint32Array(room))
    this.#from = grown(this.#from, new Int32Array(room))
    this.#to = grown(this.#to, new Int32Array(room))
    this.#receivedAt = grown(this.#receivedAt, new Float64Array(room))
  }
}

const dayNumber = (date: string): number => Date.parse(date) / DAY_MS

function textOf(day: number, texts: Map<number, { date: string; end: Micros }>) {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10)
  const text = { date, end: localDayStart(date) + DAY_US - 1 }
  texts.set(day, text)
  return text
}

import type { Observation } from '../core/message.ts'
import { LOCAL_OFFSET_MS, localDate, type Micros } from '../core/time.ts'
import type { Activity } from '../store/activity.ts'

const DAY_MS = 86_400_000

/** The newest local day known to be stored for each device: one small number a device. Other days are written again,
 *  which changes nothing. A gateway is active on the days of what it carries. */
export class KnownActivity {
  readonly #newest = new Map<string, number>()

  /** Nothing is missing. */
  hasAll(observations: readonly Observation[]): boolean {
    for (const { device, gateway, time } of observations) {
      const day = dayNumber(time)
      if (this.#newest.get(device) !== day) return false
      if (gateway !== undefined && this.#newest.get(gateway) !== day) return false
    }
    return true
  }

  missing(observations: readonly Observation[]): Activity[] {
    const found = new Map<string, Activity>()
    for (const { device, gateway, time, receivedAt } of observations) {
      const day = dayNumber(time)
      for (const active of gateway === undefined ? [device] : [device, gateway]) {
        if (this.#newest.get(active) === day) continue
        const key = `${active} ${day}`
        if (!found.has(key)) found.set(key, { device: active, localDate: localDate(time), receivedAt })
      }
    }
    return [...found.values()]
  }

  add(activity: readonly Activity[]): void {
    for (const { device, localDate: date } of activity) {
      const day = Date.parse(date) / DAY_MS
      if (day > (this.#newest.get(device) ?? -Infinity)) this.#newest.set(device, day)
    }
  }
}

const dayNumber = (time: Micros): number => Math.floor((time / 1000 + LOCAL_OFFSET_MS) / DAY_MS)

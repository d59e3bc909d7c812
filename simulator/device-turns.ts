import type { DeviceClient } from './device-client.ts'
import { planAt } from './messages.ts'
import type { Totals } from './totals.ts'
import { dueMs, turnAfter } from './turns.ts'
import type { World } from './world.ts'

/** A device that is later than this (the machine slept, or has too much to do) leaves turns out. */
const LATE_MAX_MS = 5000

/** Carries out a device's turns one after the other. */
export class DeviceTurns {
  readonly #world: World
  readonly #client: DeviceClient
  readonly #totals: Totals
  #turn: number

  constructor(world: World, client: DeviceClient, totals: Totals) {
    this.#world = world
    this.#client = client
    this.#totals = totals
    this.#turn = turnAfter(client.device, Date.now())
  }

  get nextMs(): number {
    return dueMs(this.#client.device, this.#turn)
  }

  /** Does what is planned for this turn and returns when the next one is due. */
  take(nowMs: number): number {
    const { online, messages } = planAt(this.#world, this.#client.device, this.#turn)
    if (online) this.#client.goOnline()
    else this.#client.goOffline()
    for (const message of messages) this.#client.send(message)
    this.#turn++
    if (this.nextMs < nowMs - LATE_MAX_MS) {
      const next = turnAfter(this.#client.device, nowMs)
      this.#totals.skipped += next - this.#turn
      this.#turn = next
    }
    return this.nextMs
  }
}

import type { Principal } from '../core/ports.ts'
import { hearsReadings } from '../core/topic.ts'

/** Devices whose readings somebody has subscribed to since the start. Nobody is ever taken out: a persistent session keeps
 *  its subscription while it is away, and a message published for nobody costs little. */
export class Listened {
  readonly #devices = new Set<string>()

  /** A subscription that was granted. */
  add(principal: Principal | undefined, filter: string): void {
    if (principal?.kind === 'device' && hearsReadings(principal.device, filter))
      this.#devices.add(principal.device)
  }

  has = (device: string): boolean => this.#devices.has(device)
}

import type { Client } from 'aedes'
import { microsNow } from '../core/time.ts'

/** Names the MQTT session that packet ids belong to. A clean session ends with its connection: packet ids of the next one
 *  are other packets. */
export class SessionEpochs {
  readonly #names = new WeakMap<Client, string>()

  of(client: Client): string {
    const known = this.#names.get(client)
    if (known !== undefined) return known
    const name = client.clean ? `${client.id} ${microsNow()}` : client.id
    this.#names.set(client, name)
    return name
  }
}

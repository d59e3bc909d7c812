import type { Client } from 'aedes'

/** Which clients have packets under way in the broker that wait for their commit. Nothing more is read of them meanwhile, or
 *  a later packet could be acknowledged before an earlier one (MQTT-4.6.0-2). */
export class HeldClients {
  readonly #counts = new WeakMap<Client, number>()
  readonly #resumes = new WeakMap<Client, () => void>()

  /** How the connection of a client is read on. */
  register(client: Client, resume: () => void): void {
    this.#resumes.set(client, resume)
  }

  has = (client: Client): boolean => (this.#counts.get(client) ?? 0) > 0

  hold(client: Client): void {
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1)
  }

  letGo(client: Client): void {
    const count = (this.#counts.get(client) ?? 1) - 1
    this.#counts.set(client, count)
    if (count === 0) this.#resumes.get(client)?.()
  }
}

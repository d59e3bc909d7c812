import type { Client } from 'aedes'
import type { Principal, SessionEvent } from '../core/ports.ts'
import { microsNow } from '../core/time.ts'

interface Known {
  readonly principal: Principal
  reason: string
  hasBegun: boolean
}

/** Which client of the broker is whom, and when its session began and ended. */
export class SessionLog {
  readonly #known = new WeakMap<Client, Known>()
  readonly #clients = new Map<string, Set<Client>>()
  /** Devices that are said to be connected. */
  readonly #connected = new Set<string>()
  readonly #emit: (event: SessionEvent) => void
  #size = 0

  constructor(emit: (event: SessionEvent) => void) {
    this.#emit = emit
  }

  get size(): number {
    return this.#size
  }

  /** The client may come in; from now on its device is not gone, though another session of it ends (a take-over). */
  admit(client: Client, principal: Principal): void {
    this.#known.set(client, { principal, reason: 'the connection was closed', hasBegun: false })
    const key = keyOf(principal)
    this.#clients.set(key, (this.#clients.get(key) ?? new Set()).add(client))
  }

  principalOf = (client: Client): Principal | undefined => this.#known.get(client)?.principal

  clientsOf = (principal: Parameters<typeof keyOf>[0]): Client[] => [
    ...(this.#clients.get(keyOf(principal)) ?? []),
  ]

  begin(client: Client, address: string): void {
    const known = this.#known.get(client)
    if (!known || known.hasBegun || client.closed) return
    known.hasBegun = true
    this.#size += 1
    if (known.principal.kind !== 'device' || this.#connected.has(known.principal.device)) return
    const { device } = known.principal
    this.#connected.add(device)
    this.#emit({ device, kind: 'connected', time: microsNow(), reason: '', clientId: client.id, address })
  }

  /** Remembers why a session is about to end. */
  because(client: Client, reason: string): void {
    const known = this.#known.get(client)
    if (known) known.reason = reason.slice(0, 200)
  }

  end(client: Client, reason: string): void {
    this.because(client, reason)
    client.close()
  }

  /** The connection of a client that was let in and never began. One that began is ended by the broker, once its will, which
   *  is published in its name, was taken. */
  abandoned(client: Client): void {
    if (this.#known.get(client)?.hasBegun === false) this.ended(client)
  }

  /** A device is gone when the last of its sessions is. */
  ended(client: Client): void {
    const known = this.#known.get(client)
    if (!known) return
    this.#known.delete(client)
    if (known.hasBegun) this.#size -= 1
    const key = keyOf(known.principal)
    const clients = this.#clients.get(key)
    clients?.delete(client)
    if (clients && clients.size > 0) return
    this.#clients.delete(key)
    if (known.principal.kind !== 'device') return
    const { device } = known.principal
    if (this.#connected.delete(device))
      this.#emit({
        device,
        kind: 'disconnected',
        time: microsNow(),
        reason: known.reason,
        clientId: client.id,
      })
  }
}

/** Device ids hold no colon, so that the two kinds cannot meet. */
const keyOf = (principal: { kind: 'device'; device: string } | { kind: 'token'; token: string }): string =>
  principal.kind === 'device' ? principal.device : `token:${principal.token}`

import type { Message } from '../core/message.ts'
import type { Micros } from '../core/time.ts'

const REMEMBERED_MAX = 100_000

/** The first time of receipt of packets whose readings have no time of their own, so that a DUP of the same packet in the
 *  same session stores nothing twice. Bounded; across a crash such readings are at-least-once, as docs/wiring.md says. */
export class ReceiptTimes {
  readonly #first = new Map<string, { readonly receivedAt: Micros; readonly size: number }>()

  /** The time that this message's timeless readings get. */
  of({ packet, payload, receivedAt, firstReceivedAt }: Message): Micros {
    if (firstReceivedAt !== undefined) return firstReceivedAt
    if (!packet) return receivedAt
    const key = `${packet.session}\n${packet.id}`
    const first = this.#first.get(key)
    // Packet ids are used again; without DUP, or with another payload, it is a new message.
    if (packet.dup && first?.size === payload.length) return first.receivedAt
    this.#first.delete(key)
    this.#first.set(key, { receivedAt, size: payload.length })
    this.#trim()
    return receivedAt
  }

  #trim(): void {
    for (const oldest of this.#first.keys()) {
      if (this.#first.size <= REMEMBERED_MAX) return
      this.#first.delete(oldest)
    }
  }
}

import type { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import type { Origin, Refusal, RefusalReason } from '../core/refusals.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { Gate } from './gate.ts'
import type { SessionLog } from './session-log.ts'

/** Who is at the other end of a connection, as far as it is known before any packet. */
export interface Guest extends Origin {
  readonly certificate: ClientCertificate | null
}

const NOBODY: Guest = { address: '', port: 'mqtt', certificate: null }

/** Remembers where each connection comes from, and tells the gate of what is refused to it. */
export class Guests {
  readonly gate: Gate
  readonly #sessions: SessionLog
  readonly #guests = new WeakMap<Duplex, Guest>()
  readonly #since = new WeakMap<Duplex, number>()

  constructor(gate: Gate, sessions: SessionLog) {
    this.gate = gate
    this.#sessions = sessions
  }

  add(connection: Duplex, guest: Guest): void {
    this.#guests.set(connection, guest)
    this.#since.set(connection, performance.now())
  }

  /** For how long the connection is there. */
  ageMs(connection: Duplex): number {
    return performance.now() - (this.#since.get(connection) ?? performance.now())
  }

  of(connection: Duplex): Guest {
    return this.#guests.get(connection) ?? NOBODY
  }

  refused(client: Client, reason: RefusalReason, more: Partial<Refusal> = {}): void {
    const { address, port } = this.of(client.conn as Duplex)
    const principal = this.#sessions.principalOf(client)
    const known =
      principal?.kind === 'device'
        ? { username: principal.device, device: principal.device }
        : principal && { username: 'token' }
    this.gate.refused({ address, port, reason, clientId: client.id, ...known, ...more })
  }

  /** Counts messages of a client's device; false: it sends more than it may, and its session is to be ended. */
  mayTake(client: Client, device: string, messages: number): boolean {
    if (this.gate.mayTake(device, messages)) return true
    this.#sessions.because(client, TOO_MANY)
    this.refused(client, 'too_many_messages')
    return false
  }
}

export const TOO_MANY = 'it sends more messages than MQTT_DEVICE_MESSAGES_PER_SECOND_MAX'

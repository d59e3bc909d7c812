import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Aedes, Client } from 'aedes'
import { plainAddress } from '../core/address.ts'
import type { Message } from '../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX } from '../core/rejection-codes.ts'
import { receiptNow } from '../core/time.ts'
import type { BrokerParts, BrokerSettings } from './broker.ts'
import type { ConnectFault } from './connect-guard.ts'
import { guard } from './guarded-connection.ts'
import type { Guest, Guests } from './guests.ts'
import { type GuardVerdict, type Oversized, PacketGuard } from './packet-guard.ts'
import { type LaneParts, ReadingsLane } from './readings-lane.ts'
import type { SessionLog } from './session-log.ts'

const ROOM_CHECK_MS = 10
const LAST_WRITES_MS = 1000
/** What any link keeps, a slow one of GPRS too. */
const PACKET_BYTES_PER_MS = 0.5
const SWEEPS_A_PACKET = 6

interface DoorParts extends LaneParts {
  readonly packetMsMax: number
}

interface Accepted {
  readonly client: Client
  readonly guest: Guest
  readonly guard: PacketGuard
  isHeld(): boolean
}

/** Where connections come in: each gets its guard, and waits unread while ingest is full. */
export class ConnectionDoor {
  readonly #aedes: Aedes
  readonly #settings: BrokerSettings
  readonly #parts: BrokerParts
  readonly #sessions: SessionLog
  readonly #laneParts: DoorParts
  readonly #waiting = new Set<() => void>()
  readonly #connections = new Map<Duplex, Accepted>()
  readonly #guests: Guests
  readonly #sweeps: NodeJS.Timeout
  #timer: NodeJS.Timeout | null = null
  #isHeld = false

  constructor(settings: BrokerSettings, parts: BrokerParts, laneParts: DoorParts) {
    this.#aedes = laneParts.aedes
    this.#settings = settings
    this.#parts = parts
    this.#sessions = laneParts.sessions
    this.#laneParts = laneParts
    this.#guests = laneParts.guests
    this.#sweeps = setInterval(() => this.#endStalled(), laneParts.packetMsMax / SWEEPS_A_PACKET).unref()
  }

  /** A connection without a handshake of its own before MQTT. */
  come(connection: Duplex, address: string | undefined, port: 'mqtt' | 'ws'): void {
    const guest = { address: plainAddress(address), port, certificate: null }
    if (this.admits(connection, guest)) this.accept(connection, guest)
  }

  /** Counts a connection; false: it is closed. Of one that has a TLS handshake before it this is asked before that. */
  admits = (connection: Duplex, { address, port }: Guest): boolean => {
    connection.on('error', () => {})
    const { crowd } = this.#parts.gate
    // Some more than may hold a session, so that those over the limit get their CONNACK 3 instead of a silent close.
    const isFull = this.#connections.size >= this.#settings.connectionsMax + 1000
    const reason = this.#isHeld ? null : isFull ? ('connections_max' as const) : crowd.come(address)
    if (reason !== null) this.#parts.gate.refused({ address, port, reason })
    if (reason !== null || this.#isHeld) {
      connection.destroy()
      return false
    }
    connection.once('close', () => crowd.left(address))
    return true
  }

  /** Takes one that was admitted. */
  accept = (connection: Duplex, guest: Guest): void => {
    if (this.#isHeld || connection.destroyed) return void connection.destroy()
    connection.on('error', () => {})
    this.#guests.add(connection, guest)
    connection.once('close', () => {
      this.#connections.delete(connection)
      this.#waiting.delete(resume)
      this.#sessions.abandoned(client)
    })
    if (connection instanceof Socket)
      connection.setTimeout(this.#settings.keepaliveSecondsMax * 1500, () => connection.destroy())
    const packetGuard = new PacketGuard({
      payloadBytesMax: this.#settings.payloadBytesMax,
      headBytes: REJECTION_PAYLOAD_BYTES_MAX,
    })
    // What follows CONNECT closely (MQTT-3.1.4-5) must not reach aedes before it knows who this is.
    const isHeld = () =>
      client.connecting || lane.isBusy || this.#laneParts.held.has(client) || this.#mustWait(resume)
    const resume = guard(connection, packetGuard, {
      isHeld,
      take: (packets) => lane.take(packets),
      onStop: (verdict) => this.#stop(connection, client, verdict),
    })
    const client = this.#aedes.handle(connection)
    this.#connections.set(connection, { client, guest, guard: packetGuard, isHeld })
    const lane = new ReadingsLane(connection, client, this.#laneParts, resume)
    this.#laneParts.held.register(client, resume)
    client.once('connected', resume)
  }

  /** Ends the sessions of which this gives a reason. */
  endWhere(reasonOf: (guest: Guest) => string | null): void {
    for (const { client, guest } of this.#connections.values()) {
      const reason = reasonOf(guest)
      if (reason !== null) this.#sessions.end(client, reason)
    }
  }

  /** Reads nothing more from anybody. */
  hold(): void {
    this.#isHeld = true
  }

  /** Closes every connection once its last acknowledgements are written, or after a while. */
  async close(): Promise<void> {
    clearInterval(this.#sweeps)
    if (this.#timer) clearInterval(this.#timer)
    const written = [...this.#connections.keys()].map(
      (connection) => new Promise((resolve) => connection.end(resolve)),
    )
    await Promise.race([Promise.all(written), delay(LAST_WRITES_MS)])
    for (const connection of this.#connections.keys()) connection.destroy()
  }

  #mustWait(resume: () => void): boolean {
    if (this.#isHeld) return true
    if (!this.#parts.isFull()) return false
    this.#waiting.add(resume)
    this.#timer ??= setInterval(() => this.#letGo(), ROOM_CHECK_MS)
    return true
  }

  #letGo(): void {
    for (const resume of this.#waiting) {
      if (this.#parts.isFull() || this.#isHeld) return
      this.#waiting.delete(resume)
      resume()
    }
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Closes those whose packet does not come to its end. Time in which we did not read them is not counted. */
  #endStalled(): void {
    const now = Date.now()
    for (const [connection, { client, guard, isHeld }] of this.#connections) {
      const { partial } = guard
      if (partial === null || !client.connected) continue
      if (connection.readableLength > 0 || isHeld()) partial.since = now
      else if (now - partial.since > this.#laneParts.packetMsMax + partial.bytes / PACKET_BYTES_PER_MS) {
        this.#sessions.because(client, 'a packet did not come to its end')
        this.#guests.refused(client, 'packet_timeout', { detail: `${partial.bytes} bytes announced` })
        connection.destroy()
      }
    }
  }

  #stop(connection: Duplex, client: Client, verdict: Exclude<GuardVerdict, { kind: 'pass' }>): void {
    if (verdict.kind === 'refused') return this.#refuse(connection, client, verdict.fault)
    if (verdict.kind === 'oversized') return void this.#recordOversized(connection, client, verdict.message)
    const { clause } = verdict
    if (!client.connected) {
      this.#parts.metrics.refusedConnect('bad_connect')
      this.#guests.refused(client, 'bad_connect', { clientId: '', detail: clause })
    } else
      this.#parts.log.info(
        { client: client.id, reason: clause },
        'MQTT client broke the protocol and was closed',
      )
    this.#sessions.because(client, clause)
    connection.destroy()
  }

  #refuse(connection: Duplex, client: Client, { reason: detail, answer, mqtt5Client }: ConnectFault): void {
    const reason = mqtt5Client === undefined ? 'bad_connect' : 'mqtt5'
    this.#parts.metrics.refusedConnect(reason)
    this.#guests.refused(client, reason, {
      clientId: mqtt5Client ?? '',
      ...(mqtt5Client === undefined ? { detail } : {}),
    })
    if (answer) connection.end(answer, () => connection.destroy())
    else connection.destroy()
  }

  /** Records the refusal, then acknowledges it, so that the device does not send the same message for ever, and closes. */
  async #recordOversized(
    connection: Duplex,
    client: Client,
    { topic, packetId, qos, head, payloadBytes }: Oversized,
  ): Promise<void> {
    const principal = client.connected ? this.#sessions.principalOf(client) : undefined
    if (principal?.kind !== 'device') return void connection.destroy()
    const detail = `${payloadBytes} bytes; the first ${head.length} are kept, the rest was not read`
    this.#sessions.because(client, `a message of ${payloadBytes} bytes`)
    const message: Message = {
      device: principal.device,
      topic,
      payload: head,
      receivedAt: receiptNow(),
      via: 'mqtt',
      refusal: { path: '', code: 'payload_too_large', detail },
    }
    const error = await new Promise<Error | null>((resolve) => this.#parts.take(message, resolve))
    if (error) {
      this.#parts.log.error(
        { err: error, device: principal.device },
        'an oversized message could not be recorded; it is not acknowledged',
      )
      return void connection.destroy()
    }
    this.#parts.log.info(
      { device: principal.device, payloadBytes },
      'an oversized message was recorded and its connection closed',
    )
    if (connection.destroyed || packetId === null) return void connection.destroy()
    if (qos === 1) this.#parts.metrics.acknowledged(1)
    const answer = Buffer.from([qos === 1 ? 0x40 : 0x50, 2, packetId >> 8, packetId & 0xff])
    // What it is still sending is let in and thrown away, for a reset could overtake the answer.
    connection.end(answer)
    connection.resume()
    setTimeout(() => connection.destroy(), 1000).unref()
  }
}

import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Aedes, Client } from 'aedes'
import type { Message } from '../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX } from '../core/rejection-codes.ts'
import { receiptNow } from '../core/time.ts'
import type { BrokerParts, BrokerSettings } from './broker.ts'
import type { ConnectFault } from './connect-guard.ts'
import { guard } from './guarded-connection.ts'
import { type GuardVerdict, type Oversized, PacketGuard } from './packet-guard.ts'
import { type LaneParts, ReadingsLane } from './readings-lane.ts'
import type { SessionLog } from './session-log.ts'

const ROOM_CHECK_MS = 10
const LAST_WRITES_MS = 1000
const MQTT5_CLIENTS_NAMED_MAX = 10_000

/** Where connections come in: each gets its guard, and waits unread while ingest is full. */
export class ConnectionDoor {
  readonly #aedes: Aedes
  readonly #settings: BrokerSettings
  readonly #parts: BrokerParts
  readonly #sessions: SessionLog
  readonly #laneParts: LaneParts
  readonly #waiting = new Set<() => void>()
  readonly #connections = new Set<Duplex>()
  readonly #mqtt5Clients = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #isHeld = false

  constructor(settings: BrokerSettings, parts: BrokerParts, laneParts: LaneParts) {
    this.#aedes = laneParts.aedes
    this.#settings = settings
    this.#parts = parts
    this.#sessions = laneParts.sessions
    this.#laneParts = laneParts
  }

  accept(connection: Duplex): void {
    // Some more than may hold a session, so that those over the limit get their CONNACK 3 instead of a silent close.
    if (this.#isHeld || this.#connections.size >= this.#settings.connectionsMax + 1000) {
      connection.destroy()
      return
    }
    this.#connections.add(connection)
    connection.on('error', () => {})
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
    const resume = guard(connection, packetGuard, {
      // What follows CONNECT closely (MQTT-3.1.4-5) must not reach aedes before it knows who this is.
      isHeld: () =>
        client.connecting || lane.isBusy || this.#laneParts.held.has(client) || this.#mustWait(resume),
      take: (packets) => lane.take(packets),
      onStop: (verdict) => this.#stop(connection, client, verdict),
    })
    const client = this.#aedes.handle(connection)
    const lane = new ReadingsLane(connection, client, this.#laneParts, resume)
    this.#laneParts.held.register(client, resume)
    client.once('connected', resume)
  }

  /** Reads nothing more from anybody. */
  hold(): void {
    this.#isHeld = true
  }

  /** Closes every connection once its last acknowledgements are written, or after a while. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    const written = [...this.#connections].map(
      (connection) => new Promise((resolve) => connection.end(resolve)),
    )
    await Promise.race([Promise.all(written), delay(LAST_WRITES_MS)])
    for (const connection of this.#connections) connection.destroy()
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

  #stop(connection: Duplex, client: Client, verdict: Exclude<GuardVerdict, { kind: 'pass' }>): void {
    if (verdict.kind === 'refused') return this.#refuse(connection, verdict.fault)
    if (verdict.kind === 'oversized') return void this.#recordOversized(connection, client, verdict.message)
    this.#parts.log.info(
      { client: client.id, reason: verdict.clause },
      'MQTT client broke the protocol and was closed',
    )
    this.#sessions.because(client, verdict.clause)
    connection.destroy()
  }

  #refuse(connection: Duplex, { reason, answer, mqtt5Client }: ConnectFault): void {
    this.#parts.metrics.refusedConnect(reason)
    const isNews = mqtt5Client === undefined || !this.#mqtt5Clients.has(mqtt5Client)
    if (mqtt5Client !== undefined && this.#mqtt5Clients.size < MQTT5_CLIENTS_NAMED_MAX)
      this.#mqtt5Clients.add(mqtt5Client)
    const hint = mqtt5Client === undefined ? '' : '; set the client to MQTT 3.1.1 (protocol version 4)'
    if (isNews)
      this.#parts.log.info({ clientId: mqtt5Client, reason }, `MQTT client refused at CONNECT${hint}`)
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

import type { Duplex } from 'node:stream'
import type { Aedes, Client } from 'aedes'
import type { Message } from '../core/message.ts'
import type { BrokerMetrics, Log, Take } from '../core/ports.ts'
import { receiptNow } from '../core/time.ts'
import type { Guests } from './guests.ts'
import type { HeldClients } from './held-clients.ts'
import { readFrame } from './packet-guard.ts'
import type { SessionEpochs } from './session-epochs.ts'
import type { SessionLog } from './session-log.ts'

export interface LaneParts {
  readonly aedes: Aedes
  readonly sessions: SessionLog
  readonly epochs: SessionEpochs
  readonly held: HeldClients
  readonly guests: Guests
  readonly take: Take
  readonly metrics: BrokerMetrics
  readonly log: Log
  /** A client that does not read its acknowledgements for so long is cut off. */
  readonly drainTimeoutMs: number
  /** Whether somebody may have subscribed to a device's readings. */
  isListenedTo(device: string): boolean
}

const PUBLISH_QOS_0 = 0x30
const PUBLISH_QOS_1 = 0x32
const PUBLISH_QOS_1_DUP = 0x3a
const PUBACK = 0x40
const PUBACK_BYTES = 4
const NO_ACK = 0

interface Frame {
  readonly flags: number
  readonly packetId: number
  readonly payload: Buffer
}

/**
 * The short way of the packets that nearly all are: PUBLISH of QoS 0 or 1 by a device to its own `devices/<id>/readings`. A
 * read chunk that holds nothing else is taken from the guard to ingest and acknowledged here; any other chunk goes through
 * aedes as a whole, so that the order of acknowledgements stays that of the messages (MQTT-4.6.0-2). The broker's parser,
 * router and packet writer cost more than all of ingest for a message that in the end has no subscriber (docs/adr/0007).
 *
 * As with aedes, nothing more is read of a client until all of its chunk is answered.
 */
export class ReadingsLane {
  readonly #connection: Duplex
  readonly #client: Client
  readonly #parts: LaneParts
  readonly #onIdle: () => void
  #device: string | null = null
  #topic = ''
  #topicBytes: Buffer = Buffer.alloc(0)
  /** Packet ids of the chunk under way in their order; and which of them may be acknowledged. */
  #ids: number[] = []
  #isDone: boolean[] = []
  #acknowledged = 0
  #isFlushPlanned = false
  /** The client does not read its acknowledgements; cut off when this runs out. */
  #clogged: NodeJS.Timeout | null = null

  constructor(connection: Duplex, client: Client, parts: LaneParts, onIdle: () => void) {
    this.#connection = connection
    this.#client = client
    this.#parts = parts
    this.#onIdle = onIdle
  }

  /** A chunk is not answered yet, or its answer has not left. */
  get isBusy(): boolean {
    return this.#acknowledged < this.#ids.length || this.#clogged !== null
  }

  /** True: the packets were taken. */
  take(packets: Buffer): boolean {
    if (!this.#client.connected || !this.#knowsDevice()) return false
    const frames = this.#framesOf(packets)
    const device = this.#device
    if (frames === null || device === null) return false
    // Once a chunk, so that it costs nothing a message. What is not taken is not acknowledged, and comes again.
    if (!this.#parts.guests.mayTake(this.#client, device, frames.length)) {
      this.#connection.destroy()
      return true
    }
    refreshKeepAlive(this.#client)
    this.#ids = frames.map(({ packetId }) => packetId)
    this.#isDone = new Array(frames.length).fill(false)
    this.#acknowledged = 0
    const session = this.#parts.epochs.of(this.#client)
    for (let i = 0; i < frames.length; i++) {
      const frame = frames[i] as Frame
      const message = this.#messageOf(device, session, frame)
      this.#parts.take(message, (error) => {
        if (error) return this.#fail(error)
        this.#isDone[i] = true
        if (this.#parts.isListenedTo(device)) this.#forward(message, frame)
        this.#planFlush()
      })
    }
    return true
  }

  #knowsDevice(): boolean {
    if (this.#device !== null) return true
    const principal = this.#parts.sessions.principalOf(this.#client)
    if (principal?.kind !== 'device') return false
    this.#device = principal.device
    this.#topic = `devices/${principal.device}/readings`
    this.#topicBytes = Buffer.from(this.#topic)
    return true
  }

  /** Null: there is something else among them. The guard has passed whole, well-formed packets only. */
  #framesOf(packets: Buffer): Frame[] | null {
    const frames: Frame[] = []
    const topicBytes = this.#topicBytes.length
    for (let at = 0; at < packets.length; ) {
      const flags = packets[at] ?? 0
      if (flags !== PUBLISH_QOS_1 && flags !== PUBLISH_QOS_1_DUP && flags !== PUBLISH_QOS_0) return null
      const frame = readFrame(packets, at)
      if (frame === null || frame === 'malformed') return null
      const bodyAt = at + frame.header
      const end = bodyAt + frame.remaining
      const topicEnd = bodyAt + 2 + topicBytes
      if (packets.readUInt16BE(bodyAt) !== topicBytes) return null
      if (packets.compare(this.#topicBytes, 0, topicBytes, bodyAt + 2, topicEnd) !== 0) return null
      const isAcknowledged = flags !== PUBLISH_QOS_0
      frames.push({
        flags,
        packetId: isAcknowledged ? packets.readUInt16BE(topicEnd) : NO_ACK,
        payload: packets.subarray(isAcknowledged ? topicEnd + 2 : topicEnd, end),
      })
      at = end
    }
    return frames
  }

  #messageOf(device: string, session: string, { flags, packetId, payload }: Frame): Message {
    const topic = this.#topic
    const receivedAt = receiptNow()
    if (packetId === NO_ACK) return { device, topic, payload, receivedAt, via: 'mqtt', retain: false }
    const packet = { session, id: packetId, dup: flags === PUBLISH_QOS_1_DUP }
    return { device, topic, payload, receivedAt, via: 'mqtt', retain: false, packet }
  }

  /** Of a batch many messages are done in one go: their acknowledgements leave in one write. */
  #planFlush(): void {
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    this.#isFlushPlanned = false
    const from = this.#acknowledged
    let to = from
    while (to < this.#ids.length && this.#isDone[to]) to++
    if (to === from) return
    this.#acknowledged = to
    const bytes = Buffer.allocUnsafe((to - from) * PUBACK_BYTES)
    let at = 0
    for (let i = from; i < to; i++) {
      const id = this.#ids[i] ?? NO_ACK
      if (id === NO_ACK) continue
      bytes[at] = PUBACK
      bytes[at + 1] = 2
      bytes[at + 2] = id >> 8
      bytes[at + 3] = id & 0xff
      at += PUBACK_BYTES
    }
    if (at > 0 && !this.#connection.destroyed) {
      this.#parts.metrics.acknowledged(at / PUBACK_BYTES)
      if (!this.#connection.write(bytes.subarray(0, at))) this.#waitForDrain()
    }
    if (!this.isBusy) this.#onIdle()
  }

  #waitForDrain(): void {
    if (this.#clogged !== null) return
    this.#clogged = setTimeout(() => this.#connection.destroy(), this.#parts.drainTimeoutMs)
    this.#clogged.unref()
    const end = () => {
      if (this.#clogged !== null) clearTimeout(this.#clogged)
      this.#clogged = null
      this.#connection.off('drain', end).off('close', end)
      if (!this.isBusy && !this.#connection.destroyed) this.#onIdle()
    }
    this.#connection.once('drain', end).once('close', end)
  }

  #fail(error: Error): void {
    if (this.#connection.destroyed) return
    this.#parts.log.error(
      { err: error, device: this.#device },
      'a message could not be taken in; it is not acknowledged',
    )
    this.#connection.destroy()
  }

  #forward({ topic, payload }: Message, { flags }: Frame): void {
    this.#parts.aedes.publish(
      {
        cmd: 'publish',
        topic,
        payload: Buffer.from(payload),
        qos: flags === PUBLISH_QOS_0 ? 0 : 1,
        retain: false,
        dup: false,
      },
      () => {},
    )
  }
}

/** aedes does this for each packet that goes through it. */
function refreshKeepAlive(client: Client): void {
  const { _keepaliveTimer } = client as Client & { readonly _keepaliveTimer?: NodeJS.Timeout | null }
  _keepaliveTimer?.refresh()
}

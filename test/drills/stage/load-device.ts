import { connect, type Socket } from 'node:net'
import { mqttBytes } from '../../support/mqtt-bytes.ts'

export interface Sender {
  readonly device: string
  readonly password: string
}

export interface DeviceSettings {
  /** Epoch ms of the reading before the first. */
  readonly baseMs: number
  /** Messages without a PUBACK at most. */
  readonly inFlightMax: number
  /** Every so many messages one that must be refused (its quantity is unknown); 0: none. */
  readonly refusedEvery: number
  onAcknowledged(latencyMs: number): void
}

interface InFlight {
  readonly bytes: Buffer
  /** 0: a message made to be refused. */
  readonly sequence: number
  readonly sentAtMs: number
}

const PUBACK = 0x40
const CONNACK = 0x20
const DUP = 0x08
const PACKET_ID_MAX = 65_535
const KEEPALIVE_S = 600
const RECONNECT_MS_MIN = 100
const RECONNECT_MS_MAX = 1000

/** A device as they are in the field: it keeps each message until its PUBACK, reconnects, and sends it again. A reading's
 *  value is its sequence number and its time is that many ms after the base, so each can be found again. */
export class LoadDevice {
  readonly id: string
  /** Messages made to be refused that were acknowledged. */
  refusedAcknowledged = 0
  /** CONNACKs that said no. */
  refusedConnects = 0
  connects = 0
  readonly #password: string
  readonly #port: number
  readonly #settings: DeviceSettings
  readonly #inFlight = new Map<number, InFlight>()
  // One byte a sequence: 1 once it is acknowledged.
  #acknowledged = new Uint8Array(1024)
  #sequence = 0
  #messages: number
  #packetId = 0
  #socket: Socket | null = null
  #isSignedIn = false
  #isEnded = false
  #reconnect: NodeJS.Timeout | undefined
  #received: Buffer = Buffer.alloc(0)

  constructor(port: number, { device, password }: Sender, settings: DeviceSettings) {
    this.id = device
    this.#port = port
    this.#password = password
    this.#settings = settings
    // Not all devices at the same moment.
    this.#messages = Math.floor(Math.random() * settings.refusedEvery)
  }

  get inFlight(): number {
    return this.#inFlight.size
  }

  get isSignedIn(): boolean {
    return this.#isSignedIn
  }

  /** The highest sequence number sent. */
  get sequence(): number {
    return this.#sequence
  }

  isAcknowledged = (sequence: number): boolean => this.#acknowledged[sequence] === 1

  acknowledgedSequences(): number[] {
    const found: number[] = []
    for (let sequence = 1; sequence <= this.#sequence; sequence++)
      if (this.#acknowledged[sequence] === 1) found.push(sequence)
    return found
  }

  connect(): void {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
    this.#socket = socket
    this.#received = Buffer.alloc(0)
    socket.write(mqttBytes.connect(this.id, this.id, this.#password, KEEPALIVE_S))
    socket.on('data', (chunk) => this.#read(socket, chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.#closed(socket))
  }

  /** Cuts the connection, as a bad radio does; it comes back by itself. */
  drop(): void {
    this.#socket?.destroy()
  }

  end(): void {
    this.#isEnded = true
    clearTimeout(this.#reconnect)
    this.#socket?.destroy()
  }

  /** Sends one new message; false when it may not yet. */
  send(): boolean {
    if (!this.#isSignedIn || this.#inFlight.size >= this.#settings.inFlightMax) return false
    const { refusedEvery, baseMs } = this.#settings
    this.#messages += 1
    const isRefused = refusedEvery > 0 && this.#messages % refusedEvery === 0
    const sequence = isRefused ? 0 : ++this.#sequence
    const payload = isRefused
      ? `{"values":{"no-such-quantity":${this.#messages}}}`
      : `{"time":${baseMs + sequence},"values":{"water-volume":${sequence}}}`
    const id = this.#freePacketId()
    const bytes = mqttBytes.publish(`devices/${this.id}/readings`, payload, id)
    this.#inFlight.set(id, { bytes, sequence, sentAtMs: performance.now() })
    this.#socket?.write(bytes)
    return true
  }

  #freePacketId(): number {
    do this.#packetId = (this.#packetId % PACKET_ID_MAX) + 1
    while (this.#inFlight.has(this.#packetId))
    return this.#packetId
  }

  #closed(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#isSignedIn = false
    this.#socket = null
    if (this.#isEnded) return
    const waitMs = RECONNECT_MS_MIN + Math.random() * (RECONNECT_MS_MAX - RECONNECT_MS_MIN)
    this.#reconnect = setTimeout(() => this.connect(), waitMs)
  }

  #read(socket: Socket, chunk: Buffer): void {
    if (this.#socket !== socket) return
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    let at = 0
    // The packets that may come to us, CONNACK and PUBACK, are both four bytes long.
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at] === CONNACK) this.#signedIn(bytes[at + 3] ?? 0)
      else if (bytes[at] === PUBACK) this.#settle(bytes.readUInt16BE(at + 2))
      else throw new Error(`${this.id} got a packet of type ${bytes[at]}, which nobody sent for`)
    }
    this.#received = bytes.subarray(at)
  }

  #signedIn(code: number): void {
    if (code !== 0) {
      this.refusedConnects += 1
      return this.drop()
    }
    this.connects += 1
    this.#isSignedIn = true
    // [MQTT-4.4.0-1] in effect: what has no PUBACK goes out again, oldest first, marked as a duplicate.
    for (const { bytes } of this.#inFlight.values()) {
      bytes[0] = (bytes[0] ?? 0) | DUP
      this.#socket?.write(bytes)
    }
  }

  #settle(packetId: number): void {
    const message = this.#inFlight.get(packetId)
    if (!message) return
    this.#inFlight.delete(packetId)
    this.#settings.onAcknowledged(performance.now() - message.sentAtMs)
    if (message.sequence === 0) this.refusedAcknowledged += 1
    else this.#remember(message.sequence)
  }

  #remember(sequence: number): void {
    if (sequence >= this.#acknowledged.length) {
      const longer = new Uint8Array(Math.max(sequence + 1, this.#acknowledged.length * 2))
      longer.set(this.#acknowledged)
      this.#acknowledged = longer
    }
    this.#acknowledged[sequence] = 1
  }
}

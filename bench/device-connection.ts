import { connect, type Socket } from 'node:net'
import { connectPacket, PublishTemplate } from './mqtt-packets.ts'
import type { Sender } from './subject.ts'

export interface ConnectionEvents {
  /** When the next message was due to go out, on the clock of `performance.now()`; undefined: none is. */
  nextDueMs(nowMs: number): number | undefined
  /** A message with this time went out. */
  onSent?(timeMs: number, dueMs: number): void
  onAcknowledged(latencyMs: number): void
  onBroken(error: Error): void
}

const CONNECTING_AT_ONCE = 50
const PUBACK = 0x40
const PUBACK_BYTES = 4

/** One device: its connection, and up to `inFlight` messages of it without a PUBACK. */
export class DeviceConnection {
  readonly #socket: Socket
  readonly #template: PublishTemplate
  readonly #events: ConnectionEvents
  readonly #freeIds: number[]
  readonly #dueMs: Float64Array
  readonly #inFlightMax: number
  #timeUs = 0
  #partial: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket, sender: Sender, inFlight: number, events: ConnectionEvents) {
    this.#socket = socket
    this.#template = new PublishTemplate(sender.device)
    this.#events = events
    this.#inFlightMax = inFlight
    this.#freeIds = Array.from({ length: inFlight }, (_, i) => inFlight - i)
    this.#dueMs = new Float64Array(inFlight + 1)
  }

  /** Resolves once the server has accepted the connection. */
  static async open(
    port: number,
    sender: Sender,
    inFlight: number,
    events: ConnectionEvents,
  ): Promise<DeviceConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    socket.write(connectPacket(sender))
    const answer = await new Promise<Buffer>((resolve, reject) => {
      socket.once('data', resolve)
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('closed before CONNACK')))
    })
    if (answer.length !== 4 || answer[0] !== 0x20 || answer[3] !== 0)
      throw new Error(`CONNACK ${answer.toString('hex')} for ${sender.device}`)
    const connection = new DeviceConnection(socket, sender, inFlight, events)
    socket.removeAllListeners()
    socket.on('data', (chunk) => connection.#read(chunk))
    socket.on('error', events.onBroken)
    socket.on('close', () => events.onBroken(new Error(`${sender.device} was disconnected`)))
    return connection
  }

  get inFlight(): number {
    return this.#inFlightMax - this.#freeIds.length
  }

  /** Writes all that is due, as far as packet ids are free, at once. */
  pump(): void {
    const nowMs = performance.now()
    const { length } = this.#template
    const bytes = Buffer.allocUnsafe(length * this.#freeIds.length)
    let at = 0
    while (this.#freeIds.length > 0) {
      const dueMs = this.#events.nextDueMs(nowMs)
      const id = dueMs === undefined ? undefined : this.#freeIds.pop()
      if (dueMs === undefined || id === undefined) break
      this.#dueMs[id] = dueMs
      // The time of sending, as of a device that measures just then; never the same twice.
      this.#timeUs = Math.max(this.#timeUs + 1, Date.now() * 1000)
      this.#events.onSent?.(Math.floor(this.#timeUs / 1000), dueMs)
      this.#template.write(bytes, at, id, this.#timeUs)
      at += length
    }
    if (at > 0) this.#socket.write(bytes.subarray(0, at))
  }

  close(): void {
    this.#socket.removeAllListeners()
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    const bytes = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk])
    const nowMs = performance.now()
    let at = 0
    for (; at + PUBACK_BYTES <= bytes.length; at += PUBACK_BYTES) {
      if (bytes[at] !== PUBACK) return this.#events.onBroken(new Error(`packet ${bytes[at]} is no PUBACK`))
      const id = bytes.readUInt16BE(at + 2)
      this.#freeIds.push(id)
      this.#events.onAcknowledged(nowMs - (this.#dueMs[id] ?? nowMs))
    }
    this.#partial = bytes.subarray(at)
    this.pump()
  }
}

/** Connects all of them, some at a time; `events` makes what each of them reports to. */
export async function connectAll(
  port: number,
  senders: readonly Sender[],
  inFlight: number,
  events: (device: string) => ConnectionEvents,
): Promise<DeviceConnection[]> {
  const connections: DeviceConnection[] = []
  for (let at = 0; at < senders.length; at += CONNECTING_AT_ONCE) {
    const next = senders.slice(at, at + CONNECTING_AT_ONCE)
    connections.push(
      ...(await Promise.all(
        next.map((sender) => DeviceConnection.open(port, sender, inFlight, events(sender.device))),
      )),
    )
  }
  return connections
}

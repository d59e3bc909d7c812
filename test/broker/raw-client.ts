import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'

/** Writes any bytes and reads whole MQTT packets. Knows nothing of the protocol but where a packet ends. */
export class RawClient {
  /** Every packet that has come so far. */
  readonly received: Buffer[] = []
  /** Resolves when the other side has closed the connection. */
  readonly closed: Promise<void>
  readonly #connection: Duplex
  #rest = Buffer.alloc(0)
  #taken = 0
  #isClosed = false
  #wake: () => void = () => {}

  constructor(connection: Duplex) {
    this.#connection = connection
    connection.on('error', () => {})
    connection.on('data', (chunk: Buffer) => this.#take(chunk))
    this.closed = new Promise((resolve) =>
      connection.once('close', () => {
        this.#isClosed = true
        this.#wake()
        resolve()
      }),
    )
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  send(...packets: readonly Buffer[]): void {
    this.#connection.write(Buffer.concat(packets))
  }

  /** Leaves what comes in the socket from here on. */
  stopReading(): void {
    this.#connection.pause()
  }

  /** Sends nothing more. */
  end(): void {
    this.#connection.end()
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#connection.destroy()
  }

  /** The next packet; null when the connection was closed before it came. */
  async next(): Promise<Buffer | null> {
    while (this.#taken === this.received.length) {
      if (this.#isClosed) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.received[this.#taken++] ?? null
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (let end = endOfPacket(this.#rest); end !== null; end = endOfPacket(this.#rest)) {
      this.received.push(this.#rest.subarray(0, end))
      this.#rest = this.#rest.subarray(end)
    }
    this.#wake()
  }
}

function endOfPacket(bytes: Buffer): number | null {
  let length = 0
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i]
    if (byte === undefined) return null
    length += (byte & 0x7f) << (7 * (i - 1))
    if (byte < 0x80) return bytes.length >= i + 1 + length ? i + 1 + length : null
  }
  throw new Error('the broker sent a malformed length')
}

/** A TCP connection; ended with the test. */
export async function openRaw(port: number): Promise<RawClient> {
  const socket = connectTcp({ port, host: '127.0.0.1', noDelay: true })
  const client = new RawClient(socket)
  onTestFinished(() => void socket.destroy())
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return client
}

import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP proxy on loopback that fails on demand. */
export class TcpProxy {
  readonly port: number
  readonly #targetPort: number
  readonly #pairs = new Set<Pair>()
  #server: Server
  #delayMs = 0
  #cutsWithin = 0

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server
    this.port = port
    this.#targetPort = targetPort
    server.on('connection', (socket) => this.#accept(socket))
  }

  static async open(targetPort: number): Promise<TcpProxy> {
    const server = createServer()
    const port = await listen(server, 0)
    return new TcpProxy(server, port, targetPort)
  }

  get isAccepting(): boolean {
    return this.#server.listening
  }

  /** Connections that were cut within their data. */
  get cutsWithin(): number {
    return this.#cutsWithin
  }

  /** From now on every chunk is this late, in each direction. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Cuts every connection now. */
  cut(): void {
    for (const pair of this.#pairs) pair.end()
  }

  /** Each connection is cut once it has carried so many more bytes to the server. */
  cutAfter(bytes: number): void {
    for (const pair of this.#pairs) pair.bytesLeft = bytes
  }

  /** Cuts every connection and takes no new one, until `accept`. */
  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  async accept(): Promise<void> {
    this.#server = createServer((socket) => this.#accept(socket))
    await listen(this.#server, this.port)
  }

  async close(): Promise<void> {
    if (this.isAccepting) await this.refuse()
  }

  #accept(client: Socket): void {
    const pair = new Pair(
      client,
      connect(this.#targetPort, '127.0.0.1'),
      () => this.#delayMs,
      () => {
        this.#cutsWithin += 1
      },
    )
    this.#pairs.add(pair)
    pair.ended.then(() => this.#pairs.delete(pair))
  }
}

class Pair {
  readonly ended: Promise<void>
  bytesLeft = Number.POSITIVE_INFINITY
  readonly #client: Socket
  readonly #server: Socket
  readonly #onCutWithin: () => void

  constructor(client: Socket, server: Socket, delayMs: () => number, onCutWithin: () => void) {
    this.#client = client
    this.#onCutWithin = onCutWithin
    this.#server = server
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    for (const socket of [client, server]) {
      socket.setNoDelay()
      socket.on('error', () => {})
      socket.on('close', () => {
        this.end()
        resolve()
      })
    }
    carry(client, server, delayMs, (chunk) => this.#upstream(chunk))
    carry(server, client, delayMs, (chunk) => client.write(chunk))
  }

  end(): void {
    // A reset, as from a host that has gone: what was on the way is lost with it.
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  #upstream(chunk: Buffer): boolean {
    if (this.bytesLeft === 0) return false
    if (chunk.length < this.bytesLeft) {
      this.bytesLeft -= chunk.length
      return this.#server.write(chunk)
    }
    // The first part must arrive, or the cut would be before the write and not within it.
    this.#onCutWithin()
    this.#server.write(chunk.subarray(0, this.bytesLeft), () => this.end())
    this.bytesLeft = 0
    return false
  }
}

/** Hands on what comes, late if so wanted and always in order; a full receiver holds the sender up. */
function carry(from: Socket, to: Socket, delayMs: () => number, write: (chunk: Buffer) => boolean): void {
  const hand = (chunk: Buffer) => {
    if (to.destroyed || write(chunk)) return
    from.pause()
    to.once('drain', () => from.resume())
  }
  let last: Promise<void> | null = null
  from.on('data', (chunk: Buffer) => {
    const ms = delayMs()
    if (ms === 0 && last === null) return hand(chunk)
    const due = new Promise<void>((resolve) => setTimeout(resolve, ms))
    const turn = Promise.all([last, due]).then(() => {
      hand(chunk)
      if (last === turn) last = null
    })
    last = turn
  })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

import { type EventEmitter, once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes, type AedesOptions } from 'aedes'
import { onTestFinished } from 'vitest'

/** Somebody else's broker: a real one, on a port of its own. */
export interface ForeignBroker {
  readonly port: number
  readonly url: string
  readonly aedes: Aedes
  /** Packet ids that clients have acknowledged with PUBACK or PUBREC, in their order. */
  readonly acknowledged: number[]
  /** Client ids that are connected. */
  clients(): string[]
  publish(topic: string, payload: unknown, more?: { qos?: 0 | 1 | 2; retain?: boolean }): Promise<void>
  /** How many filters the session of a client holds. */
  subscriptions(clientId: string): Promise<number>
  stop(): Promise<void>
}

interface ForeignOptions extends AedesOptions {
  readonly port?: number
  readonly tls?: { readonly cert: string; readonly key: string }
}

export async function startForeignBroker({
  port = 0,
  tls,
  ...options
}: ForeignOptions = {}): Promise<ForeignBroker> {
  const aedes = await Aedes.createBroker(options)
  const acknowledged: number[] = []
  const sockets = new Set<Socket>()
  const onSocket = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    const client = aedes.handle(socket) as unknown as { _parser: EventEmitter }
    client._parser.on('packet', ({ cmd, messageId }: { cmd: string; messageId: number }) => {
      if (cmd === 'puback' || cmd === 'pubrec') acknowledged.push(messageId)
    })
  }
  const server: Server = tls ? createTlsServer(tls, onSocket) : createServer(onSocket)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : 0
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    await new Promise<void>((resolve) => aedes.close(() => resolve()))
  }
  let isStopped = false
  const stopOnce = async () => {
    if (isStopped) return
    isStopped = true
    await stop()
  }
  onTestFinished(stopOnce)
  const connected = new Set<string>()
  aedes.on('client', ({ id }) => connected.add(id))
  aedes.on('clientDisconnect', ({ id }) => connected.delete(id))
  return {
    port: bound,
    url: `${tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${bound}`,
    aedes,
    acknowledged,
    clients: () => [...connected],
    async subscriptions(id) {
      const { persistence } = aedes as unknown as {
        persistence: { subscriptionsByClient(client: { id: string }): Promise<unknown[] | null> }
      }
      return (await persistence.subscriptionsByClient({ id }))?.length ?? 0
    },
    publish: (topic, payload, { qos = 1, retain = false } = {}) =>
      new Promise((resolve, reject) => {
        const content = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload))
        aedes.publish({ cmd: 'publish', topic, payload: content, qos, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        )
      }),
    stop: stopOnce,
  }
}

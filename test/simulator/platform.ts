import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { onTestFinished } from 'vitest'

interface Registered {
  readonly id: string
  readonly type: string
  readonly test: boolean
  readonly intervalS: number
}

/** A stand-in for the platform: an MQTT broker, and the two routes that make devices. Closes with the test. */
export async function startPlatform(options: { token?: string; statusOf?: (nth: number) => number } = {}) {
  const secrets = new Map<string, string>()
  const registered: Registered[] = []
  const published: { topic: string; payload: string; retain: boolean }[] = []
  const sockets = new Set<Socket>()
  const seen = { requests: 0, atOnce: 0, atOnceMax: 0 }
  const broker = await Aedes.createBroker()
  broker.authenticate = (client, username, password, done) =>
    done(null, client.id === username && secrets.get(username ?? '') === password?.toString())
  broker.on('publish', ({ topic, payload, retain }, client) => {
    if (client) published.push({ topic, payload: payload.toString(), retain })
    // A will has no client left to name.
    else if (topic.startsWith('devices/')) published.push({ topic, payload: payload.toString(), retain })
  })
  const tcp = createTcpServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    broker.handle(socket)
  })
  const secretFor = (id: string): { username: string; password: string } => {
    const password = `secret-${secrets.size}-${seen.requests}`
    secrets.set(id, password)
    return { username: id, password }
  }
  const http = createServer(async (request, response) => {
    seen.requests++
    seen.atOnceMax = Math.max(seen.atOnceMax, ++seen.atOnce)
    const text = await textOf(request)
    await new Promise((resolve) => setImmediate(resolve))
    seen.atOnce--
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' })
        .end(JSON.stringify(body))
    if (request.headers.authorization !== `Bearer ${options.token ?? 'good'}`) return answer(401, {})
    const forced = options.statusOf?.(seen.requests) ?? 0
    if (forced > 0) return answer(forced, { detail: 'forced' })
    const renewed = /^\/api\/v1\/devices\/([^/]+)\/credentials$/.exec(request.url ?? '')?.[1]
    if (renewed) return answer(200, { credentials: secretFor(renewed) })
    if (request.method === 'GET') return answer(200, { test: true })
    const body = JSON.parse(text)
    if (secrets.has(body.id)) return answer(409, { code: 'id_taken' })
    registered.push(body)
    return answer(201, { ...body, credentials: secretFor(body.id) })
  })
  const url = `mqtt://127.0.0.1:${await listening(tcp)}`
  const api = `http://127.0.0.1:${await listening(http)}`
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    http.closeAllConnections()
    await Promise.all([
      new Promise((resolve) => tcp.close(resolve)),
      new Promise((resolve) => http.close(resolve)),
      new Promise<void>((resolve) => broker.close(resolve)),
    ])
  })
  return { url, api, broker, secrets, registered, published, sockets, seen }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function listening(server: ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

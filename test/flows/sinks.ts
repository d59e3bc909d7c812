import { createServer as createHttp, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'

export interface Sink<T> {
  readonly port: number
  readonly taken: T[]
  close(): void
}

/** Takes posted JSON; answers with the statuses given, one a request, then with 204. */
export async function httpSink(statuses: number[] = []): Promise<Sink<Record<string, unknown>>> {
  const taken: Record<string, unknown>[] = []
  const server = createHttp((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += String(chunk)
    })
    request.on('end', () => {
      const status = statuses.shift() ?? 204
      if (status < 300) taken.push(JSON.parse(text))
      response.writeHead(status).end()
    })
  })
  return { port: await listen(server), taken, close: () => server.close() }
}

/** Serves whatever text it holds. */
export async function textServer(): Promise<{ port: number; text: string; status: number; close(): void }> {
  const server = createHttp((_request, response) => {
    response.writeHead(served.status, { 'content-type': 'text/csv' }).end(served.text)
  })
  const served = { port: await listen(server), text: '', status: 200, close: () => server.close() }
  return served
}

/** A mail server that takes every mail (RFC 5321): headers and body as they came. */
export async function smtpSink(): Promise<Sink<string>> {
  const taken: string[] = []
  const server = createServer((socket) => {
    let buffer = ''
    let mail: string | null = null
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 sink')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      buffer += String(chunk)
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        if (mail !== null) {
          if (line !== '.') mail += `${line}\n`
          else {
            taken.push(mail)
            mail = null
            say('250 taken')
          }
        } else if (/^DATA/i.test(line)) {
          mail = ''
          say('354 go on')
        } else if (/^QUIT/i.test(line)) {
          say('221 bye')
          socket.end()
        } else say('250 ok')
      }
    })
  })
  return { port: await listen(server), taken, close: () => server.close() }
}

const listen = (server: Server | HttpServer): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )

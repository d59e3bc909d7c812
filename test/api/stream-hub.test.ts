import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { StreamHub, type StreamLimits } from '../../api/stream-hub.ts'
import { until } from '../support/until.ts'

const ENTITIES = 400
const LIMITS: StreamLimits = { streamsMax: 10, flushMs: 5, stuckMsMax: 60_000 }

/** A hub behind a real HTTP server, over twins that are all large: 40 MB together, more than the kernel's buffers take. */
async function hubUnderTest(limits: Partial<StreamLimits> = {}) {
  const document = Buffer.from(JSON.stringify('x'.repeat(100 * 1024)))
  const listeners = new Set<(entity: string) => void>()
  const revisions = new Map(Array.from({ length: ENTITIES }, (_, i) => [`road-${i}`, i + 1]))
  let revision = ENTITIES
  let made = 0
  const hub = new StreamHub(
    {
      entities: () => revisions.keys(),
      get revision() {
        return revision
      },
      revisionOf: (entity) => revisions.get(entity) ?? 0,
      document(entity) {
        if (entity === 'small') return Buffer.from('1')
        made++
        return document
      },
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    { recent: () => [], alarm: () => undefined, onChange: () => () => {} },
    { recent: () => [], command: () => undefined, onChange: () => () => {} },
    { ...LIMITS, ...limits },
  )
  const server = createServer((request, response) =>
    hub.open('t-1', response, null, {
      entity: (entity) => request.url === '/' || entity === 'small',
      alarm: () => false,
      command: () => false,
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    hub.close()
    server.closeAllConnections()
    server.close()
  })
  return {
    hub,
    server,
    made: () => made,
    change(entity: string) {
      revisions.set(entity, ++revision)
      for (const listener of listeners) listener(entity)
    },
  }
}

/** Asks for streams over one connection, one request behind the other, and reads nothing of the answers. */
function openUnread(server: Server, paths = ['/']): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
  return socket
}

const connections = (server: Server) =>
  new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)))

it('a reader that does not read has little more made for it than it takes, and is cut off after a while', async () => {
  const { server, made, change } = await hubUnderTest({ stuckMsMax: 500 })
  openUnread(server)
  await until('the first twins', () => made() > 0)
  for (let n = 0; n < 20; n++) for (let i = 0; i < ENTITIES; i++) change(`road-${i}`)
  await until('its end', async () => (await connections(server)) === 0)
  expect(made()).toBeLessThan(ENTITIES)
})

it('a reader that does not read holds no other up', async () => {
  const { server, made, change } = await hubUnderTest()
  openUnread(server)
  await until('the first twins', () => made() > 0)
  const other = openUnread(server, ['/small'])
  let heard = ''
  other.on('data', (chunk) => {
    heard += String(chunk)
  })
  await until('the end of its snapshot', () => heard.includes('event: snapshot-end'))
  change('small')
  await until('the change', () => heard.includes('event: twin\ndata: 1\n'))
})

it.each(['end', 'close'] as const)('a reader that does not read is gone after %s', async (how) => {
  const { hub, server, made } = await hubUnderTest()
  openUnread(server)
  let before = -1
  let asked = 0
  await until('the reader to be stuck', () => {
    asked = made() === before ? asked + 1 : 0
    before = made()
    return asked > 10
  })
  if (how === 'end') hub.end('t-1')
  else hub.close()
  await until('its end', async () => (await connections(server)) === 0)
})

it('streams that are asked for behind another on one connection end with it', async () => {
  const { hub, server } = await hubUnderTest({ streamsMax: 3 })
  const socket = openUnread(server, ['/small', '/small', '/small'])
  await until('three streams', () => hub.isFull)
  socket.destroy()
  await until('their end', () => !hub.isFull)
})

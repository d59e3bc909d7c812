import { createServer, type Server } from 'node:net'
import type { BrokerParts, BrokerSettings } from './broker.ts'
import type { ConnectionDoor } from './connection-door.ts'
import type { TlsFiles } from './tls-files.ts'
import { tlsListener } from './tls-listener.ts'

// Between the socket and the broker: so much is read ahead of a client that must wait, and not more.
const READ_AHEAD_BYTES = 16 * 1024
const CERTIFICATES_MS = 60_000

interface Listeners {
  readonly ports: { readonly mqtt: number; readonly mqtts: number | null }
  /** No new connections. */
  close(): void
  stop(): void
}

/** MQTT, and MQTTS where there is a certificate. */
export async function openListeners(
  { host, port, tls }: BrokerSettings,
  handshakeTimeoutMs: number,
  { gate, log }: BrokerParts,
  door: ConnectionDoor,
): Promise<Listeners> {
  const servers = [
    createServer({ highWaterMark: READ_AHEAD_BYTES, noDelay: true }, (socket) =>
      door.come(socket, socket.remoteAddress, 'mqtt'),
    ),
  ]
  if (tls) {
    const settings = { ...tls, handshakeTimeoutMs, highWaterMark: READ_AHEAD_BYTES }
    servers.push(tlsListener(settings, { gate, admits: door.admits, accept: door.accept }))
  }
  // Out of file descriptors, for one: the listener says so and goes on. Without a handler the process would end.
  for (const server of servers)
    server.on('error', (error) => log.error({ err: error }, 'an MQTT listener has a fault'))
  const [mqtt = 0, mqtts = null] = await Promise.all(
    servers.map((server, i) => listen(server, host, i === 0 ? port : (tls?.port ?? 0))),
  )
  return {
    ports: { mqtt, mqtts },
    close() {
      for (const server of servers) server.close()
    },
    stop: tls ? endRefusedCertificates(tls.files, door) : () => {},
  }
}

/** Ends the sessions whose certificate was revoked or ran out since they began. Gives how to stop. */
function endRefusedCertificates(files: TlsFiles, door: ConnectionDoor): () => void {
  const look = () => {
    const now = Date.now()
    const revoked = files.material.lists?.revoked
    door.endWhere(({ certificate }) => {
      if (certificate === null) return null
      if (certificate.keys.some((key) => revoked?.has(key))) return 'its certificate was revoked'
      return certificate.validToMs < now ? 'its certificate ran out' : null
    })
  }
  files.onChange(look)
  const timer = setInterval(look, CERTIFICATES_MS).unref()
  return () => clearInterval(timer)
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

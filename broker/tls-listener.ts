import { constants } from 'node:crypto'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { plainAddress } from '../core/address.ts'
import { type ClientCertificate, faultOfCertificate, readClientCertificate } from './client-certificate.ts'
import type { Gate } from './gate.ts'
import type { Guest } from './guests.ts'
import { contextOf, type TlsFiles } from './tls-files.ts'

export interface TlsListenerSettings {
  readonly files: TlsFiles
  readonly clientAuth: 'required' | 'optional'
  readonly handshakeTimeoutMs: number
  readonly highWaterMark: number
}

interface Entrance {
  readonly gate: Gate
  /** Whether a connection may come as far as its handshake. */
  admits(socket: Socket, guest: Guest): boolean
  accept(connection: Duplex, guest: Guest): void
}

/** The listener of MQTTS. The handshake is paid for only by who may come in at all, and what it fails of is told the gate. */
export function tlsListener(settings: TlsListenerSettings, { gate, admits, accept }: Entrance): Server {
  const { files, clientAuth, handshakeTimeoutMs, highWaterMark } = settings
  const asksForCertificates = files.material.clientCa !== null
  // A session that is resumed shows its certificate to nobody: it could be expired or revoked since.
  const more = asksForCertificates ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}
  const tls = createTlsServer({
    ...contextOf(files.material),
    ...more,
    requestCert: asksForCertificates,
    // Judged below instead, before a byte is read: Node would close without saying whose certificate it was.
    rejectUnauthorized: false,
    handshakeTimeout: handshakeTimeoutMs,
    highWaterMark,
  } as Parameters<typeof createTlsServer>[0])
  files.onChange((material) => tls.setSecureContext({ ...contextOf(material), ...more }))
  const addresses = new WeakMap<Socket, string>()

  tls.on('secureConnection', (socket) => {
    const origin = { address: addressOf(socket), port: 'mqtts' } as const
    const certificate = asksForCertificates ? readClientCertificate(socket) : null
    const fault = faultOf(socket, certificate)
    if (fault === null) return accept(socket, { ...origin, certificate })
    socket.on('error', () => {})
    gate.refused({
      ...origin,
      ...fault,
      device: certificate?.names.find((name) => gate.standing(name) !== 'unknown'),
    })
    socket.destroy()
  })
  tls.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    socket.on('error', () => {})
    // A port that is only knocked at is no failed handshake.
    if (error.code !== 'ECONNRESET')
      gate.refused({
        address: addressOf(socket),
        port: 'mqtts',
        reason: 'tls_handshake',
        detail: error.code ?? error.message,
      })
    socket.destroy()
  })

  function faultOf(socket: TLSSocket, certificate: ClientCertificate | null) {
    if (!asksForCertificates) return null
    if (certificate) return faultOfCertificate(socket)
    return clientAuth === 'required' ? ({ reason: 'certificate_missing' } as const) : null
  }

  /** A socket that is closed has forgotten its address; the one below it is the one that was accepted. */
  function addressOf(socket: TLSSocket): string {
    const { _parent: below } = socket as TLSSocket & { readonly _parent?: Socket }
    return (below && addresses.get(below)) ?? plainAddress(socket.remoteAddress)
  }

  const listener = createTcpServer({ highWaterMark, noDelay: true }, (socket) => {
    const address = plainAddress(socket.remoteAddress)
    addresses.set(socket, address)
    if (admits(socket, { address, port: 'mqtts', certificate: null })) tls.emit('connection', socket)
  })
  return listener
}

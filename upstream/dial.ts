import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, connect as connectTcp, isIP, type LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import WebSocket, { createWebSocketStream } from 'ws'
import type { Upstream } from '../core/upstream.ts'

const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 }
/** Finds out that the other side is gone when nothing is read for long, and pings go unheard. */
const KEEP_ALIVE_MS = 30_000

/**
 * Addresses that no broker has and that an integrator must not reach through us: link-local ones, where clouds answer with the
 * credentials of the machine, and those that are none. Private networks and this machine are where brokers usually are.
 */
const FORBIDDEN = new BlockList()
FORBIDDEN.addSubnet('0.0.0.0', 8, 'ipv4')
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4')
FORBIDDEN.addAddress('100.100.100.200', 'ipv4')
FORBIDDEN.addAddress('192.0.0.192', 'ipv4')
FORBIDDEN.addSubnet('224.0.0.0', 3, 'ipv4')
FORBIDDEN.addAddress('::', 'ipv6')
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6')
FORBIDDEN.addSubnet('ff00::', 8, 'ipv6')
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6')

/** Whether an IP address may be connected to. */
export const isAllowedAddress = (address: string): boolean =>
  !FORBIDDEN.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED'
}

/** The stream to a broker, under way. What goes wrong is an error of the stream. */
export function dial({ url, ca, cert, key }: Pick<Upstream, 'url' | 'ca' | 'cert' | 'key'>): Duplex {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isAllowedAddress(host)) throw notAllowed(host)
  const trust = {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  }
  if (protocol === 'ws:' || protocol === 'wss:') {
    const socket = new WebSocket(url, ['mqtt'], { ...trust, lookup: allowedLookup, perMessageDeflate: false })
    const stream = createWebSocketStream(socket)
    socket.once('close', () => stream.destroy())
    return stream
  }
  const to = { host, port: Number(port || PORTS[protocol]), lookup: allowedLookup }
  const socket =
    protocol === 'mqtts:'
      ? connectTls({ ...to, ...trust, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connectTcp(to)
  return socket.setKeepAlive(true, KEEP_ALIVE_MS)
}

/** Looked at after the name was resolved, so that no name can stand for a forbidden address. */
const allowedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0)
    const allowed = addresses.filter(({ address }) => isAllowedAddress(address))
    const [first] = allowed
    if (!first) return callback(notAllowed(hostname), '', 0)
    if (options.all) callback(null, allowed)
    else callback(null, first.address, first.family)
  })
}

const notAllowed = (host: string) =>
  new AddressNotAllowed(`${host} is a link-local, multicast or metadata address`)

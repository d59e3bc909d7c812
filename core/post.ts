import { lookup as resolve } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { plainAddress, readAddresses } from './address.ts'

const TIMEOUT_MS = 10_000
const FAULT_CHARS_MAX = 300

/** Addresses that nobody outside has, or that lead back into the platform's own network (RFC 6890). */
const isReserved =
  readAddresses(
    '0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,192.168.0.0/16,198.18.0.0/15,224.0.0.0/3,::/127,64:ff9b::/96,2002::/16,fc00::/7,fe80::/10,ff00::/8',
  ) ?? (() => true)

export const isInside = (address: string): boolean => isReserved(plainAddress(address))

/** The address of a URL that names one instead of a host; null: a host name. */
export function literalAddress(uri: string): string | null {
  const host = new URL(uri).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return host
  return host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : null
}

/** Looks at the very address that is connected to, so that a name which changes its mind gains nothing. */
const lookupOutside: LookupFunction = (host, options, callback) =>
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const outside = addresses.filter(({ address }) => !isInside(address))
    const [first] = outside
    if (!first) return callback(new Error(`${host} is at a private or loopback address`), '')
    return options.all ? callback(null, outside) : callback(null, first.address, first.family)
  })

export interface Post {
  readonly uri: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly mayStayInside: boolean
  readonly signal?: AbortSignal
}

/** Null: it was taken; else why not. Redirects are not followed: they would lead past the check of the address. */
export function post({ uri, body, headers, mayStayInside, signal }: Post): Promise<string | null> {
  const literal = literalAddress(uri)
  if (!mayStayInside && literal !== null && isInside(literal))
    return Promise.resolve('a private or loopback address')
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  return new Promise((done) => {
    const make = uri.startsWith('https:') ? httpsRequest : httpRequest
    const request = make(uri, {
      method: 'POST',
      headers: { 'user-agent': 'plumbline', 'content-length': Buffer.byteLength(body), ...headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(mayStayInside ? {} : { lookup: lookupOutside }),
    })
    request.on('response', (response) => {
      response.destroy()
      const { statusCode = 0 } = response
      done(statusCode >= 200 && statusCode < 300 ? null : `answered ${statusCode}`)
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      done(timeout.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : faultOf(error)),
    )
    request.end(body)
  })
}

// A name with several addresses fails with one error for all of them, whose message is empty.
const faultOf = ({ code, message }: NodeJS.ErrnoException): string =>
  (message || code || 'failed').slice(0, FAULT_CHARS_MAX)

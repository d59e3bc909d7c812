import { createHash } from 'node:crypto'
import { type Der, elements, GENERALIZED_TIME, INTEGER, SEQUENCE, take, UTC_TIME } from './der.ts'

const CRL_BLOCK = /-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g

export interface RevocationLists {
  /** One PEM each: Node reads only the first of a text. */
  readonly pems: readonly string[]
  /** When the first of them runs out, epoch ms; from then on every certificate of its CA is refused. */
  readonly nextUpdateMs: number
  /** By `certificateKey`. */
  readonly revoked: ReadonlySet<string>
}

/** Reads PEM certificate revocation lists (RFC 5280 §5.1). Throws for anything else. */
export function readRevocationLists(pem: string): RevocationLists {
  const revoked = new Set<string>()
  const pems: string[] = []
  let nextUpdateMs = Number.POSITIVE_INFINITY
  for (const [block, base64 = ''] of pem.matchAll(CRL_BLOCK)) {
    pems.push(block)
    nextUpdateMs = Math.min(nextUpdateMs, readList(Buffer.from(base64, 'base64'), revoked))
  }
  if (pems.length === 0) throw new Error('no "BEGIN X509 CRL" in it: convert it with openssl crl -inform DER')
  return { pems, nextUpdateMs, revoked }
}

/** Adds the serial numbers of one list; gives when the next one is due. */
function readList(der: Buffer, revoked: Set<string>): number {
  const list = take(elements(der), SEQUENCE)
  const fields = elements(take(elements(list.content), SEQUENCE).content)
  let field = take(fields)
  if (field.tag === INTEGER) field = take(fields)
  // The algorithm of the signature, then who issued it, then when.
  const issuer = take(fields, SEQUENCE)
  take(fields)
  let nextUpdateMs = Number.POSITIVE_INFINITY
  for (const one of fields) {
    if (one.tag === UTC_TIME || one.tag === GENERALIZED_TIME) nextUpdateMs = timeOf(one)
    if (one.tag !== SEQUENCE) continue
    for (const { content } of elements(one.content))
      revoked.add(keyOf(issuer.whole, take(elements(content), INTEGER).content))
  }
  return nextUpdateMs
}

/** Names a certificate among all: serial numbers are unique for their issuer only (RFC 5280 §4.1.2.2). */
export function certificateKey(der: Buffer): string {
  const certificate = take(elements(der), SEQUENCE)
  const fields = elements(take(elements(certificate.content), SEQUENCE).content)
  let serial = take(fields)
  // Version 1 has no version.
  if (serial.tag !== INTEGER) serial = take(fields, INTEGER)
  take(fields)
  return keyOf(take(fields, SEQUENCE).whole, serial.content)
}

const keyOf = (issuer: Buffer, serial: Buffer): string =>
  `${createHash('sha256').update(issuer).digest('base64')} ${serial.toString('hex')}`

/** RFC 5280 §4.1.2.5: two digits of the year are 1950 to 2049; always UTC. */
function timeOf({ tag, content }: Der): number {
  const text = content.toString('latin1')
  const digits = tag === UTC_TIME ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? []
  if (year === undefined) throw new Error(`no time of a CRL: ${text}`)
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { RefusalReason } from '../core/refusals.ts'
import { certificateKey } from './crl.ts'

/** What is kept of the certificate a client came with, for as long as it is connected. */
export interface ClientCertificate {
  /** What it says its holder is: CN, and of SAN the DNS names and URIs. */
  readonly names: readonly string[]
  /** Of the certificate and those that signed it, as revocation lists name them. */
  readonly keys: readonly string[]
  readonly validToMs: number
}

/** Null: the client showed none. */
export function readClientCertificate(socket: TLSSocket): ClientCertificate | null {
  const peer = socket.getPeerCertificate(true)
  // An empty object stands for none.
  if (!(peer as Partial<DetailedPeerCertificate>).raw) return null
  const keys: string[] = []
  for (let one = peer; one?.raw && !keys.includes(certificateKey(one.raw)); one = one.issuerCertificate)
    keys.push(certificateKey(one.raw))
  return { names: namesOf(peer), keys, validToMs: Date.parse(peer.valid_to) }
}

const DEVICE_URN = 'urn:plumbline:device:'
// RFC 5280 §4.2.1.6 as Node writes it: a value with a comma or a quote in it is a JSON string, so that no name can pretend
// to be another beside it.
const SAN_ENTRY = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/y

function namesOf({ subject, subjectaltname = '' }: DetailedPeerCertificate): string[] {
  const names = [subject?.CN ?? []].flat()
  SAN_ENTRY.lastIndex = 0
  for (let entry = SAN_ENTRY.exec(subjectaltname); entry?.[0]; entry = SAN_ENTRY.exec(subjectaltname)) {
    const [, kind = '', value = ''] = entry
    if (kind === 'DNS') names.push(value)
    if (kind === 'URI') names.push(value.startsWith(DEVICE_URN) ? value.slice(DEVICE_URN.length) : value)
  }
  return [...new Set(names)]
}

// Codes of OpenSSL's X509_verify_cert_error_string, as Node gives them.
const REASONS: Readonly<Record<string, RefusalReason>> = {
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_expired',
  CERT_REVOKED: 'certificate_revoked',
  UNABLE_TO_GET_CRL: 'certificate_crl',
  CRL_HAS_EXPIRED: 'certificate_crl',
  CRL_NOT_YET_VALID: 'certificate_crl',
  CRL_SIGNATURE_FAILURE: 'certificate_crl',
}

/** Why a certificate that was shown is not good; null: it is. */
export function faultOfCertificate(
  socket: TLSSocket,
): { readonly reason: RefusalReason; readonly detail: string } | null {
  if (socket.authorized) return null
  // The types say Error; it is the code.
  const detail = String(socket.authorizationError)
  return { reason: REASONS[detail] ?? 'certificate_not_trusted', detail }
}

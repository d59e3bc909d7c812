import { createHash } from 'node:crypto'
import { keyedHash } from '../core/secret.ts'

const DIGEST = /^[0-9a-f]{64}$/
/** ITU-T E.118 §4: 89, country, issuer, account, and a Luhn check digit; 19 digits, or 20 as some issuers fill EF_ICCID
 *  (ETSI TS 102 221 §13.2). 18: the check digit was left out. */
const ICCID = /^89\d{16,18}$/
const ICCID_DIGITS_WITHOUT_CHECK = 18

/**
 * The hex SHA-256 of an ICCID's digits, or of what is such a digest already; null: it is neither. Spaces, hyphens and the
 * filler `F` of EF_ICCID are no digits. To 18 digits the check digit is added, so that a number read from a card and one
 * printed on it are the same SIM; 19 and 20 digits stand as they are.
 */
export function simDigest(iccidOrDigest: string): string | null {
  const text = iccidOrDigest.replace(/[\s-]/g, '').toLowerCase()
  if (DIGEST.test(text)) return text
  const digits = text.replace(/f$/, '')
  if (!ICCID.test(digits)) return null
  const whole = digits.length === ICCID_DIGITS_WITHOUT_CHECK ? digits + luhn(digits) : digits
  return createHash('sha256').update(whole).digest('hex')
}

/** What is stored of a SIM: its digest, keyed, for whoever knows all ICCIDs of an operator could try them out on a plain one.
 *  Null: it is neither an ICCID nor a digest of one. */
export function simHash(key: Uint8Array, iccidOrDigest: string): Buffer | null {
  const digest = simDigest(iccidOrDigest)
  return digest === null ? null : keyedHash(key, `sim:${digest}`)
}

/** What is stored of who owns a device. Case and spaces do not make another owner. */
export const ownerHash = (key: Uint8Array, owner: string): Buffer =>
  keyedHash(key, `owner:${plainWords(owner)}`)

/** What is stored of which physical thing a device is; null: the text is none of the forms of `plainIdentity`. */
export function identityHash(key: Uint8Array, identity: string): Buffer | null {
  const plain = plainIdentity(identity)
  return plain === null ? null : keyedHash(key, `identity:${plain}`)
}

export const IDENTITY_FORMS =
  'imei:<14 to 16 digits>, eid:<32 digits>, deveui:<16 hex digits> or serial:<maker>:<number>'

/**
 * One spelling for each physical thing; null: no such form. An IMEI is its first 14 digits: the check digit is never sent, and
 * the software version of an IMEISV changes (3GPP TS 23.003 §6.2). An EID has 32 digits (GSMA SGP.02), a DevEUI 64 bits.
 */
export function plainIdentity(identity: string): string | null {
  const [, kind = '', rest = ''] = /^\s*([a-z]+)\s*:(.*)$/is.exec(identity) ?? []
  const code = rest.replace(/[\s:.-]/g, '').toLowerCase()
  switch (kind.toLowerCase()) {
    case 'imei':
      return /^\d{14,16}$/.test(code) ? `imei:${code.slice(0, 14)}` : null
    case 'eid':
      return /^\d{32}$/.test(code) ? `eid:${code}` : null
    case 'deveui':
      return /^[0-9a-f]{16}$/.test(code) ? `deveui:${code}` : null
    case 'serial': {
      const [, maker = '', number = ''] = /^([^:]+):(.+)$/s.exec(rest) ?? []
      const plain = [plainWords(maker), plainWords(number).replaceAll(' ', '')]
      return plain.includes('') ? null : `serial:${plain.join(':')}`
    }
    default:
      return null
  }
}

const plainWords = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()

/** ISO/IEC 7812-1 annex B. */
function luhn(digits: string): string {
  let sum = 0
  for (const [i, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}

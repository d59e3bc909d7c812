import { decode } from 'cborg'
import type { Findings } from '../../findings.ts'
import { isRecord, parseJson } from '../../json.ts'

/** Members of one SenML record by their JSON labels; octets of a CBOR `vd` are bytes. */
export type SenmlRecord = Readonly<Record<string, unknown>>

/** RFC 8428 §6, table 4. It is closed: later labels are text in CBOR too. */
const LABELS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [-1, 'bver'],
  [-2, 'bn'],
  [-3, 'bt'],
  [-4, 'bu'],
  [-5, 'bv'],
  [-6, 'bs'],
  [0, 'n'],
  [1, 'u'],
  [2, 'v'],
  [3, 'vs'],
  [4, 'vb'],
  [5, 's'],
  [6, 't'],
  [7, 'ut'],
  [8, 'vd'],
])

/** The records of a pack; null where the payload is no pack. An array or a map of CBOR begins with 0x80–0xbf (or with the tag 55799
 *  of RFC 8949 §3.4.6), and no text in UTF-8 does. */
export function recordsOf(payload: Uint8Array, found: Findings): (SenmlRecord | null)[] | null {
  const isCbor = isCborHead(payload)
  if (payload[0] === 0x3c) {
    found.reject('', 'unsupported_feature', 'SenML in XML is not read; send it as JSON or CBOR')
    return null
  }
  const pack = isCbor ? parseCbor(payload, found) : parseJson(payload, found)
  if (pack === undefined) return null
  if (!Array.isArray(pack)) {
    found.reject(
      '',
      'wrong_shape',
      'a SenML pack is an array of records (RFC 8428 §4.1), also where it has one',
    )
    return null
  }
  return pack.map((record: unknown) => (isCbor ? labelled(record) : isRecord(record) ? record : null))
}

function isCborHead([first = 0, second, third]: Uint8Array): boolean {
  return (first & 0xc0) === 0x80 || (first === 0xd9 && second === 0xd9 && third === 0xf7)
}

/** Depth needs no bound of its own: what nests deeper than the stack is an error like any other, and is caught. */
function parseCbor(payload: Uint8Array, found: Findings): unknown {
  try {
    return decode(payload, { useMaps: true, rejectDuplicateMapKeys: true, tags: TAGS }) as unknown
  } catch {
    found.reject('', 'not_cbor', 'the payload begins as CBOR and cannot be read as such to its end')
    return undefined
  }
}

type Tagged = () => unknown

const TAGS: { [tag: number]: (content: Tagged) => unknown } = {
  2: (content) => bignum(content()),
  3: (content) => -1n - bignum(content()),
  4: (content) => decimalFraction(content()),
  55799: (content) => content(),
}

function bignum(bytes: unknown): bigint {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a bignum is a byte string')
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}

/** RFC 8949 §3.4.4: [exponent, mantissa], base 10. Read as the decimal number that it is, so 2731 × 10⁻² is 27.31. */
function decimalFraction(pair: unknown): number {
  const [exponent, mantissa] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : []
  if (!isInteger(exponent) || !isInteger(mantissa)) throw new TypeError('a decimal fraction is two integers')
  return Number(`${mantissa}e${exponent}`)
}

const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value)

function labelled(record: unknown): SenmlRecord | null {
  if (!(record instanceof Map)) return null
  const named = [...record].map(([label, value]: [unknown, unknown]) => [
    LABELS.get(label) ?? String(label),
    typeof value === 'bigint' ? Number(value) : value,
  ])
  return Object.fromEntries(named) as SenmlRecord
}

import { createHash } from 'node:crypto'

const SUMMARY_BYTES_MAX = 4096
const HEAD_CHARS = 3000
const DEPTH_MAX = 32
const REDACTED = '[redacted]'

const SECRET_NAME =
  /secret|passw|token|authori[sz]ation|cookie|credential|private|api-?key|signature|^key$|^(access|shared)_?key$/i
/** What tells of a person or a single thing, and is kept as a keyed digest only. */
const PERSONAL_NAME = /^(identity|owner|iccid|digest|imei|imsi|msisdn|eid)$/i
const OWN_TOKEN = /pl[bc]_[A-Za-z0-9_-]{12}_[A-Za-z0-9_-]+/g
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9+/._~=-]+/gi
// From the colon on: a pattern that began with the scheme would be tried from every letter of a long text.
const USER_OF_URL = /:\/\/[^/\s@]*@/g

/** What a change was, as JSON text of at most 4 KiB: without the values of members that by their name are secrets or personal, and without
 *  tokens or passwords of URLs wherever they stand. Of a text that is no JSON (an import) there is only size and digest. */
export function summaryOf(parts: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(redacted(parts, 0))
  if (Buffer.byteLength(text) <= SUMMARY_BYTES_MAX) return text
  // Worst case three bytes a character and two for its escape: cut until it fits.
  for (let chars = HEAD_CHARS; ; chars = Math.floor(chars / 2)) {
    const cut = JSON.stringify({ ...sized(text), head: text.slice(0, chars).toWellFormed() })
    if (Buffer.byteLength(cut) <= SUMMARY_BYTES_MAX) return cut
  }
}

/** A body that is not parsed says of itself only what it takes to know it again. */
export function shownBody(body: unknown): unknown {
  if (typeof body === 'string' || body instanceof Uint8Array) return sized(body)
  // A stream was read by its route.
  return typeof body === 'object' && body !== null && 'pipe' in body ? undefined : body
}

const sized = (content: string | Uint8Array) => ({
  bytes: Buffer.byteLength(content),
  sha256: createHash('sha256').update(content).digest('hex'),
})

function redacted(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutTokens(value)
  if (value instanceof Uint8Array) return sized(value)
  if (typeof value === 'bigint' || value instanceof Date) return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      (SECRET_NAME.test(name) || PERSONAL_NAME.test(name)) && isTelling(member)
        ? REDACTED
        : redacted(member, depth + 1),
    ]),
  )
}

/** That there is none, or a switch, is no secret. */
const isTelling = (member: unknown) =>
  member !== null && member !== undefined && typeof member !== 'boolean' && member !== ''

const withoutTokens = (text: string) =>
  text.replace(OWN_TOKEN, REDACTED).replace(BEARER, `$1 ${REDACTED}`).replace(USER_OF_URL, `://${REDACTED}@`)

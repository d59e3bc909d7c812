import { isAscii } from 'node:buffer'
import type { RejectionCode } from '../core/rejection-codes.ts'

const DEPTH_MAX = 16
const DETAIL_CHARS_MAX = 200

interface Refusals {
  reject(path: string, code: RejectionCode, detail: string): void
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of a payload, or undefined where it is not UTF-8. */
export function textOf(payload: Uint8Array): string | undefined {
  // ASCII, which nearly all payloads are, needs no decoder: that is a fifth of the whole cost of a short message.
  if (isAscii(payload))
    return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1')
  try {
    return utf8.decode(payload)
  } catch {
    return undefined
  }
}

/** The payload as JSON of bounded depth; what is not is found, and undefined comes back. */
export function parseJson(payload: Uint8Array, found: Refusals): unknown {
  const json = jsonOf(payload)
  if (json === undefined) found.reject('', 'not_json', 'the payload is no JSON text in UTF-8')
  else if (isDeeperThan(json, DEPTH_MAX)) found.reject('', 'too_deep', `deeper than ${DEPTH_MAX} levels`)
  else return json
  return undefined
}

/** JSON where it is JSON, else its text, else null. */
export function jsonOrText(payload: Uint8Array): unknown {
  const json = jsonOf(payload)
  return json === undefined || isDeeperThan(json, DEPTH_MAX) ? (textOf(payload) ?? null) : json
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    const text = textOf(payload)
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isDeeperThan(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (levels === 0) return true
  if (Array.isArray(json)) return json.some((value) => isDeeperThan(value, levels - 1))
  const members = json as Record<string, unknown>
  // What JSON.parse made has no inherited members.
  for (const name in members) if (isDeeperThan(members[name], levels - 1)) return true
  return false
}

export const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const PLAIN_NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** A member's name as a step of a JSON Pointer (RFC 6901 §3). */
export const pointerOf = (name: string): string =>
  PLAIN_NAME.test(name) ? name : printable(name).replaceAll('~', '~0').replaceAll('/', '~1')

/** Names and values of a sender go into our records: bounded, and without what PostgreSQL's text cannot hold. */
export const printable = (text: string): string =>
  text
    .slice(0, DETAIL_CHARS_MAX)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\ufffd')

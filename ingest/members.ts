import { isRecord } from './json.ts'

// Members of other people's JSON: the same few things, written in several ways.

/** A DevEUI in lower-case hex, from hex with or without separators. */
export function euiOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 23) return undefined
  const hex = value.replace(/[-:]/g, '').toLowerCase()
  return /^[0-9a-f]{16}$/.test(hex) ? hex : undefined
}

/** Bytes from hex; undefined where the text is none. */
export const bytesOfHex = (text: unknown): Uint8Array | undefined =>
  typeof text === 'string' && text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text)
    ? Uint8Array.from(Buffer.from(text, 'hex'))
    : undefined

/** Bytes from base64 (RFC 4648 §4 or §5), padded or not; undefined where the text is none. */
export const bytesOfBase64 = (text: unknown): Uint8Array | undefined =>
  typeof text === 'string' &&
  /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) &&
  text.replace(/=+$/, '').length % 4 !== 1
    ? Uint8Array.from(Buffer.from(text, 'base64'))
    : undefined

/** A number, also as text, which some servers write all of theirs in. Empty text is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const isText = typeof value === 'string' && /^[+-]?\d{1,20}(?:\.\d{1,20})?$/.test(value)
  return isText ? Number(value) : undefined
}

/** The objects of a list; whatever else is in it, or in its place, is left out. */
export const recordsOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.slice(0, RECORDS_MAX).filter(isRecord) : []

/** More gateways than this hear no frame. */
const RECORDS_MAX = 100

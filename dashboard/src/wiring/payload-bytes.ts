/** Payloads between what a person reads or pastes and the base64 of the API. */
export type Encoding = 'text' | 'hex' | 'base64'

const HEX_BYTES_MAX = 1024

export function bytesOf(text: string, encoding: Encoding): Uint8Array | null {
  if (encoding === 'text') return new TextEncoder().encode(text)
  if (encoding === 'base64') return fromBase64(text.replace(/\s/g, ''))
  // As instruments and logs print it: 0x01, 01:02, 01 02.
  const hex = text.replace(/0x/gi, '').replace(/[\s:,;-]/g, '')
  if (!/^([0-9a-f]{2})*$/i.test(hex)) return null
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

export function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}

/** The bytes as text; null where they are none. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[^\P{Cc}\n\r\t]/u.test(text) ? null : text
  } catch {
    return null
  }
}

export function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As a person reads it: JSON with line breaks, text as it is, bytes in rows of sixteen with their characters. */
export function readable(payload: string): { readonly text: string; readonly kind: 'json' | 'text' | 'hex' } {
  const bytes = fromBase64(payload) ?? new Uint8Array()
  const text = textOf(bytes)
  if (text === null) return { text: hexRows(bytes), kind: 'hex' }
  const json = jsonOf(text)
  const isTree = typeof json === 'object' && json !== null
  return isTree ? { text: JSON.stringify(json, null, 2), kind: 'json' } : { text, kind: 'text' }
}

/** What a text field can hold of it, and how. */
export function editable(payload: string): { readonly text: string; readonly encoding: Encoding } {
  const bytes = fromBase64(payload) ?? new Uint8Array()
  const text = textOf(bytes)
  return text === null
    ? { text: [...bytes].map(twoDigits).join(' '), encoding: 'hex' }
    : { text: readable(payload).text, encoding: 'text' }
}

const twoDigits = (byte: number): string => byte.toString(16).padStart(2, '0')

function hexRows(bytes: Uint8Array): string {
  const rows: string[] = []
  for (let at = 0; at < Math.min(bytes.length, HEX_BYTES_MAX); at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const shown = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    rows.push(`${at.toString(16).padStart(4, '0')}  ${row.map(twoDigits).join(' ').padEnd(47)}  ${shown}`)
  }
  if (bytes.length > HEX_BYTES_MAX) rows.push('…')
  return rows.join('\n')
}

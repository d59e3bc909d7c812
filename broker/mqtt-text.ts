const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Whether bytes[from, to) are a text that MQTT allows: all there, well-formed UTF-8 (which leaves out surrogates), no
 *  U+0000 (MQTT-1.5.3-1, -2). */
export function isMqttText(bytes: Buffer, from: number, to: number): boolean {
  if (to > bytes.length) return false
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0
    if (byte === 0) return false
    // Names are ASCII nearly always; the rest is checked once, whole.
    if (byte > 0x7f) return isUtf8(bytes.subarray(from, to))
  }
  return true
}

function isUtf8(bytes: Buffer): boolean {
  try {
    utf8.decode(bytes)
    return !bytes.includes(0)
  } catch {
    return false
  }
}

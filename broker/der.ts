/** One element of DER (X.690 §8.1): where its content lies, and the element as a whole. */
export interface Der {
  readonly tag: number
  readonly whole: Buffer
  readonly content: Buffer
}

export const SEQUENCE = 0x30
export const INTEGER = 0x02
export const UTC_TIME = 0x17
export const GENERALIZED_TIME = 0x18

/** The elements that follow each other in some bytes. Throws for what is no DER. */
export function* elements(bytes: Buffer): Generator<Der> {
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0
    let length = bytes[at + 1] ?? 0
    let from = at + 2
    if (length & 0x80) {
      const size = length & 0x7f
      if (size === 0 || size > 4 || from + size > bytes.length)
        throw new Error('no DER: a length that cannot be')
      length = bytes.readUIntBE(from, size)
      from += size
    }
    const to = from + length
    if (to > bytes.length) throw new Error('no DER: an element is cut short')
    yield { tag, whole: bytes.subarray(at, to), content: bytes.subarray(from, to) }
    at = to
  }
}

/** The next element, which must have this tag. */
export function take(iterator: Iterator<Der>, tag?: number): Der {
  const { value, done } = iterator.next()
  if (done || !value) throw new Error('no DER: an element is missing')
  if (tag !== undefined && value.tag !== tag) throw new Error(`no DER: tag ${value.tag} where ${tag} must be`)
  return value
}

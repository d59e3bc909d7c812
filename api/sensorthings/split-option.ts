export interface Piece {
  readonly text: string
  readonly base: number
}

/** Splits at a separator that stands outside of quotes and parentheses. */
export function split(text: string, separator: ',' | ';', base: number): Piece[] {
  const pieces: Piece[] = []
  let depth = 0
  let isQuoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === "'") isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === separator && depth === 0) {
      pieces.push({ text: text.slice(start, at), base: base + start })
      start = at + 1
    }
  }
  pieces.push({ text: text.slice(start), base: base + start })
  return pieces
}

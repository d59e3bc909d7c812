/** One line: a point. Values are as they were written; `fieldValue` reads them. */
export interface Point {
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
  readonly fields: readonly { readonly name: string; readonly raw: string }[]
  /** Digits, of which the precision says what they count. */
  readonly timestamp?: string
}

/** The point of a line, or what is wrong with it. Linear: every character is looked at once. */
export function parseLine(line: string): Point | { readonly fault: string } {
  const head = tokenUntil(line, 0, ', ')
  const measurement = unescaped(head.text)
  if (measurement === '') return { fault: 'no measurement' }
  let at = head.end
  const tags = new Map<string, string>()
  while (line[at] === ',') {
    const pair = pairAt(line, at + 1)
    if (pair === undefined) return { fault: `after ${tags.size} tags, no tag=value` }
    if (pair.raw === '' || tags.has(pair.name))
      return { fault: `the tag ${pair.name} ${pair.raw === '' ? 'is empty' : 'is there twice'}` }
    tags.set(pair.name, unescaped(pair.raw))
    at = pair.end
  }
  const fields: { name: string; raw: string }[] = []
  at = afterSpaces(line, at)
  do {
    if (fields.length > 0) at++
    const pair = pairAt(line, at, true)
    if (pair === undefined) return { fault: `after ${fields.length} fields, no field=value` }
    fields.push({ name: pair.name, raw: pair.raw })
    at = pair.end
  } while (line[at] === ',')
  const timestamp = line.slice(at).trim()
  const point = { measurement, tags, fields }
  return timestamp === '' ? point : { ...point, timestamp }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+i$/
const UNSIGNED = /^\d+u$/

const BOOLEANS: Readonly<Record<string, boolean>> = {
  t: true,
  T: true,
  true: true,
  True: true,
  TRUE: true,
  f: false,
  F: false,
  false: false,
  False: false,
  FALSE: false,
}

/** Float, integer (`i`), unsigned (`u`), boolean or quoted text; undefined where it is none of these. */
export function fieldValue(raw: string): number | boolean | string | undefined {
  if (raw.startsWith('"')) return raw.slice(1, -1).replace(/\\(["\\])/g, '$1')
  if (NUMBER.test(raw)) return Number(raw)
  if (INTEGER.test(raw) || UNSIGNED.test(raw)) return Number(raw.slice(0, -1))
  return Object.hasOwn(BOOLEANS, raw) ? BOOLEANS[raw] : undefined
}

/** `name=value` at a place. A field's value may be quoted, and then hold anything but an unescaped quote. */
function pairAt(
  line: string,
  at: number,
  isField = false,
): { name: string; raw: string; end: number } | undefined {
  const key = tokenUntil(line, at, '=, ')
  const name = unescaped(key.text)
  if (name === '' || line[key.end] !== '=') return undefined
  const isQuoted = isField && line[key.end + 1] === '"'
  const value = isQuoted ? quotedAt(line, key.end + 1) : tokenUntil(line, key.end + 1, ', ')
  if (value === undefined || (isField && value.text === '')) return undefined
  const after = line[value.end]
  return after === undefined || after === ',' || after === ' '
    ? { name, raw: value.text, end: value.end }
    : undefined
}

/** What comes before the first of `ends` that no backslash is before. */
function tokenUntil(line: string, from: number, ends: string): { text: string; end: number } {
  let at = from
  while (at < line.length && !ends.includes(line[at] ?? '')) at += line[at] === '\\' ? 2 : 1
  const end = Math.min(at, line.length)
  return { text: line.slice(from, end), end }
}

function quotedAt(line: string, from: number): { text: string; end: number } | undefined {
  let at = from + 1
  while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1
  return at < line.length ? { text: line.slice(from, at + 1), end: at + 1 } : undefined
}

/** In names and tags a backslash escapes comma, equals, space and itself; before anything else it is one. */
const unescaped = (text: string): string => (text.includes('\\') ? text.replace(/\\([,= \\])/g, '$1') : text)

function afterSpaces(line: string, from: number): number {
  let at = from
  while (line[at] === ' ') at++
  return at
}

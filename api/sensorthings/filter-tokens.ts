import { parseRfc3339 } from '../../core/time.ts'
import { parseWkt } from './geometry.ts'
import { refusedAt } from './refusal.ts'
import { instant, parseDuration, type Value } from './value.ts'

export interface Token {
  readonly kind: 'literal' | 'word' | 'sign' | 'end'
  readonly text: string
  readonly at: number
  /** Of a literal. */
  readonly value: Value
}

const QUOTED = "'(?:[^']|'')*'"
// In this order: a time begins like a number.
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    `(?<tagged>(?:geography|duration)${QUOTED})`,
    `(?<text>${QUOTED})`,
    String.raw`(?<time>\d{4}-\d\d-\d\d(?:[Tt][\d:.]+(?:[Zz]|[+-]\d\d:\d\d)?)?)`,
    String.raw`(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>@?[A-Za-z_][\w.-]*(?:\/@?[A-Za-z_][\w.-]*)*)`,
    '(?<sign>[(),-])',
  ].join('|'),
  'yu',
)
const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** The tokens of an expression, with one for its end. Throws a Refusal that names the place. */
export function tokensOf(text: string, option: string, base: number): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    const groups = match?.groups
    if (!match || !groups) throw refusedAt(option, base + at, unread(text.slice(at)))
    const [whole] = match
    if (groups.space === undefined) tokens.push(tokenOf(groups, whole, option, base + at))
    at += whole.length
  }
  tokens.push({ kind: 'end', text: 'the end', at: base + text.length, value: null })
  return tokens
}

function tokenOf(
  { tagged, text, time, number, word }: Record<string, string | undefined>,
  whole: string,
  option: string,
  at: number,
): Token {
  const literal = (value: Value | null, what: string): Token => {
    if (value === null) throw refusedAt(option, at, `${whole} is not ${what}`)
    return { kind: 'literal', text: whole, at, value }
  }
  if (tagged !== undefined) {
    const inner = unquoted(tagged.slice(tagged.indexOf("'")))
    return tagged.startsWith('geography')
      ? literal(parseWkt(inner), "well-known text, as in geography'POINT(106.7 10.8)'")
      : literal(parseDuration(inner), "an ISO 8601 duration, as in duration'PT1H'")
  }
  if (text !== undefined) return literal(unquoted(text), 'a text')
  if (time !== undefined) {
    const us = parseRfc3339(time.length === 10 ? `${time}T00:00:00Z` : time)
    return literal(us === null ? null : instant(us), 'a time with a zone, as in 2026-01-02T03:04:05Z')
  }
  if (number !== undefined) {
    const value = Number(number)
    return literal(Number.isFinite(value) ? value : null, 'a number that can be held')
  }
  const constant = word === undefined ? undefined : WORDS.get(word)
  if (constant !== undefined) return { kind: 'literal', text: whole, at, value: constant }
  return { kind: word === undefined ? 'sign' : 'word', text: whole, at, value: null }
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll("''", "'")

const unread = (rest: string): string =>
  rest.startsWith("'")
    ? 'a text without its closing quote'
    : `${JSON.stringify([...rest][0])} has no meaning here`

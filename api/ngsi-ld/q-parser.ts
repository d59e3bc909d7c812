import { err, ok, type Result } from '../../core/result.ts'
import { parseRfc3339 } from '../../core/time.ts'
import { readPattern } from './pattern.ts'

export type QScalar =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Micros; a day or a time of day stays a string. */
  | { readonly kind: 'instant'; readonly value: number }
  | { readonly kind: 'uri'; readonly value: string }

export type QValue =
  | QScalar
  | { readonly kind: 'range'; readonly from: QScalar; readonly to: QScalar }
  | { readonly kind: 'list'; readonly items: readonly QScalar[] }

/** `names` are the attribute and its sub-attributes; `members` lead into a compound value. */
export interface QPath {
  readonly names: readonly string[]
  readonly members: readonly string[]
}

export type QOperator = '==' | '!=' | '>' | '>=' | '<' | '<='

export type Query =
  | { readonly op: 'and' | 'or'; readonly terms: readonly Query[] }
  | { readonly op: 'exists' | 'absent'; readonly path: QPath }
  | { readonly op: QOperator; readonly path: QPath; readonly value: QValue }
  | {
      readonly op: 'matches'
      readonly isNegated: boolean
      readonly path: QPath
      matches(text: string): boolean
    }

const CHARS_MAX = 2000
const DEPTH_MAX = 20
const OPERATORS = ['!~=', '~=', '==', '!=', '>=', '<=', '>', '<'] as const

/** What is wrong with the text, within this file only. */
class QFault extends Error {}

/** Reads the query language of clause 4.9. `;` binds more than `|`. The error says where it stands and what is wrong. */
export function parseQ(text: string): Result<Query, string> {
  if (text.length > CHARS_MAX) return err(`q has at most ${CHARS_MAX} characters`)
  try {
    return ok(new Parser(text).whole())
  } catch (error) {
    if (error instanceof QFault) return err(error.message)
    throw error
  }
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Query {
    const query = this.#either(0)
    if (this.#at < this.#text.length) this.#fail('expects ; or | or the end')
    return query
  }

  #either(depth: number): Query {
    return this.#joined('or', '|', () => this.#joined('and', ';', () => this.#term(depth)))
  }

  #joined(op: 'and' | 'or', sign: string, read: () => Query): Query {
    const first = read()
    if (!this.#takes(sign)) return first
    const terms = [first, read()]
    while (this.#takes(sign)) terms.push(read())
    return { op, terms }
  }

  #term(depth: number): Query {
    if (this.#takes('(')) {
      if (depth >= DEPTH_MAX) this.#fail(`has more than ${DEPTH_MAX} parentheses in each other`)
      const query = this.#either(depth + 1)
      if (!this.#takes(')')) this.#fail('expects )')
      return query
    }
    if (this.#takes('!')) return { op: 'absent', path: this.#path() }
    const path = this.#path()
    const operator = OPERATORS.find((sign) => this.#takes(sign))
    if (operator === undefined) return { op: 'exists', path }
    if (operator === '~=' || operator === '!~=') return this.#pattern(path, operator === '!~=')
    const value = this.#value()
    if ((value.kind === 'list' || value.kind === 'range') && operator !== '==' && operator !== '!=')
      this.#fail(`${operator} takes one value`)
    if (operator !== '==' && operator !== '!=' && (value.kind === 'boolean' || value.kind === 'uri'))
      this.#fail(`${operator} takes a number, a text or a time`)
    return { op: operator, path, value }
  }

  #pattern(path: QPath, isNegated: boolean): Query {
    const text = this.#text.startsWith('"', this.#at) ? this.#string() : this.#word()
    const pattern = readPattern(text)
    if (!pattern.ok) return this.#fail(pattern.error)
    return { op: 'matches', isNegated, path, matches: pattern.value }
  }

  #path(): QPath {
    const names = [this.#name()]
    while (this.#takes('.')) names.push(this.#name())
    const members: string[] = []
    if (this.#takes('[')) {
      do members.push(this.#name())
      while (this.#takes('.'))
      if (!this.#takes(']')) this.#fail('expects ]')
    }
    return { names, members }
  }

  #name(): string {
    const name = /^[\p{L}@][\p{L}\p{N}_]*/u.exec(this.#text.slice(this.#at, this.#at + 256))?.[0]
    if (name === undefined) return this.#fail('expects the name of an attribute')
    this.#at += name.length
    return name
  }

  #value(): QValue {
    const first = this.#scalar()
    if (this.#takes('..')) {
      const to = this.#scalar()
      if (first.kind !== to.kind || first.kind === 'boolean' || first.kind === 'uri')
        this.#fail('a range goes from one number, text or time to another')
      return { kind: 'range', from: first, to }
    }
    if (!this.#takes(',')) return first
    const items = [first, this.#scalar()]
    while (this.#takes(',')) items.push(this.#scalar())
    return { kind: 'list', items }
  }

  #scalar(): QScalar {
    if (this.#text.startsWith('"', this.#at)) return { kind: 'string', value: this.#string() }
    const word = this.#word()
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' }
    if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word) && Number.isFinite(Number(word)))
      return { kind: 'number', value: Number(word) }
    const instant = parseRfc3339(word)
    if (instant !== null) return { kind: 'instant', value: instant }
    if (/^\d{4}-\d\d-\d\d$|^\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(word)) return { kind: 'string', value: word }
    if (/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(word)) return { kind: 'uri', value: word }
    return this.#fail(`${JSON.stringify(word)} is no value: texts stand in "…"`)
  }

  /** What is not in quotes, as far as a sign of the language. */
  #word(): string {
    const word = /^(?:(?!\.\.)[^;|(),"\s])+/.exec(this.#text.slice(this.#at))?.[0]
    if (word === undefined) return this.#fail('expects a value')
    this.#at += word.length
    return word
  }

  #string(): string {
    const quoted = /^"(?:[^"\\]|\\[\s\S])*"/.exec(this.#text.slice(this.#at))?.[0]
    if (quoted === undefined) return this.#fail('has a text without its closing "')
    this.#at += quoted.length
    return quoted.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
  }

  #takes(sign: string): boolean {
    const isThere = this.#text.startsWith(sign, this.#at)
    if (isThere) this.#at += sign.length
    return isThere
  }

  #fail(what: string): never {
    throw new QFault(`q at character ${this.#at + 1}: ${what}`)
  }
}

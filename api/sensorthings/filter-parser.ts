import { err, ok, type Result } from '../../core/result.ts'
import { ARITIES, UNSUPPORTED } from './filter-functions.ts'
import { type Token, tokensOf } from './filter-tokens.ts'
import { Refusal, refusedAt } from './refusal.ts'
import type { Value } from './value.ts'

export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof COMPARISONS)[number]
type Operator = Comparison | 'and' | 'or' | 'add' | 'sub' | 'mul' | 'div' | 'mod'

/** An expression of OGC 18-088 §9.3.3.5; `at` is where it stands in its option. */
export type Expression = { readonly at: number } & (
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'binary'; readonly op: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not' | 'negative'; readonly of: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
)

const CHARACTERS_MAX = 8192
const DEPTH_MAX = 40
const NODES_MAX = 500
const SEGMENTS_MAX = 8
/** From loosest to tightest; unary `not` stands between `and` and the comparisons. */
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['or']),
  new Set(['and']),
  new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']),
  new Set(['add', 'sub']),
  new Set(['mul', 'div', 'mod']),
]
const NOT_LEVEL = 2

/** Reads an expression; never throws. `base`: how many characters of the option come before it. */
export function parseExpression(text: string, option = '$filter', base = 0): Result<Expression, Refusal> {
  try {
    if (text.length > CHARACTERS_MAX)
      throw refusedAt(option, base + CHARACTERS_MAX, `longer than ${CHARACTERS_MAX} characters`)
    return ok(new Parser(tokensOf(text, option, base), option).whole())
  } catch (error) {
    if (error instanceof Refusal) return err(error)
    throw error
  }
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #option: string
  #next = 0
  #depth = 0
  #nodes = 0

  constructor(tokens: readonly Token[], option: string) {
    this.#tokens = tokens
    this.#option = option
  }

  whole(): Expression {
    const expression = this.#binary(0)
    if (this.#peek().kind !== 'end') throw this.#unexpected('an operator (and, eq, …) or the end')
    return expression
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level]
    if (!operators) return this.#unary()
    if (level === NOT_LEVEL && this.#takes('not')) {
      const { at } = this.#take()
      return this.#counted({ kind: 'not', at, of: this.#nested(() => this.#binary(NOT_LEVEL)) })
    }
    let left = this.#binary(level + 1)
    while (this.#peek().kind === 'word' && operators.has(this.#peek().text)) {
      const { text, at } = this.#take()
      const right = this.#binary(level + 1)
      left = this.#counted({ kind: 'binary', op: text as Operator, at, left, right })
    }
    return left
  }

  #unary(): Expression {
    const token = this.#peek()
    if (this.#isSign('-')) {
      this.#take()
      return this.#counted({ kind: 'negative', at: token.at, of: this.#nested(() => this.#unary()) })
    }
    if (this.#isSign('(')) {
      this.#take()
      const inner = this.#nested(() => this.#binary(0))
      this.#expect(')')
      return inner
    }
    if (token.kind === 'literal') {
      this.#take()
      return this.#counted({ kind: 'literal', at: token.at, value: token.value })
    }
    if (token.kind !== 'word' || LEVELS.some((operators) => operators.has(token.text)))
      throw this.#unexpected('a property, a value or a function')
    this.#take()
    return this.#isSign('(') ? this.#call(token) : this.#path(token)
  }

  #path({ text, at }: Token): Expression {
    const path = text.split('/')
    if (path.length > SEGMENTS_MAX)
      throw refusedAt(this.#option, at, `a path of more than ${SEGMENTS_MAX} names`)
    return this.#counted({ kind: 'path', at, path })
  }

  #call({ text: name, at }: Token): Expression {
    const arity = ARITIES.get(name)
    if (UNSUPPORTED.has(name))
      throw refusedAt(
        this.#option,
        at,
        `${name} is not implemented: places here are points`,
        'not_implemented',
      )
    if (!arity) throw refusedAt(this.#option, at, `no function ${name}`)
    this.#expect('(')
    const args: Expression[] = []
    while (!this.#isSign(')')) {
      if (args.length > 0) this.#expect(',')
      args.push(this.#nested(() => this.#binary(0)))
    }
    this.#take()
    const [min, max] = arity
    if (args.length < min || args.length > max)
      throw refusedAt(
        this.#option,
        at,
        `${name} takes ${min === max ? min : `${min} to ${max}`} arguments, not ${args.length}`,
      )
    return this.#counted({ kind: 'call', at, name, args })
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > DEPTH_MAX)
      throw refusedAt(this.#option, this.#peek().at, `nested more than ${DEPTH_MAX} deep`)
    const parsed = parse()
    this.#depth--
    return parsed
  }

  #counted(expression: Expression): Expression {
    if (++this.#nodes > NODES_MAX)
      throw refusedAt(this.#option, expression.at, `more than ${NODES_MAX} parts`)
    return expression
  }

  #peek = (): Token => this.#tokens[this.#next] ?? (this.#tokens.at(-1) as Token)
  #isSign = (sign: string): boolean => this.#peek().kind === 'sign' && this.#peek().text === sign
  #takes = (word: string): boolean => this.#peek().kind === 'word' && this.#peek().text === word
  #take(): Token {
    const token = this.#peek()
    this.#next++
    return token
  }

  #expect(sign: string): void {
    if (!this.#isSign(sign)) throw this.#unexpected(`«${sign}»`)
    this.#take()
  }

  #unexpected = (wanted: string): Refusal =>
    refusedAt(this.#option, this.#peek().at, `takes ${wanted} here, not ${this.#peek().text}`)
}

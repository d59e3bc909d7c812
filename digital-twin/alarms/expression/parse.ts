import { QUANTITIES } from '../../../core/quantity.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { MODELS } from '../../models/index.ts'
import { keyParts } from '../../twin-state.ts'
import {
  type Aggregate,
  type Binary,
  type Expression,
  type Node,
  SIDES,
  type Side,
  type Type,
} from './expression.ts'
import { ExpressionFault, type Token, tokensOf } from './tokens.ts'

const NODES_MAX = 200
const DEPTH_MAX = 32
/** By how strongly they bind, weakest first. */
const LEVELS: readonly (readonly Binary[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
]
const AGGREGATES: Readonly<Record<Aggregate, Type>> = {
  any: 'truth',
  all: 'truth',
  count: 'truth',
  sum: 'number',
  min: 'number',
  max: 'number',
  avg: 'number',
}
const KEY = /^[A-Za-z0-9._-]{1,64}(\/[A-Za-z0-9._-]{1,32})?$/
const UNTYPED = { number: 'a number', text: 'a text', truth: 'a condition' } as const

/**
 * Reads a condition. The words are those of the Common Expression Language (github.com/google/cel-spec), of which it is a small
 * part: all numbers are doubles, there are no lists, maps or macros but those over what stands beside the entity.
 */
export function parseExpression(text: string): Result<Expression, { place: number; why: string }> {
  try {
    return ok(new Parser(text).whole())
  } catch (error) {
    if (error instanceof ExpressionFault) return err({ place: error.place, why: error.message })
    throw error
  }
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #own = new Set<string>()
  readonly #beside = new Map<Side, Set<string>>()
  #next = 0
  #nodes = 0
  #depth = 0
  /** Where we are among those beside the entity. */
  #side: Side | null = null

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  whole(): Expression {
    const root = this.#wanted('truth', () => this.#choice())
    const { kind, text, at } = this.#here
    if (kind !== 'end') throw new ExpressionFault(at, `${text} is not expected here`)
    return { root, own: this.#own, beside: this.#beside }
  }

  get #here(): Token {
    return this.#tokens[this.#next] as Token
  }

  #is = (sign: string): boolean => this.#here.kind === 'sign' && this.#here.text === sign

  #took(sign: string): boolean {
    if (!this.#is(sign)) return false
    this.#next += 1
    return true
  }

  #take(sign: string): void {
    if (!this.#took(sign)) throw new ExpressionFault(this.#here.at, `${sign} is expected here`)
  }

  #node<N extends Node>(node: N): N {
    this.#nodes += 1
    if (this.#nodes > NODES_MAX) throw new ExpressionFault(node.at, `it has more than ${NODES_MAX} parts`)
    return node
  }

  #wanted(type: Type, read: () => Node): Node {
    const node = read()
    if (node.type === type) return node
    throw new ExpressionFault(node.at, `${UNTYPED[type]} is expected, this is ${UNTYPED[node.type]}`)
  }

  #choice(): Node {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX)
      throw new ExpressionFault(this.#here.at, `it is more than ${DEPTH_MAX} levels deep`)
    const when = this.#binary(0)
    const node = this.#took('?') ? this.#chosen(when) : when
    this.#depth -= 1
    return node
  }

  #chosen(when: Node): Node {
    this.#wanted('truth', () => when)
    const then = this.#choice()
    this.#take(':')
    const otherwise = this.#wanted(then.type, () => this.#choice())
    return this.#node({ op: 'choose', type: then.type, at: when.at, when, then, otherwise })
  }

  #binary(level: number): Node {
    const signs = LEVELS[level]
    if (!signs) return this.#unary()
    let left = this.#binary(level + 1)
    for (let sign = signs.find(this.#is); sign; sign = signs.find(this.#is)) {
      const { at } = this.#here
      this.#next += 1
      left = this.#joined(sign, at, left, this.#binary(level + 1))
    }
    return left
  }

  #joined(op: Binary, at: number, left: Node, right: Node): Node {
    const takes = op === '&&' || op === '||' ? 'truth' : op === '==' || op === '!=' ? left.type : 'number'
    this.#wanted(takes, () => left)
    this.#wanted(takes, () => right)
    const gives = '+-*/%'.includes(op) ? 'number' : 'truth'
    return this.#node({ op, type: gives, at, left, right })
  }

  #unary(): Node {
    const { at } = this.#here
    const op = this.#took('!') ? 'not' : this.#took('-') ? 'negate' : null
    if (op === null) return this.#primary()
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw new ExpressionFault(at, `it is more than ${DEPTH_MAX} levels deep`)
    const type = op === 'not' ? 'truth' : 'number'
    const of = this.#wanted(type, () => this.#unary())
    this.#depth -= 1
    return this.#node({ op, type, at, of })
  }

  #primary(): Node {
    const { kind, text, at } = this.#here
    if (this.#took('(')) {
      const inner = this.#choice()
      this.#take(')')
      return inner
    }
    this.#next += 1
    if (kind === 'number') return this.#node({ op: 'literal', type: 'number', at, value: Number(text) })
    if (kind === 'text') return this.#node({ op: 'literal', type: 'text', at, value: text.slice(1, -1) })
    if (kind === 'word') return this.#named(text, at)
    throw new ExpressionFault(at, kind === 'end' ? 'it ends too early' : `${text} is not expected here`)
  }

  #named(word: string, at: number): Node {
    if (word === 'true' || word === 'false')
      return this.#node({ op: 'literal', type: 'truth', at, value: word === 'true' })
    if (Object.hasOwn(SIDES, word)) return this.#among(word as Side, at)
    if (word === 'abs' || word === 'min' || word === 'max') return this.#function(word, at)
    const isSelf = word === 'self'
    if (isSelf) this.#take('.')
    const fact = isSelf ? this.#here.text : word
    if (isSelf) this.#next += 1
    return this.#fact(fact, at, isSelf ? 'self' : 'this')
  }

  #fact(fact: string, at: number, whose: 'this' | 'self'): Node {
    if (fact === 'id' || fact === 'area') return this.#node({ op: fact, type: 'text', at, whose })
    if (fact === 'type') return this.#node({ op: 'kind', type: 'text', at, whose })
    if (fact !== 'value' && fact !== 'attribute' && fact !== 'text')
      throw new ExpressionFault(
        at,
        `${fact || 'this'} is not known; there are value, attribute, text, id, type, area, abs, min, max, self and ${Object.keys(SIDES).join(', ')}`,
      )
    this.#take('(')
    const key = this.#quoted()
    if (fact === 'value') this.#looksAt(key, at, whose)
    this.#take(')')
    return this.#node({ op: fact, type: fact === 'text' ? 'text' : 'number', at, key, whose })
  }

  #quoted(): string {
    const { kind, text, at } = this.#here
    if (kind !== 'text') throw new ExpressionFault(at, 'a name in quotation marks is expected here')
    this.#next += 1
    return text.slice(1, -1)
  }

  #looksAt(key: string, at: number, whose: 'this' | 'self'): void {
    const { quantity } = keyParts(key)
    if (!KEY.test(key) || QUANTITIES.get(quantity)?.kind !== 'measure')
      throw new ExpressionFault(at, `${key} is no measured quantity; see GET /api/v1/quantities`)
    if (this.#side === null || whose === 'self') this.#own.add(quantity)
    else this.#beside.get(this.#side)?.add(quantity)
  }

  #function(word: 'abs' | 'min' | 'max', at: number): Node {
    this.#take('(')
    const of = [this.#wanted('number', () => this.#choice())]
    while (word !== 'abs' && this.#took(',')) of.push(this.#wanted('number', () => this.#choice()))
    this.#take(')')
    const op = word === 'abs' ? 'abs' : word === 'min' ? 'least' : 'most'
    return this.#node({ op, type: 'number', at, of })
  }

  #among(side: Side, at: number): Node {
    if (this.#side !== null)
      throw new ExpressionFault(at, `${side}: what stands beside those beside it cannot be looked at`)
    if (!this.#beside.has(side)) this.#beside.set(side, new Set())
    this.#take('.')
    let only: string | null = null
    if (this.#here.text === 'of') {
      only = this.#typeName()
      this.#take('.')
    }
    const { text: how, at: howAt } = this.#here
    this.#next += 1
    if (!Object.hasOwn(AGGREGATES, how))
      throw new ExpressionFault(howAt, `after ${side}. comes of, ${Object.keys(AGGREGATES).join(', ')}`)
    this.#take('(')
    this.#side = side
    const isBare = how === 'count' && this.#is(')')
    const what = isBare ? null : this.#wanted(AGGREGATES[how as Aggregate], () => this.#choice())
    this.#side = null
    const { to } = this.#here
    this.#take(')')
    const type = how === 'any' || how === 'all' ? 'truth' : 'number'
    const source = this.#text.slice(at, to)
    return this.#node({ op: 'among', type, at, side, only, how: how as Aggregate, what, source })
  }

  #typeName(): string {
    this.#next += 1
    this.#take('(')
    const { at } = this.#here
    const type = this.#quoted()
    if (!MODELS.has(type)) throw new ExpressionFault(at, `there is no entity type ${type}`)
    this.#take(')')
    return type
  }
}

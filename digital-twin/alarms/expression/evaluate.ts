import type { Micros } from '../../../core/time.ts'
import type { Aggregate, Binary, Expression, Node, Side } from './expression.ts'

/** All that an expression can see of an entity. */
export interface Facts {
  readonly id: string
  readonly type: string
  readonly area: string | null
  /** Undefined: there is none, or it is not good. */
  value(key: string): { readonly value: number; readonly time: Micros } | undefined
  attribute(id: string): number | string | undefined
  beside(side: Side): Iterable<Facts>
}

/** Undefined: not known. */
type Value = number | string | boolean | undefined

export interface Outcome {
  /** Null: what it needs is not known. */
  readonly is: boolean | null
  /** The newest time of what was looked at; null: nothing was. */
  readonly newest: Micros | null
  /** What it was judged by: own values by key, what was found of others by how it is written. */
  readonly used: Readonly<Record<string, number | string | boolean>>
  /** It would have taken more steps than one may: then it is not known. */
  readonly isTooCostly: boolean
}

/** A part of the expression, on one entity, is a step: some milliseconds in all. */
const STEPS_MAX = 20_000
const USED_MAX = 20

/**
 * Three-valued logic after Kleene: what is not known stays so, unless the rest decides alone (`false && …`, `true || …`).
 * Over those beside the entity, those of whom it is not known are left out; when none is left it is not known.
 */
export function evaluate({ root }: Expression, facts: Facts): Outcome {
  const run = new Run(facts)
  const found = run.of(root, facts)
  const is = typeof found === 'boolean' && !run.isTooCostly ? found : null
  return { is, newest: run.newest, used: Object.fromEntries(run.used), isTooCostly: run.isTooCostly }
}

class Run {
  readonly #self: Facts
  readonly used = new Map<string, number | string | boolean>()
  newest: Micros | null = null
  #steps = 0

  constructor(self: Facts) {
    this.#self = self
  }

  get isTooCostly(): boolean {
    return this.#steps > STEPS_MAX
  }

  of(node: Node, seen: Facts): Value {
    if (++this.#steps > STEPS_MAX) return undefined
    switch (node.op) {
      case 'literal':
        return node.value
      case 'value':
        return this.#value(node.key, node.whose === 'self' ? this.#self : seen)
      case 'attribute':
      case 'text':
        return this.#attribute(node, node.whose === 'self' ? this.#self : seen)
      case 'id':
        return (node.whose === 'self' ? this.#self : seen).id
      case 'kind':
        return (node.whose === 'self' ? this.#self : seen).type
      case 'area':
        return (node.whose === 'self' ? this.#self : seen).area ?? undefined
      case 'not':
        return not(this.of(node.of, seen))
      case 'negate':
        return number(this.of(node.of, seen), (value) => -value)
      case 'abs':
      case 'least':
      case 'most':
        return this.#function(node.op, node.of, seen)
      case 'choose': {
        const when = this.of(node.when, seen)
        return when === undefined ? undefined : this.of(when ? node.then : node.otherwise, seen)
      }
      case 'among':
        return this.#among(node, seen)
      default:
        return this.#binary(node.op, node.left, node.right, seen)
    }
  }

  #value(key: string, whose: Facts): Value {
    const found = whose.value(key)
    if (!found) return undefined
    this.newest = Math.max(this.newest ?? found.time, found.time)
    if (whose === this.#self) this.#note(key, found.value)
    return found.value
  }

  #attribute({ op, key }: { op: string; key: string }, whose: Facts): Value {
    const found = whose.attribute(key)
    return typeof found === (op === 'text' ? 'string' : 'number') ? found : undefined
  }

  #note(what: string, value: number | string | boolean): void {
    if (this.used.size < USED_MAX) this.used.set(what, value)
  }

  #function(op: 'abs' | 'least' | 'most', nodes: readonly Node[], seen: Facts): Value {
    const values = nodes.map((node) => this.of(node, seen))
    const known = values.filter((value) => typeof value === 'number')
    if (known.length < values.length) return undefined
    return op === 'abs' ? Math.abs(known[0] ?? 0) : op === 'least' ? Math.min(...known) : Math.max(...known)
  }

  #binary(op: Binary, leftNode: Node, rightNode: Node, seen: Facts): Value {
    const left = this.of(leftNode, seen)
    if (op === '&&' || op === '||') {
      const decides = op === '||'
      if (left === decides) return decides
      const right = this.of(rightNode, seen)
      if (right === decides) return decides
      return left === undefined || right === undefined ? undefined : !decides
    }
    const right = this.of(rightNode, seen)
    if (left === undefined || right === undefined) return undefined
    if (op === '==') return left === right
    if (op === '!=') return left !== right
    return numbers(op, left as number, right as number)
  }

  #among({ side, only, how, what, source }: Extract<Node, { op: 'among' }>, seen: Facts): Value {
    const found: Value[] = []
    for (const one of seen.beside(side)) {
      if (++this.#steps > STEPS_MAX) return undefined
      if (only !== null && one.type !== only) continue
      found.push(what === null ? true : this.of(what, one))
      if (this.isTooCostly) return undefined
    }
    const known = found.filter((value) => value !== undefined)
    const result = what === null ? known.length : gathered(how, known)
    if (result !== undefined) this.#note(source, result)
    return result
  }
}

function gathered(
  how: Aggregate,
  known: readonly (number | string | boolean)[],
): number | boolean | undefined {
  if (known.length === 0) return undefined
  const values = known as readonly number[]
  const sum = () => values.reduce((all, one) => all + one, 0)
  switch (how) {
    case 'any':
      return known.includes(true)
    case 'all':
      return !known.includes(false)
    case 'count':
      return known.filter((one) => one === true).length
    case 'sum':
      return sum()
    case 'avg':
      return sum() / values.length
    case 'min':
      return values.reduce((least, one) => Math.min(least, one))
    case 'max':
      return values.reduce((most, one) => Math.max(most, one))
  }
}

const not = (value: Value): Value => (value === undefined ? undefined : !value)
const number = (value: Value, of: (value: number) => number): Value =>
  typeof value === 'number' ? of(value) : undefined

function numbers(op: Exclude<Binary, '&&' | '||' | '==' | '!='>, left: number, right: number): Value {
  switch (op) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '+':
      return finite(left + right)
    case '-':
      return finite(left - right)
    case '*':
      return finite(left * right)
    case '/':
      return finite(left / right)
    case '%':
      return finite(left % right)
  }
}

/** A division by nothing gives nothing that is known. */
const finite = (value: number): Value => (Number.isFinite(value) ? value : undefined)

import { callFunction } from './filter-functions.ts'
import type { Comparison, Expression } from './filter-parser.ts'
import type { Budget } from './refusal.ts'
import { asInstant, instant, isDuration, isInstant, type Value } from './value.ts'

/** What a path leads to: several values where it goes through a collection. */
export type Scope = (path: readonly string[]) => readonly Value[]

/** Whether a filter lets something in. Through a collection, one that fits is enough. */
export const matches = (filter: Expression, scope: Scope, budget: Budget): boolean =>
  valuesOf(filter, scope, budget).some((value) => value === true)

export function valuesOf(expression: Expression, scope: Scope, budget: Budget): readonly Value[] {
  budget.step()
  switch (expression.kind) {
    case 'literal':
      return [expression.value]
    case 'path':
      return scope(expression.path)
    case 'not':
      return [!matches(expression.of, scope, budget)]
    case 'negative':
      return valuesOf(expression.of, scope, budget).map((value) =>
        typeof value === 'number' ? -value : null,
      )
    case 'call': {
      const args = expression.args.map((arg) => valuesOf(arg, scope, budget))
      return combinations(args, budget).map((values) => callFunction(expression.name, values))
    }
    case 'binary':
      return binary(expression, scope, budget)
  }
}

function binary(
  { op, left, right }: Extract<Expression, { kind: 'binary' }>,
  scope: Scope,
  budget: Budget,
): readonly Value[] {
  if (op === 'and') return [matches(left, scope, budget) && matches(right, scope, budget)]
  if (op === 'or') return [matches(left, scope, budget) || matches(right, scope, budget)]
  const pairs = combinations([valuesOf(left, scope, budget), valuesOf(right, scope, budget)], budget)
  return pairs.map(([a = null, b = null]) => {
    switch (op) {
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'mod':
        return calculate(op, a, b)
      default:
        return compare(op, a, b)
    }
  })
}

function combinations(lists: readonly (readonly Value[])[], budget: Budget): Value[][] {
  let made: Value[][] = [[]]
  for (const list of lists)
    made = made.flatMap((before) =>
      list.map((value) => {
        budget.step()
        return [...before, value]
      }),
    )
  return made
}

/** As OData has it: with null, or with things of two kinds, only `ne` is true, and null equals null. */
function compare(op: Comparison, a: Value, b: Value): boolean {
  const order = orderOf(a, b)
  switch (op) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gt':
      return order !== null && order > 0 && a !== null
    case 'ge':
      return order !== null && order >= 0 && a !== null
    case 'lt':
      return order !== null && order < 0
    case 'le':
      return order !== null && order <= 0 && a !== null
  }
}

/** Null: they cannot be compared. */
export function orderOf(a: Value, b: Value): number | null {
  if (a === null && b === null) return 0
  if (a === null || b === null) return null
  if (isInstant(a) || isInstant(b)) {
    const [x, y] = [asInstant(a), asInstant(b)]
    return x && y ? Math.sign(x.us - y.us) : null
  }
  if (isDuration(a) && isDuration(b)) return Math.sign(a.us - b.us)
  if (typeof a !== typeof b || typeof a === 'object' || typeof b === 'object') return null
  return a === b ? 0 : a < b ? -1 : 1
}

function calculate(op: 'add' | 'sub' | 'mul' | 'div' | 'mod', a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return finite(ARITHMETIC[op](a, b))
  const sign = op === 'add' ? 1 : op === 'sub' ? -1 : 0
  if (sign === 0) return null
  const time = asInstant(a)
  if (time && isDuration(b)) return instant(time.us + sign * b.us)
  if (isDuration(a) && isDuration(b)) return { kind: 'duration', us: a.us + sign * b.us }
  const until = asInstant(b)
  return time && until && op === 'sub' ? { kind: 'duration', us: time.us - until.us } : null
}

const ARITHMETIC = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  mod: (a: number, b: number) => a % b,
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null)

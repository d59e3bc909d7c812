import type { ObservationCondition } from '../../store/observation-pages.ts'
import type { Catalogue, Item } from './catalogue.ts'
import { matches, valuesOf } from './filter-evaluate.ts'
import { COMPARISONS, type Comparison, type Expression } from './filter-parser.ts'
import { Budget } from './refusal.ts'
import { asInstant, type Value } from './value.ts'
import { pathsOf, walk } from './walk.ts'

/** How a filter of observations is answered: each part of it where it costs least. */
export interface ObservationPlan {
  /** In order. */
  readonly series: readonly number[]
  readonly during: ObservationCondition | null
  readonly condition: ObservationCondition | null
  /** What only we can tell, of each row. */
  readonly residual: Expression | null
}

export function planOf(
  filter: Expression | null,
  series: Iterable<number>,
  catalogue: Catalogue,
  budget: Budget,
): ObservationPlan {
  const parts = filter ? conjuncts(filter) : []
  const ofSeries = parts.filter(isOfSeries)
  const ofRows = parts.filter((part) => !isOfSeries(part)).map((part) => ({ part, sql: conditionOf(part) }))
  const during = ofRows.flatMap(({ sql }) => (sql && isOfTime(sql) ? [sql] : []))
  const condition = ofRows.flatMap(({ sql }) => (sql && !isOfTime(sql) ? [sql] : []))
  const residual = ofRows.flatMap(({ part, sql }) => (sql ? [] : [part]))
  const fits = (id: number): boolean => {
    const row = catalogue.series(id)
    if (!row) return false
    const item: Item = { set: 'Observations', id: '', series: row, stored: null }
    return ofSeries.every((part) => matches(part, (path) => walk(catalogue, item, path, budget), budget))
  }
  return {
    series: [...series].filter(fits).sort((a, b) => a - b),
    during: all(during),
    condition: all(condition),
    residual: residual.reduce<Expression | null>(
      (left, right) => (left ? { kind: 'binary', op: 'and', at: left.at, left, right } : right),
      null,
    ),
  }
}

const all = (of: ObservationCondition[]): ObservationCondition | null =>
  of.length > 1 ? { kind: 'and', of } : (of[0] ?? null)

const conjuncts = (expression: Expression): Expression[] =>
  expression.kind === 'binary' && expression.op === 'and'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression]

/** One look at the datastream tells it for all of its observations. */
const isOfSeries = (expression: Expression): boolean =>
  pathsOf(expression).every(({ path: [first] }) => first === 'Datastream' || first === 'FeatureOfInterest')

function isOfTime(condition: ObservationCondition): boolean {
  if (condition.kind === 'and' || condition.kind === 'or') return condition.of.every(isOfTime)
  return condition.kind === 'not' ? isOfTime(condition.of) : condition.kind === 'time'
}

/** The same condition for the database; null: it cannot tell. A property holds them equal. */
export function conditionOf(expression: Expression): ObservationCondition | null {
  if (expression.kind === 'not') {
    const of = conditionOf(expression.of)
    return of && { kind: 'not', of }
  }
  if (expression.kind !== 'binary') return null
  const { op, left, right } = expression
  if (op === 'and' || op === 'or') {
    const [a, b] = [conditionOf(left), conditionOf(right)]
    return a && b && { kind: op, of: [a, b] }
  }
  if (!isComparison(op)) return null
  if (left.kind === 'path') return comparison(left.path, op, constantOf(right))
  return right.kind === 'path' ? comparison(right.path, MIRRORED[op], constantOf(left)) : null
}

const isComparison = (op: string): op is Comparison => COMPARISONS.some((comparison) => comparison === op)

const MIRRORED = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } as const
const SQL = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' } as const
/** Of PostgreSQL's timestamps; nothing that is stored lies outside. */
const TIME_MAX_US = 2.6e17
const TIME_MIN_US = -6.3e16

/** What an expression without any property gives. */
function constantOf(expression: Expression): Value | undefined {
  if (pathsOf(expression).length > 0) return undefined
  return valuesOf(expression, () => [], new Budget())[0]
}

function comparison(
  path: readonly string[],
  op: Comparison,
  constant: Value | undefined,
): ObservationCondition | null {
  const [name] = path
  if (path.length !== 1 || constant === undefined || constant === null) return null
  if (name === 'phenomenonTime' || name === 'resultTime') {
    const time = asInstant(constant)
    return time && { kind: 'time', op: SQL[op], value: Math.max(TIME_MIN_US, Math.min(TIME_MAX_US, time.us)) }
  }
  if (name === 'result' && typeof constant === 'number')
    return { kind: 'value', op: SQL[op], value: constant }
  const sql = SQL[op]
  // The order of texts is ours, not that of the database's collation; and its texts hold no U+0000.
  if (typeof constant !== 'string' || constant.includes('\0') || (sql !== '=' && sql !== '<>')) return null
  if (name === 'result') return { kind: 'label', op: sql, value: constant }
  return name === 'resultQuality' ? { kind: 'quality', op: sql, value: constant } : null
}

import { parseRfc3339 } from '../../core/time.ts'
import type { Attribute, NgsiEntity } from './entity.ts'
import type { QOperator, QPath, QScalar, Query, QValue } from './q-parser.ts'

/** Whether an entity is one that the query is about (4.9). */
export function isMatch(query: Query, entity: NgsiEntity): boolean {
  switch (query.op) {
    case 'and':
      return query.terms.every((term) => isMatch(term, entity))
    case 'or':
      return query.terms.some((term) => isMatch(term, entity))
    case 'exists':
      return valuesAt(query.path, entity).length > 0
    case 'absent':
      return valuesAt(query.path, entity).length === 0
    case 'matches': {
      const values = valuesAt(query.path, entity)
      const isFound = values.some((value) => typeof value === 'string' && query.matches(value))
      return values.length > 0 && isFound !== query.isNegated
    }
    default:
      return isTrueOf(query.op, query.value, valuesAt(query.path, entity))
  }
}

/** What stands at a path: one value; of a relationship, each of its objects; none where there is no such thing. */
function valuesAt({ names: [name = '', ...subs], members }: QPath, entity: NgsiEntity): unknown[] {
  const attribute = Object.hasOwn(entity.attributes, name) ? entity.attributes[name] : undefined
  if (!attribute) return []
  const value = subs.length === 0 ? (attribute.object ?? attribute.value) : subValue(attribute, subs)
  if (members.length === 0) return Array.isArray(value) ? value : value === undefined ? [] : [value]
  // Only a compound value has members; of another, the brackets mean the attribute's own: `x[observedAt]`.
  const found =
    typeof value === 'object' && value !== null ? member(value, members) : subValue(attribute, members)
  return found === undefined ? [] : [found]
}

function subValue(attribute: Attribute, [name = '', ...more]: readonly string[]): unknown {
  if (more.length > 0) return undefined
  if (name === 'observedAt' || name === 'unitCode') return attribute[name]
  const { subs = {} } = attribute
  return Object.hasOwn(subs, name) ? subs[name]?.value : undefined
}

function member(value: unknown, names: readonly string[]): unknown {
  let found = value
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

function isTrueOf(op: QOperator, wanted: QValue, values: readonly unknown[]): boolean {
  if (op === '==') return values.some((value) => isEqual(value, wanted))
  // 4.9: of what is not there, nothing is true.
  if (op === '!=') return values.length > 0 && !values.some((value) => isEqual(value, wanted))
  if (wanted.kind === 'range' || wanted.kind === 'list') return false
  return values.some((value) => {
    const order = compare(value, wanted)
    if (order === null) return false
    if (op === '>') return order > 0
    if (op === '>=') return order >= 0
    return op === '<' ? order < 0 : order <= 0
  })
}

function isEqual(value: unknown, wanted: QValue): boolean {
  if (wanted.kind === 'list') return wanted.items.some((item) => isEqual(value, item))
  if (wanted.kind !== 'range') return compare(value, wanted) === 0
  const low = compare(value, wanted.from)
  const high = compare(value, wanted.to)
  return low !== null && high !== null && low >= 0 && high <= 0
}

/** Null: the two are of different kinds and have no order. */
function compare(value: unknown, { kind, value: wanted }: QScalar): number | null {
  const own = kind === 'instant' && typeof value === 'string' ? parseRfc3339(value) : value
  if (own === null || typeof own !== typeof wanted) return null
  if (own === wanted) return 0
  return (own as string | number) < wanted ? -1 : 1
}

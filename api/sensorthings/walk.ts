import type { Catalogue, Item } from './catalogue.ts'
import type { Expression } from './filter-parser.ts'
import { faultOfPath, isIdName, navigationOf, type SetName } from './model.ts'
import { propertiesOf } from './properties.ts'
import { type Budget, refusedAt } from './refusal.ts'
import type { Value } from './value.ts'

/** What a path leads to from an item: several values where it goes through a collection. */
export function walk(
  catalogue: Catalogue,
  item: Item,
  path: readonly string[],
  budget: Budget,
): readonly Value[] {
  budget.step()
  const [name = '', ...rest] = path
  const navigation = navigationOf(item.set, name)
  if (navigation)
    return catalogue.related(item, navigation.to).flatMap((next) => walk(catalogue, next, rest, budget))
  if (isIdName(name)) return [item.id]
  let value: Value = propertiesOf(item)
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return [null]
    value = (value as Readonly<Record<string, Value | undefined>>)[step] ?? null
  }
  return [value]
}

/** Every path of an expression, with where it stands. */
export function pathsOf(expression: Expression): { path: readonly string[]; at: number }[] {
  switch (expression.kind) {
    case 'literal':
      return []
    case 'path':
      return [expression]
    case 'not':
    case 'negative':
      return pathsOf(expression.of)
    case 'call':
      return expression.args.flatMap(pathsOf)
    case 'binary':
      return [...pathsOf(expression.left), ...pathsOf(expression.right)]
  }
}

/** Throws where an expression names what its set does not have. */
export function checkPaths(expression: Expression, set: SetName, option: string): Expression {
  for (const { path, at } of pathsOf(expression)) {
    const fault = faultOfPath(set, path)
    if (fault !== null) throw refusedAt(option, at, fault)
  }
  return expression
}

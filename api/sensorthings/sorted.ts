import type { Catalogue, Item } from './catalogue.ts'
import { orderOf, valuesOf } from './filter-evaluate.ts'
import type { QueryOptions } from './query-options.ts'
import type { Budget } from './refusal.ts'
import type { Value } from './value.ts'
import { walk } from './walk.ts'

/** In the order that was asked for, then by id; what has no value comes first, as OData has it. */
export function sorted(
  catalogue: Catalogue,
  items: readonly Item[],
  orderBy: QueryOptions['orderBy'],
  budget: Budget,
): Item[] {
  const keyed = items.map((item) => ({
    item,
    keys: orderBy.map(
      ({ by }) => valuesOf(by, (path) => walk(catalogue, item, path, budget), budget)[0] ?? null,
    ),
  }))
  keyed.sort((a, b) => {
    for (const [i, { isDescending }] of orderBy.entries()) {
      const order = ordered(a.keys[i] ?? null, b.keys[i] ?? null)
      if (order !== 0) return isDescending ? -order : order
    }
    return ordered(a.item.id, b.item.id)
  })
  return keyed.map(({ item }) => item)
}

function ordered(a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  return orderOf(a, b) ?? (typeof a < typeof b ? -1 : 1)
}

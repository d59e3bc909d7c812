import type { Catalogue, Item } from './catalogue.ts'
import { matches } from './filter-evaluate.ts'
import type { Page } from './observations.ts'
import type { QueryOptions } from './query-options.ts'
import type { Budget } from './refusal.ts'
import { sorted } from './sorted.ts'
import { walk } from './walk.ts'

/** One page of anything but observations: all of it is in memory. */
export function collectionPage(
  catalogue: Catalogue,
  items: readonly Item[],
  { filter, orderBy, skip, top, isCounted }: QueryOptions,
  budget: Budget,
): Page {
  const fitting = filter
    ? items.filter((item) => matches(filter, (path) => walk(catalogue, item, path, budget), budget))
    : items
  const inOrder = sorted(catalogue, fitting, orderBy, budget)
  const end = skip + top
  return {
    items: inOrder.slice(skip, end),
    next: end < inOrder.length && top > 0 ? { $skip: String(end), $skiptoken: null } : null,
    count: isCounted ? fitting.length : null,
    isCountAtLeast: false,
  }
}

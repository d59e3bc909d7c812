import type { Db } from '../../store/db.ts'
import {
  countObservations,
  type ObservationQuery,
  observationPage,
  type StoredObservation,
} from '../../store/observation-pages.ts'
import type { Position } from '../../store/twin-state.ts'
import type { Catalogue, Item } from './catalogue.ts'
import { matches } from './filter-evaluate.ts'
import { type ObservationPlan, planOf } from './observation-plan.ts'
import type { QueryOptions } from './query-options.ts'
import { type Budget, Refusal } from './refusal.ts'
import { orderFor, positionOf, tokenOf } from './skip-token.ts'
import { sorted } from './sorted.ts'
import { walk } from './walk.ts'

export interface Source {
  readonly catalogue: Catalogue
  readonly db: Db
}

export interface Page {
  readonly items: Item[]
  /** The options that the next page differs in; null: there is none. */
  readonly next: Readonly<Record<'$skip' | '$skiptoken', string | null>> | null
  readonly count: number | null
  /** There may be more than `count`. */
  readonly isCountAtLeast: boolean
  /** Of observations: in what order they come. */
  readonly order?: ObservationQuery['order'] | 'sorted'
}

const SCAN_ROWS = 10_000
/** Rows that one page looks at, and queries that it asks: then it ends, and its nextLink goes on. */
const SCANNED_MAX = 100_000
const QUERIES_MAX = 20
const SKIP_MAX = 10_000
const COUNT_MAX = 10_000
const COUNT_SERIES_MAX = 1000
const SORTED_MAX = 10_000

/** One page of the observations of these series, OGC 18-088 §9.3.3. */
export async function observationsPage(
  source: Source,
  series: Iterable<number>,
  options: QueryOptions,
  budget: Budget,
): Promise<Page> {
  const plan = planOf(options.filter, series, source.catalogue, budget)
  if (options.skip > SKIP_MAX)
    throw new Refusal('too_costly', `$skip: at most ${SKIP_MAX} observations; follow @iot.nextLink instead`)
  const counted = options.isCounted
    ? await count(source, plan, budget)
    : { count: null, isCountAtLeast: false }
  const after = options.skipToken === null ? null : positionOf(options.skipToken)
  const order = after?.order ?? orderFor(options, plan.series.length)
  if (order === 'sorted') return { ...(await sortedPage(source, plan, options, budget)), ...counted, order }
  const skip = after ? 0 : options.skip
  const found = await collect(source, plan, order, after, skip + options.top, budget)
  const items = found.items.slice(skip)
  const isMore = found.next !== null && options.top > 0
  return {
    items,
    next: isMore && found.next ? { $skip: null, $skiptoken: tokenOf(order, found.next) } : null,
    ...counted,
    order,
  }
}

async function sortedPage(source: Source, plan: ObservationPlan, options: QueryOptions, budget: Budget) {
  const { items, next } = await collect(source, plan, 'series', null, SORTED_MAX, budget)
  if (next)
    throw new Refusal(
      'too_costly',
      `$orderby: of more than ${SORTED_MAX} observations only by phenomenonTime; narrow $filter by phenomenonTime`,
    )
  const inOrder = sorted(source.catalogue, items, options.orderBy, budget)
  const end = options.skip + options.top
  return {
    items: inOrder.slice(options.skip, end),
    next: end < inOrder.length && options.top > 0 ? { $skip: String(end), $skiptoken: null } : null,
  }
}

/** The first `wanted` that fit, and where to go on if there are more. */
async function collect(
  { catalogue, db }: Source,
  plan: ObservationPlan,
  order: ObservationQuery['order'],
  after: Position | null,
  wanted: number,
  budget: Budget,
): Promise<{ items: Item[]; next: Position | null }> {
  const items: Item[] = []
  let last: Position | null = null
  let queries = 0
  let scanned = 0
  const isSieved = plan.condition !== null || plan.residual !== null
  const scanMax = isSieved ? Math.max(SCAN_ROWS, wanted + 1) : wanted + 1
  for await (const batch of batches(db, plan, order, after, scanMax)) {
    budget.query()
    for (const stored of batch.rows) {
      const item = observationItem(catalogue, stored)
      if (!item || !(plan.residual === null || fits(catalogue, plan.residual, item, budget))) continue
      if (items.length === wanted) return { items, next: last }
      items.push(item)
      last = stored
    }
    scanned += batch.scanned
    if (batch.resume && (++queries >= QUERIES_MAX || scanned >= SCANNED_MAX))
      return { items, next: batch.resume }
  }
  return { items, next: null }
}

const fits = (
  catalogue: Catalogue,
  filter: NonNullable<ObservationPlan['residual']>,
  item: Item,
  budget: Budget,
) => matches(filter, (path) => walk(catalogue, item, path, budget), budget)

interface Batch {
  readonly rows: readonly StoredObservation[]
  readonly scanned: number
  /** Where the next one begins; null: this is the last. */
  readonly resume: Position | null
}

async function* batches(
  db: Db,
  { series, during, condition }: ObservationPlan,
  order: ObservationQuery['order'],
  after: Position | null,
  scanMax: number,
): AsyncGenerator<Batch> {
  // Over all series by time, each of them is read as far as the page may go.
  const group = order === 'series' ? Math.max(1, Math.floor(5000 / scanMax)) : series.length
  const rowsMax =
    order === 'series'
      ? scanMax
      : Math.max(Math.min(scanMax, 1001), Math.floor(Math.min(scanMax, 100_000 / series.length)))
  let at = order === 'series' && after ? firstFrom(series, after.seriesId) : 0
  let from = after
  while (at < series.length) {
    const isWithin = order === 'series' && from !== null
    const ids = series.slice(at, at + (isWithin ? 1 : group))
    const isOfFirst = !isWithin || ids[0] === from?.seriesId
    const query = { series: ids, during, condition, order, scanMax: rowsMax }
    const { rows, end } = await observationPage(db, query, isOfFirst ? from : null)
    from = end
    at = end ? (order === 'series' ? firstFrom(series, end.seriesId) : 0) : at + ids.length
    const begin = series[at]
    const start =
      order === 'series' && begin !== undefined ? { seriesId: begin, time: Number.MAX_SAFE_INTEGER } : null
    yield { rows, scanned: end ? rowsMax : rows.length, resume: from ?? start }
  }
}

const firstFrom = (series: readonly number[], id: number): number => {
  const at = series.findIndex((other) => other >= id)
  return at < 0 ? series.length : at
}

export function observationItem(catalogue: Catalogue, stored: StoredObservation): Item | null {
  const series = catalogue.series(stored.seriesId)
  return series ? { set: 'Observations', id: `${stored.seriesId}.${stored.time}`, series, stored } : null
}

/** Exact up to 10,000; then, and where too many datastreams are asked about, at least so many. */
async function count({ catalogue, db }: Source, plan: ObservationPlan, budget: Budget) {
  if (plan.condition || plan.residual) {
    const { items, next } = await collect({ catalogue, db }, plan, 'series', null, COUNT_MAX, budget)
    return { count: items.length, isCountAtLeast: next !== null }
  }
  budget.query()
  const few = plan.series.slice(0, COUNT_SERIES_MAX)
  const found = await countObservations(db, few, plan.during, COUNT_MAX + 1)
  return {
    count: Math.min(found, COUNT_MAX),
    isCountAtLeast: found > COUNT_MAX || few.length < plan.series.length,
  }
}

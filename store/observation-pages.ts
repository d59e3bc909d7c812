import type { Quality } from '../core/message.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type SqlValue } from './db.ts'
import type { Position } from './twin-state.ts'

/** A series, by its number. */
export interface SeriesRow {
  readonly id: number
  readonly device: string
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  readonly unit: string
}

export interface StoredObservation extends Position {
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
  readonly receivedAt: Micros
}

type Order = '=' | '<>' | '<' | '<=' | '>' | '>='

/** What is asked of an observation, for the database to look at. A column without a value is neither more nor less than
 *  anything, and differs from everything. */
export type ObservationCondition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly ObservationCondition[] }
  | { readonly kind: 'not'; readonly of: ObservationCondition }
  | { readonly kind: 'time' | 'value'; readonly op: Order; readonly value: number }
  | { readonly kind: 'label' | 'quality'; readonly op: '=' | '<>'; readonly value: string }

export interface ObservationQuery {
  readonly series: readonly number[]
  /** By time over all series, either way; or series after series, newest first in each. */
  readonly order: 'oldest' | 'newest' | 'series'
  /** On the time alone: the index is asked. */
  readonly during: ObservationCondition | null
  /** On anything: asked of the rows that the index gave, no more than `scanMax` of them. */
  readonly condition: ObservationCondition | null
  readonly scanMax: number
}

export interface ObservationPage {
  readonly rows: StoredObservation[]
  /** Where looking ended, if it did because of `scanMax`. */
  readonly end: Position | null
}

const COLUMNS = `o.time, o.value, o.label, o.quality::text as quality, o.received_at as "receivedAt"`

type Scanned = StoredObservation & { readonly scanned: number | null }

/** One page. Each series is read by its own index, newest or oldest chunk first, so that no chunk is touched that the page
 *  does not need; and whatever is asked, no more than `scanMax` rows of a series are looked at. */
export async function observationPage(
  db: Db,
  query: ObservationQuery,
  after: Position | null,
): Promise<ObservationPage> {
  const { rows: found } = await db.query<Scanned>(pageStatement(query, after))
  const rows = found.filter(({ scanned }) => scanned === null).sort(inOrder(query.order))
  const last = query.condition ? found.find(({ scanned }) => scanned !== null) : rows.at(-1)
  const scanned = query.condition ? (last?.scanned ?? 0) : rows.length
  return { rows, end: last && scanned >= query.scanMax ? { time: last.time, seriesId: last.seriesId } : null }
}

/** The statement of a page: for tests of its plan. */
export function pageStatement(query: ObservationQuery, after: Position | null) {
  const { series, during, condition, order, scanMax } = query
  const values: SqlValue[] = [pgArray(series), scanMax]
  const put = (value: SqlValue): string => `$${values.push(value)}`
  const direction = order === 'oldest' ? 'asc' : 'desc'
  const wanted = [
    'o.series_id = s.id',
    ...(during ? [sqlOf(during, put)] : []),
    ...(after ? [sqlAfter(after, order, put)] : []),
  ].join(' and ')
  const sorted =
    order === 'series' ? 'o."seriesId", o.time desc' : `o.time ${direction}, o."seriesId" ${direction}`
  const opposite =
    order === 'series'
      ? 'o."seriesId" desc, o.time'
      : sorted.replaceAll(direction, order === 'oldest' ? 'desc' : 'asc')
  const window = `select o.* from unnest($1::bigint[]) as s (id)
    cross join lateral (select s.id as "seriesId", ${COLUMNS} from observation o where ${wanted} order by o.time ${direction} limit $2) o
    order by ${sorted} limit $2`
  if (!condition) return { text: window.replace('select o.*', 'select o.*, null::bigint as scanned'), values }
  const text = `with looked_at as materialized (${window})
    select o.*, null::bigint as scanned from looked_at o where ${sqlOf(condition, put)}
    union all (select o.*, (select count(*) from looked_at) from looked_at o order by ${opposite} limit 1)`
  return { text, values }
}

const inOrder =
  (order: ObservationQuery['order']) =>
  (a: Position, b: Position): number => {
    if (order === 'series') return a.seriesId - b.seriesId || b.time - a.time
    const later = a.time - b.time || a.seriesId - b.seriesId
    return order === 'oldest' ? later : -later
  }

export async function observationAt(
  db: Db,
  seriesId: number,
  time: Micros,
): Promise<StoredObservation | null> {
  const { rows } = await db.query<StoredObservation>({
    text: `select series_id as "seriesId", ${COLUMNS} from observation o where series_id = $1 and time = from_us($2)`,
    values: [seriesId, time],
  })
  return rows[0] ?? null
}

/** How many there are, counted no further than `max`. */
export async function countObservations(
  db: Db,
  series: readonly number[],
  condition: ObservationCondition | null,
  max: number,
): Promise<number> {
  const values: SqlValue[] = [pgArray(series), max]
  const put = (value: SqlValue): string => `$${values.push(value)}`
  const { rows } = await db.query<{ count: number }>({
    text: `select count(*) as count from (
             select from unnest($1::bigint[]) as s (id)
             cross join lateral (select from observation o where o.series_id = s.id${condition ? ` and ${sqlOf(condition, put)}` : ''} limit $2) o
             limit $2) counted`,
    values,
  })
  return rows[0]?.count ?? 0
}

/** Those with a number above this one, in order. */
export async function seriesAfter(db: Db, after: number, limit: number): Promise<SeriesRow[]> {
  const { rows } = await db.query<SeriesRow>({
    text: `select id, device_id as device, entity_id as entity, quantity, channel, unit from series
           where id > $1 order by id limit $2`,
    values: [after, limit],
  })
  return rows
}

// The time alone first, for the index; the number of the series where two have one time.
function sqlAfter(
  { time, seriesId }: Position,
  order: ObservationQuery['order'],
  put: (value: SqlValue) => string,
) {
  const at = `from_us(${put(time)})`
  if (order === 'series') return `o.time < ${at}`
  const sign = order === 'oldest' ? '>' : '<'
  return `o.time ${sign}= ${at} and (o.time ${sign} ${at} or s.id ${sign} ${put(seriesId)})`
}

function sqlOf(condition: ObservationCondition, put: (value: SqlValue) => string): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${condition.of.map((part) => sqlOf(part, put)).join(` ${condition.kind} `)})`
    case 'not':
      return `not ${sqlOf(condition.of, put)}`
    case 'time':
      return `(o.time ${condition.op} from_us(${put(condition.value)}))`
    case 'value': {
      const value = `${put(condition.value)}::float8`
      return condition.op === '<>'
        ? `(o.value is distinct from ${value})`
        : `coalesce(o.value ${condition.op} ${value}, false)`
    }
    case 'label':
      return `(o.label is ${condition.op === '<>' ? '' : 'not '}distinct from ${put(condition.value)}::text)`
    case 'quality':
      return `(o.quality::text ${condition.op} ${put(condition.value)}::text)`
  }
}

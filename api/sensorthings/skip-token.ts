import type { ObservationQuery } from '../../store/observation-pages.ts'
import type { Position } from '../../store/twin-state.ts'
import type { QueryOptions } from './query-options.ts'
import { Refusal } from './refusal.ts'

type Order = ObservationQuery['order']

const ORDERS: Readonly<Record<string, Order>> = { o: 'oldest', n: 'newest', s: 'series' }
const SERIES_IN_TIME_MAX = 100
const ROWS_MAX = 100_000

/** Where a page of observations ended, and in what order: the next one is found by the index, however far it is. */
export const tokenOf = (order: Order, { time, seriesId }: Position): string =>
  Buffer.from(`${order[0]}.${time}.${seriesId}`).toString('base64url')

export function positionOf(token: string): Position & { readonly order: Order } {
  const text = Buffer.from(token, 'base64url').toString('latin1')
  const [, letter = '', time, seriesId] = /^([ons])\.(-?\d{1,16})\.(\d{1,15})$/.exec(text) ?? []
  const order = ORDERS[letter]
  if (!order) throw new Refusal('not_valid', '$skiptoken: not one of ours; take it from @iot.nextLink')
  return { order, time: Number(time), seriesId: Number(seriesId) }
}

/** By time where it was asked for, or where the datastreams are few; else datastream after datastream. */
export function orderFor({ orderBy, skip, top }: QueryOptions, series: number): Order | 'sorted' {
  const [first] = orderBy
  const isCheap = series <= SERIES_IN_TIME_MAX && series * (skip + top + 1) <= ROWS_MAX
  if (!first) return isCheap ? 'newest' : 'series'
  const isByTime =
    first.by.kind === 'path' &&
    first.by.path.length === 1 &&
    /^(phenomenon|result)Time$/.test(first.by.path[0] ?? '')
  if (!isByTime) return 'sorted'
  if (!isCheap)
    throw new Refusal(
      'too_costly',
      `$orderby: by time over at most ${SERIES_IN_TIME_MAX} datastreams and ${ROWS_MAX} rows at once, not ${series} times ${skip + top}; ask one datastream, filter by Datastream/…, or lower $top`,
    )
  return first.isDescending ? 'newest' : 'oldest'
}

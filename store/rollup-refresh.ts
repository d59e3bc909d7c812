import { type Micros, microsNow } from '../core/time.ts'
import { pgArray, type Queryable } from './db.ts'
import type { ObservationRow } from './observations.ts'
import { bucketFrom, bucketOf, MINUTE_US, ROLLUPS, type Rollup } from './rollups.ts'

/**
 * How late readings come into the rollups.
 *
 * A rollup is materialised up to its watermark and computed from the raw rows above it. What is written below the watermark
 * is noted in the same transaction, one row a series and local day (requestRollupRefresh). Then
 * - at once, GET …/observations computes the noted buckets from the raw rows (store/buckets.ts),
 *   so that it equals a fresh GROUP BY;
 * - within seconds, refreshLateRollups (store/late-rollups.ts) computes them again in the materialised tables, and the SQL
 *   views equal it too. After a backfill that takes as long as upkeep may keep the database busy.
 */

// No rollup is refreshed nearer to now than ten minutes (behindUs of 1m); half of that allows for clocks that differ.
const NOTED_AFTER_US = 5 * MINUTE_US

/** What of one series was touched on one local day; both ends included. */
export interface Touched {
  readonly seriesId: number
  readonly day: Micros
  from: Micros
  to: Micros
}

/** Whether any of these must be noted once it is stored. */
export function isLateForRollups(rows: readonly ObservationRow[]): boolean {
  const before = microsNow() - NOTED_AFTER_US
  for (const { time } of rows) if (time < before) return true
  return false
}

/** Notes which stored observations may lie below a watermark. A batch without any, which is nearly every one, costs a
 *  comparison a row and no statement. */
export async function requestRollupRefresh(tx: Queryable, stored: readonly ObservationRow[]): Promise<void> {
  const touched = lateStretches(stored, microsNow() - NOTED_AFTER_US)
  if (touched.length === 0) return
  // Ordered, so that two writers never wait for each other. A row that needs no change is locked all the same, which keeps
  // a refresh from taking it away before this transaction ends.
  await tx.query({
    name: 'request_rollup_refresh',
    text: `insert into rollup_refresh as noted (series_id, day, from_time, to_time)
           select s, from_us(d), from_us(f), from_us(t)
           from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as input (s, d, f, t) order by s, d
           on conflict (series_id, day) do update
             set from_time = least(noted.from_time, excluded.from_time), to_time = greatest(noted.to_time, excluded.to_time)
             where excluded.from_time < noted.from_time or excluded.to_time > noted.to_time`,
    values: [
      pgArray(touched.map(({ seriesId }) => seriesId)),
      pgArray(touched.map(({ day }) => day)),
      pgArray(touched.map(({ from }) => from)),
      pgArray(touched.map(({ to }) => to)),
    ],
  })
}

const [DAYS] = ROLLUPS.filter(({ resolution }) => resolution === '1d') as [Rollup]

function lateStretches(rows: readonly ObservationRow[], before: Micros): Touched[] {
  const found = new Map<string, Touched>()
  for (const { seriesId, time } of rows) {
    if (time >= before) continue
    const day = bucketOf(time, DAYS)
    const key = `${seriesId} ${day}`
    const known = found.get(key)
    if (!known) found.set(key, { seriesId, day, from: time, to: time })
    else {
      known.from = Math.min(known.from, time)
      known.to = Math.max(known.to, time)
    }
  }
  return [...found.values()]
}

export interface Span {
  readonly from: Micros
  /** Not included. */
  readonly to: Micros
}

/** The stretches of whole buckets within a window which the rollup of these series does not show rightly yet, in order and
 *  apart from each other. */
export async function staleSpans(
  db: Queryable,
  seriesIds: string,
  { from, to }: Span,
  rollup: Rollup,
): Promise<Span[]> {
  const { rows } = await db.query<Span>({
    text: `select from_time as from, to_time as to from rollup_refresh
           where series_id = any($1::bigint[]) and to_time >= from_us($2) and from_time < from_us($3) order by from_time`,
    values: [seriesIds, from, to],
  })
  const spans: { from: Micros; to: Micros }[] = []
  for (const row of rows) {
    const span = { from: bucketOf(row.from, rollup), to: bucketFrom(row.to + 1, rollup) }
    const last = spans.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else spans.push(span)
  }
  return spans
}

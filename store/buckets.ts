import type { Micros } from '../core/time.ts'
import { POSTGRES_EPOCH_US, TWO_32 } from './binary.ts'
import { type Db, pgArray } from './db.ts'
import { type Span, staleSpans } from './rollup-refresh.ts'
import { bucketFrom, type Resolution, ROLLUPS, type Rollup } from './rollups.ts'
import { seriesOf, type Window } from './twin-state.ts'

export interface Bucket {
  readonly time: Micros
  readonly avg: number | null
  readonly min: number | null
  readonly max: number | null
  readonly first: number | null
  readonly last: number | null
  readonly count: number
}

/** Reading the raw rows is always right, so that stale stretches may be read with what lies between them. */
const SPANS_MAX = 8

/** The rollup's buckets that begin within the window, equal to a fresh GROUP BY over what was committed before the call:
 *  those with late readings which are not rolled up yet are computed from the raw rows. Of several devices on one
 *  quantity the buckets are merged. */
export async function buckets(db: Db, resolution: Resolution, window: Window): Promise<Bucket[]> {
  const [rollup] = ROLLUPS.filter((one) => one.resolution === resolution) as [Rollup]
  const seriesIds = await seriesOf(db, window)
  if (seriesIds.length === 0) return []
  const after = window.after ? window.after.time + 1 : window.from
  const whole = {
    from: bucketFrom(Math.max(window.from, after), rollup),
    to: bucketFrom(window.to, rollup),
  }
  const stale = joined(await staleSpans(db, pgArray(seriesIds), whole, rollup))
  const found: Bucket[] = []
  for (const part of partsOf(whole, stale)) {
    if (found.length >= window.limit) break
    const source = part.isStale ? raw(rollup) : rolled(rollup)
    found.push(...(await read(db, source, part, seriesIds, window.limit - found.length)))
  }
  return found
}

/** Joins neighbours until there are few enough, those with the smallest gap first. */
function joined(spans: readonly Span[]): Span[] {
  const gaps = spans.slice(1).map((span, i) => span.from - (spans[i]?.to ?? 0))
  const gapJoined = gaps.toSorted((a, b) => b - a)[SPANS_MAX - 1] ?? -1
  const result: { from: Micros; to: Micros }[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last && span.from - last.to <= gapJoined) last.to = span.to
    else result.push({ ...span })
  }
  return result
}

interface Part extends Span {
  readonly isStale: boolean
}

function partsOf(whole: Span, stale: readonly Span[]): Part[] {
  const parts: Part[] = []
  let at = whole.from
  for (const span of stale) {
    const from = Math.max(at, span.from)
    const to = Math.min(whole.to, span.to)
    parts.push({ from: at, to: from, isStale: false }, { from, to, isStale: true })
    at = Math.max(at, to)
  }
  parts.push({ from: at, to: whole.to, isStale: false })
  return parts.filter(({ from, to }) => from < to)
}

interface Source {
  readonly sql: string
  readonly values: readonly number[]
}

const rolled = ({ view }: Rollup): Source => ({
  sql: `select * from ${view} where series_id = any($1::bigint[]) and time >= from_us($2) and time < from_us($3)`,
  values: [],
})

const raw = ({ widthUs, originUs }: Rollup): Source => ({
  sql: `select series_id, date_bin($5::bigint * interval '1 microsecond', time, from_us($6)) as time,
               avg(value) as avg, min(value) as min, max(value) as max,
               (array_agg(value order by time))[1] as first, (array_agg(value order by time desc))[1] as last, count(*) as count
        from observation where series_id = any($1::bigint[]) and time >= from_us($2) and time < from_us($3)
        group by series_id, 2`,
  values: [widthUs, originUs],
})

const BUCKET_COLUMNS = 'time, avg, min, max, first, last, count'

/** The buckets of several devices on one quantity as one. Of one device the average stays as it is, without the rounding of
 *  a product. */
const merged = (sql: string): string => `
  select time, case when count(*) = 1 then min(avg)
           else sum(avg * count) / nullif(sum(count) filter (where avg is not null), 0) end as avg, min(min) as min, max(max) as max,
         (array_agg(first order by series_id))[1] as first, (array_agg(last order by series_id desc))[1] as last, sum(count)::bigint as count
  from (${sql}) bucket group by time`

// A bucket as PostgreSQL sends its values: time, five doubles, count, of eight bytes each. NaN stands for null: no average of
// finite numbers is one.
const RECORD_BYTES = 56
const RECORD = `timestamptz_send(time) || float8send(coalesce(avg, 'NaN')) || float8send(coalesce(min, 'NaN'))
  || float8send(coalesce(max, 'NaN')) || float8send(coalesce(first, 'NaN')) || float8send(coalesce(last, 'NaN')) || int8send(count)`

/** As one block of bytes: a year of hours as rows takes three times as long on its way through a driver. */
async function read(
  db: Db,
  { sql, values }: Source,
  { from, to }: Span,
  seriesIds: readonly number[],
  limit: number,
): Promise<Bucket[]> {
  const source = seriesIds.length === 1 ? `select ${BUCKET_COLUMNS} from (${sql}) bucket` : merged(sql)
  const { rows } = await db.query<{ block: string | null }>({
    text: `select encode(string_agg(${RECORD}, ''), 'base64') as block from (${source} order by time limit $4) part`,
    values: [pgArray(seriesIds), from, to, limit, ...values],
  })
  const bytes = Buffer.from(rows[0]?.block ?? '', 'base64')
  return Array.from({ length: bytes.length / RECORD_BYTES }, (_, i) => bucketAt(bytes, i * RECORD_BYTES))
}

function bucketAt(bytes: Buffer, at: number): Bucket {
  const double = (field: number) => {
    const value = bytes.readDoubleBE(at + field * 8)
    return Number.isNaN(value) ? null : value
  }
  const int8 = (field: number) =>
    bytes.readInt32BE(at + field * 8) * TWO_32 + bytes.readUInt32BE(at + field * 8 + 4)
  return {
    time: int8(0) + POSTGRES_EPOCH_US,
    avg: double(1),
    min: double(2),
    max: double(3),
    first: double(4),
    last: double(5),
    count: int8(6),
  }
}

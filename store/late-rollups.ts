import { DAY_US, type Micros, microsNow } from '../core/time.ts'
import { type Db, DbError, pgArray, type Queryable } from './db.ts'
import { type Materialisation, watermarks } from './materialisations.ts'
import type { Span, Touched } from './rollup-refresh.ts'
import { bucketFrom, bucketOf, type Rollup } from './rollups.ts'

/**
 * Computes the rollups of one noted day again, of up to `notesMax` touched series alone, and gives of how many; null
 * when a refresh by the server is under way.
 *
 * TimescaleDB's own refresh computes a bucket for every series: for one device's year among a thousand series that is a
 * thousand times the work, in calls that cannot be cut shorter. So the rows are replaced here as it does it, by delete and
 * insert, under a lock that keeps its own refresh out. It may compute the same again later, to the same result.
 */
export async function refreshLateRollups(
  db: Db,
  materialisations: readonly Materialisation[],
  { lateDays, notesMax }: { readonly lateDays: number; readonly notesMax: number },
): Promise<number | null> {
  // Nearly always there is none, and then nothing is locked.
  const { rows } = await db.query({ text: 'select from rollup_refresh limit 1' })
  if (rows.length === 0) return 0
  try {
    return await db.transaction(async (tx) => {
      const tables = materialisations.map(({ table }) => table).join(', ')
      await tx.exec(`set local lock_timeout = '200ms'; lock table only ${tables} in exclusive mode`)
      const limits = await watermarks(tx, materialisations)
      const notes = await takeNotes(
        tx,
        Math.min(...limits.values()),
        microsNow() - lateDays * DAY_US,
        notesMax,
      )
      for (const { rollup, table } of materialisations)
        await materialise(tx, table, rollup, spansOf(notes, rollup, limits.get(rollup.resolution)))
      return notes.length
    })
  } catch (error) {
    if (error instanceof DbError && error.code === '55P03') return null
    throw error
  }
}

/** Takes notes of the oldest noted day away in this transaction. One that a writer holds is left: its readings are not to be
 *  seen yet. So is one that lies above a watermark and that the ordinary refresh, which goes back by the lateness window,
 *  would not reach. */
async function takeNotes(
  tx: Queryable,
  watermark: Micros,
  reachedFrom: Micros,
  notesMax: number,
): Promise<Touched[]> {
  const { rows } = await tx.query<Touched>({
    text: `delete from rollup_refresh where (series_id, day) in (
             select series_id, day from rollup_refresh
             where day = (select min(day) from rollup_refresh where to_time < from_us($1) or from_time >= from_us($2))
               and (to_time < from_us($1) or from_time >= from_us($2))
             order by series_id limit $3 for update skip locked)
           returning series_id as "seriesId", day, from_time as from, to_time as to`,
    values: [watermark, reachedFrom, notesMax],
  })
  return rows
}

interface SeriesSpan extends Span {
  readonly seriesId: number
}

/** Whole buckets, and none that the view computes by itself. */
function spansOf(notes: readonly Touched[], rollup: Rollup, watermark = -Infinity): SeriesSpan[] {
  return notes.flatMap(({ seriesId, from, to }) => {
    const span = {
      seriesId,
      from: bucketOf(from, rollup),
      to: Math.min(bucketFrom(to + 1, rollup), watermark),
    }
    return span.from < span.to ? [span] : []
  })
}

async function materialise(
  tx: Queryable,
  table: string,
  { widthUs, originUs }: Rollup,
  spans: readonly SeriesSpan[],
): Promise<void> {
  if (spans.length === 0) return
  const values = [
    pgArray(spans.map(({ seriesId }) => seriesId)),
    pgArray(spans.map(({ from }) => from)),
    pgArray(spans.map(({ to }) => to)),
    // Constants to the planner, so that it leaves out all other chunks.
    Math.min(...spans.map(({ from }) => from)),
    Math.max(...spans.map(({ to }) => to)),
  ]
  // The series are constants to the planner, as the bounds are: a look-up for each stretch would ask every chunk for each.
  const input = 'unnest($1::bigint[], $2::bigint[], $3::bigint[]) as input (s, f, t)'
  const touched = `series_id = any($1::bigint[]) and time >= from_us($4) and time < from_us($5)
    and series_id = s and time >= from_us(f) and time < from_us(t)`
  await tx.query({
    text: `delete from ${table} using ${input} where ${touched}`,
    values,
  })
  await tx.query({
    text: `insert into ${table} (series_id, time, avg, min, max, first, last, count)
           select series_id, date_bin($6::bigint * interval '1 microsecond', time, from_us($7)), avg(value), min(value), max(value),
                  first(value, time), last(value, time), count(*)
           from observation, ${input} where ${touched} group by 1, 2`,
    values: [...values, widthUs, originUs],
  })
}

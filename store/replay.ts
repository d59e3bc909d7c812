import type { Alarm } from '../core/alarm.ts'
import type { Quality } from '../core/message.ts'
import { AHEAD_MAX_US, DAY_US, type Micros } from '../core/time.ts'
import { ALARM_COLUMNS } from './alarms.ts'
import { type Db, pgArray } from './db.ts'
import type { SeriesRow } from './observation-pages.ts'
import { bucketFrom, bucketOf, type Rollup } from './rollups.ts'

/** Instants `stepUs` apart; step 0 is `from` itself. */
export interface Steps {
  readonly from: Micros
  readonly to: Micros
  readonly stepUs: number
}

/** The newest observation that a series had got in one step. */
export interface Change {
  readonly seriesId: number
  readonly step: number
  readonly time: Micros
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
}

/** What came in later than this is not looked for. */
export const LATE_MAX_US = 31 * DAY_US

export async function seriesOfEntities(db: Db, entities: readonly string[]): Promise<SeriesRow[]> {
  const { rows } = await db.query<SeriesRow>({
    text: `select id, device_id as device, entity_id as entity, quantity, channel, unit from series
           where entity_id = any ($1::text[]) order by id`,
    values: [pgArray(entities)],
  })
  return rows
}

/** By when it was received, for each series only what is newer than its `after`. */
export async function changesOf(
  db: Db,
  series: readonly { readonly id: number; readonly after: Micros | null }[],
  { from, to, stepUs }: Steps,
): Promise<Change[]> {
  const oldest = from - LATE_MAX_US
  const { rows } = await db.query<Change>({
    text: `select s.id as "seriesId", o.* from unnest($1::bigint[], $2::bigint[]) as s (id, after)
           cross join lateral (
             select distinct on (step) ceil(extract(epoch from received_at - from_us($3)) * 1000000 / $5::bigint)::int as step,
               time, value, label, quality::text as quality
             from observation
             where series_id = s.id and time > from_us(s.after) and time > from_us($6) and time <= from_us($7)
               and received_at > from_us($3) and received_at <= from_us($4)
             order by step, time desc
           ) o`,
    values: [
      pgArray(series.map(({ id }) => id)),
      pgArray(series.map(({ after }) => Math.max(after ?? oldest, oldest))),
      ...[from, to, stepUs, oldest, to + AHEAD_MAX_US],
    ],
  })
  return rows
}

/** By when it was measured, from a rollup: the last value of each bucket, at the end of the bucket. */
export async function rolledChangesOf(
  db: Db,
  rollup: Rollup,
  series: readonly number[],
  { from, to, stepUs }: Steps,
): Promise<Change[]> {
  const { rows } = await db.query<Change>({
    text: `select distinct on (series_id, step) series_id as "seriesId", step, time + $6::bigint * interval '1 microsecond' as time,
             last as value, null as label, 'good' as quality
           from (
             select series_id, time, last,
               ceil((extract(epoch from time - from_us($2)) * 1000000 + $6::bigint) / $5::bigint)::int as step
             from ${rollup.view}
             where series_id = any ($1::bigint[]) and time >= from_us($3) and time < from_us($4) and last is not null
           ) bucket
           order by series_id, step, time desc`,
    values: [
      pgArray(series),
      from,
      bucketOf(from, rollup),
      // Only buckets that have ended by then.
      bucketFrom(to - rollup.widthUs + 1, rollup),
      stepUs,
      rollup.widthUs,
    ],
  })
  return rows
}

/** Alarms that were active at some time of a window, the newest first; only those with an id below `before`. */
export async function alarmsDuring(
  db: Db,
  { from, to }: Steps,
  before: number,
  limit: number,
): Promise<Alarm[]> {
  const { rows } = await db.query<Alarm>({
    text: `select ${ALARM_COLUMNS} from alarm as a
           where id < $3 and raised_at <= from_us($2) and (cleared_at is null or cleared_at > from_us($1))
           order by id desc limit $4`,
    values: [from, to, before, limit],
  })
  return rows
}

import type { Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'

/** What is asked of one series: `water-volume`, whose readings only rise, or `water-flow`. */
export interface VolumeAsk {
  readonly seriesId: number
  readonly isFlow: boolean
  readonly from: Micros
  readonly to: Micros
  /** Readings further apart say nothing of a rate between them, nor of what of a volume lies on which side of a bound. */
  readonly reachS: number
  /** m³/h; a volume that rises faster was told by another meter. */
  readonly flowMax: number
  /** m³ at which the register begins anew; null: not known. */
  readonly registerMax: number | null
}

export interface MeteredVolume {
  readonly volume: number
  readonly coveredS: number
  /** The first and last instant that is covered; null: none is. */
  readonly since: Micros | null
  readonly until: Micros | null
  /** Steps back, or too far ahead, whose volume is not known: another meter, or one that was set back. */
  readonly resets: number
}

/** Meters tell in steps: a pulse of up to 1 m³ may come between two readings that are a second apart. */
const STEP_M3 = 1
/** A register that begins anew does so from near its end to near its beginning. */
const REGISTER_END = 0.9

/**
 * What went through a meter in a window, m³, by each pair of readings one after the other. Of a volume the difference, of a flow the mean
 * of both times the time between them; of a pair that reaches across a bound of the window the part inside. In the
 * order of what was asked.
 */
export async function meteredVolumes(db: Db, asked: readonly VolumeAsk[]): Promise<MeteredVolume[]> {
  const column = (of: (ask: VolumeAsk) => number | boolean | null) => pgArray(asked.map(of))
  const { rows } = await db.query<MeteredVolume>({
    name: 'metered_volumes',
    text: SQL,
    values: [
      column(({ seriesId }) => seriesId),
      column(({ isFlow }) => isFlow),
      column(({ from }) => from),
      column(({ to }) => to),
      column(({ reachS }) => reachS),
      column(({ flowMax }) => flowMax),
      column(({ registerMax }) => registerMax),
      STEP_M3,
      REGISTER_END,
    ],
  })
  return rows
}

const SQL = `
  with asked as (
    select n, series_id, is_flow, from_us(from_at) as from_at, from_us(to_at) as to_at, reach_s, flow_max, register_max
    from unnest($1::bigint[], $2::boolean[], $3::bigint[], $4::bigint[], $5::float8[], $6::float8[], $7::float8[])
      with ordinality as a (series_id, is_flow, from_at, to_at, reach_s, flow_max, register_max, n)
  ), pair as (
    select a.*, p.*,
      extract(epoch from p.time - p.time_before)::float8 as gap_s,
      extract(epoch from least(p.time, a.to_at) - greatest(p.time_before, a.from_at))::float8 as inside_s
    from asked a cross join lateral (
      select time, value, lag(time) over by_time as time_before, lag(value) over by_time as value_before
      from observation
      where series_id = a.series_id and value is not null and quality in ('good', 'estimated')
        and time >= a.from_at - a.reach_s * interval '1 second' and time <= a.to_at + a.reach_s * interval '1 second'
      window by_time as (order by time)
    ) p
    where p.time_before < a.to_at and p.time > a.from_at
  ), through as (
    select *, case
        when is_flow then (value + value_before) / 2 * gap_s / 3600
        when value >= value_before then case when value - value_before <= flow_max * gap_s / 3600 + $8::float8 then value - value_before end
        when value_before > register_max * $9::float8 and value < register_max * (1 - $9::float8) then
          case when value + register_max - value_before <= flow_max * gap_s / 3600 + $8::float8 then value + register_max - value_before end
      end as volume,
      gap_s <= reach_s or not (is_flow or time_before < from_at or time > to_at) as is_known
    from pair
  )
  select coalesce(sum(volume * inside_s / gap_s) filter (where is_known), 0) as volume,
    coalesce(sum(inside_s) filter (where is_known and volume is not null), 0) as "coveredS",
    min(greatest(time_before, from_at)) filter (where is_known and volume is not null) as since,
    max(least(time, to_at)) filter (where is_known and volume is not null) as until,
    count(*) filter (where time is not null and volume is null) as resets
  from (select n as asked_n from asked) every left join through on n = asked_n
  group by asked_n order by asked_n`

export interface SeriesRow {
  readonly id: number
  readonly device: string
  readonly entity: string
  readonly quantity: string
}

/** The series of some quantities of some entities, of no channel, oldest first. */
export async function seriesOfEntities(
  db: Db,
  entities: readonly string[],
  quantities: readonly string[],
): Promise<SeriesRow[]> {
  const { rows } = await db.query<SeriesRow>({
    text: `select id, device_id as device, entity_id as entity, quantity from series
           where entity_id = any($1::text[]) and quantity = any($2::text[]) and channel = '' order by id`,
    values: [pgArray(entities), pgArray(quantities)],
  })
  return rows
}

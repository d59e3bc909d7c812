import type { Micros } from '../core/time.ts'
import type { DatedTable } from './dated-table.ts'
import type { Db } from './db.ts'

/** A SIM or eSIM profile that an operator counts at the end of a period. */
export interface ReportedSim {
  readonly operator: string
  readonly period: string
  /** Hex; as in sim_span. */
  readonly simHash: string
  /** Where the operator counts it; null: it does not say. */
  readonly area: string | null
}

export const REPORTED_SIMS: DatedTable<ReportedSim> = {
  name: 'reported_sim',
  key: [
    ['operator', 'operator', 'text'],
    ['period', 'period', 'text'],
    ['simHash', 'sim_hash', 'bytea'],
  ],
  rest: [['area', 'area', 'text']],
}

/** The stretch in which a device must have been heard to count. */
export interface ActiveWindow {
  /** Local days, both inclusive. */
  readonly from: string
  readonly to: string
  /** The first instant after the reference date. */
  readonly end: Micros
  /** Only what was known then; null: everything. */
  readonly asOf: Micros | null
}

export interface MatchedSims {
  /** Where the operator counts them; null: it does not say. */
  readonly area: string | null
  /** How many SIMs the operator lists. */
  readonly listed: number
  /** How many of them are, at the end of the reference date, in a device or gateway that is not on trial, is in service and was heard
   *  within the window. */
  readonly matched: number
}

/** The SIMs that an operator lists for a period, by area, and how many of them the platform sees: each counts once. */
export async function matchedSims(
  db: Db,
  operator: string,
  period: string,
  { from, to, end, asOf }: ActiveWindow,
): Promise<MatchedSims[]> {
  const { rows } = await db.query<MatchedSims>({
    text: `
      with listed as (
        select area, sim_hash from (
          select distinct on (sim_hash) area, sim_hash, withdrawn from reported_sim
          where operator = $1 and period = $2 and recorded_at <= from_us($6)
          order by sim_hash, recorded_at desc, id desc) newest
        where not withdrawn),
      seen as (
        select distinct s.sim_hash from sim_span s
        join device_fact f on f.device_id = s.device_id and f.recorded_at <= from_us($6)
          and (f.superseded_at is null or f.superseded_at > from_us($6))
        where s.sim_hash in (select sim_hash from listed)
          and s.recorded_at <= from_us($6) and (s.superseded_at is null or s.superseded_at > from_us($6))
          and s.valid_from < from_us($5) and (s.valid_to is null or s.valid_to >= from_us($5))
          and not f.is_test and f.valid_from < from_us($5) and (f.retired_at is null or f.retired_at >= from_us($5))
          and exists (
            select from activity_day a where a.device_id = s.device_id
              and a.local_date between greatest($3::date, (f.valid_from at time zone 'Asia/Ho_Chi_Minh')::date) and $4::date
              and a.first_received_at <= from_us($6)))
      select area, count(*) as listed, count(seen.sim_hash) as matched
      from listed left join seen using (sim_hash) group by area order by area`,
    values: [operator, period, from, to, end, asOf ?? Number.MAX_SAFE_INTEGER],
  })
  return rows
}

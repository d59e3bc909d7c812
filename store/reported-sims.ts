import { type Micros, microsNow } from '../core/time.ts'
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

/** SIMs looked up by one statement, so that a long list never holds the embedded database. */
const SIMS_A_SLICE = 1000

/** The SIMs that an operator lists for a period, by area, and how many of them the platform sees: each counts once. */
export async function matchedSims(
  db: Db,
  operator: string,
  period: string,
  { from, to, end, asOf }: ActiveWindow,
): Promise<MatchedSims[]> {
  const known = asOf ?? microsNow()
  const sums = new Map<string | null, MatchedSims>()
  for (let after = '', size = SIMS_A_SLICE; size === SIMS_A_SLICE; ) {
    const { rows } = await db.query<MatchedSims & { last: string; size: number }>({
      text: SLICE,
      values: [operator, period, from, to, end, known, after, SIMS_A_SLICE],
    })
    size = 0
    for (const row of rows) {
      size += row.size
      if (row.last > after) after = row.last
      const sum = sums.get(row.area) ?? { area: row.area, listed: 0, matched: 0 }
      sums.set(row.area, { ...sum, listed: sum.listed + row.listed, matched: sum.matched + row.matched })
    }
  }
  return [...sums.values()].filter(({ listed }) => listed > 0).sort(byArea)
}

const byArea = ({ area: a }: MatchedSims, { area: b }: MatchedSims): number =>
  a === b ? 0 : b === null || (a !== null && a < b) ? -1 : 1

const SLICE = `
  with slice as (
    select distinct on (sim_hash) sim_hash, area, withdrawn from reported_sim
    where operator = $1 and period = $2 and recorded_at <= from_us($6) and sim_hash > decode($7, 'hex')
    order by sim_hash, recorded_at desc, id desc limit $8),
  judged as (
    select area, encode(sim_hash, 'hex') as sim, not withdrawn as is_listed, not withdrawn and exists (
      select from sim_span s
      join device_fact f on f.device_id = s.device_id and f.recorded_at <= from_us($6)
        and (f.superseded_at is null or f.superseded_at > from_us($6))
      where s.sim_hash = slice.sim_hash
        and s.recorded_at <= from_us($6) and (s.superseded_at is null or s.superseded_at > from_us($6))
        and s.valid_from < from_us($5) and (s.valid_to is null or s.valid_to >= from_us($5))
        and not f.is_test and f.valid_from < from_us($5) and (f.retired_at is null or f.retired_at >= from_us($5))
        and was_heard(s.device_id, greatest($3::date, local_day(f.valid_from)), $4::date, from_us($6))) as is_matched
    from slice)
  select area, count(*) filter (where is_listed) as listed, count(*) filter (where is_matched) as matched,
         max(sim collate "C") as last, count(*) as size
  from judged group by area`

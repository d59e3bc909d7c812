import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'

/** Connections per person of one area in one period, as a release states it. */
export interface ReleasedPoint {
  readonly freq: string
  readonly period: string
  readonly referenceDate: string
  readonly connections: number | null
  readonly population: number | null
  /** Decimal text. */
  readonly value: string | null
  readonly status: string
  readonly comment: string | null
}

const POINTS_MAX = 600

/** What was published by an instant of one area, by date: of each period the newest release. */
export async function releasedCourse(db: Db, area: string, at: Micros): Promise<ReleasedPoint[]> {
  const { rows } = await db.query<ReleasedPoint>({
    text: `select v.freq, v.time_period as period, v.ref_date as "referenceDate", v.num as connections, v.den as population,
             v.value, v.obs_status as status, v.comment
           from indicator_value v
           join release began on began.id = v.release_from
           left join release ended on ended.id = v.release_to
           where v.ref_area = $1 and v.indicator = 'IOT_CONN_PC' and v.access = '_T' and v.domain = '_T' and v.class = '_T'
             and v.coverage = 'PLATFORM' and began.published_at <= from_us($2)
             and (ended.published_at is null or ended.published_at > from_us($2))
           order by v.ref_date, v.time_period limit ${POINTS_MAX}`,
    values: [area, at],
  })
  return rows
}

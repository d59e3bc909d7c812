import type { Micros } from '../core/time.ts'
import type { Dated } from './dated-table.ts'
import type { Db } from './db.ts'
import type { Population as KnownPopulation } from './populations.ts'

export type Population = KnownPopulation & Pick<Dated, 'recordedAt'>
export { insertPopulation, populationsKnownAt } from './populations.ts'
export { type Target, targetsKnownAt } from './targets.ts'

export interface CountWindow {
  /** Local days, both inclusive. */
  readonly from: string
  readonly to: string
  /** The first instant after the reference date. */
  readonly end: Micros
  readonly asOf: Micros
}

/** IOT_CONN by area of the reference date (null: no area known): distinct end devices, not test, in service at the end of
 *  the reference date, heard on a local day of the window. Only what was recorded or received by `asOf` counts. */
export async function countConnections(
  db: Db,
  { from, to, end, asOf }: CountWindow,
): Promise<Map<string | null, number>> {
  const { rows } = await db.query<{ area: string | null; connections: number }>({
    text: `select place.area, count(*) as connections
           from device d
           left join lateral (
             select area from device_area
             where device_id = d.id and valid_from < from_us($3) and recorded_at <= from_us($4)
             order by valid_from desc, recorded_at desc limit 1
           ) place on true
           where d.role = 'end-device' and not d.is_test
             and d.valid_from < from_us($3) and d.recorded_at <= from_us($4)
             and (d.retired_at is null or d.retired_at >= from_us($3) or d.retired_recorded_at > from_us($4))
             and exists (
               select from activity_day a
               where a.device_id = d.id and a.local_date between $1::date and $2::date and a.first_received_at <= from_us($4))
           group by place.area`,
    values: [from, to, end, asOf],
  })
  return new Map(rows.map((row) => [row.area, row.connections]))
}

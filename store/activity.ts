import type { Micros } from '../core/time.ts'
import { pgArray, type Queryable } from './db.ts'

export interface Activity {
  readonly device: string
  readonly localDate: string
  readonly receivedAt: Micros
}

/** Evidence that devices were heard on a local day; the earliest time of receipt stays. Triggers keep it by year as well, see
 *  store/migrations/0020_activity_year.sql. */
export async function insertActivity(tx: Queryable, rows: readonly Activity[]): Promise<void> {
  await tx.query({
    text: `insert into activity_day (device_id, local_date, first_received_at)
           select d, l, from_us(min(r)) from unnest($1::text[], $2::date[], $3::bigint[]) as input (d, l, r) group by 1, 2 order by 1, 2
           on conflict (device_id, local_date) do update set first_received_at = excluded.first_received_at
           where excluded.first_received_at < activity_day.first_received_at`,
    values: [
      pgArray(rows.map((row) => row.device)),
      pgArray(rows.map((row) => row.localDate)),
      pgArray(rows.map((row) => row.receivedAt)),
    ],
  })
}

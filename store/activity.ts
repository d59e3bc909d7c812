import { addDays, type Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

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

/** Somebody must have been heard on so many days in a row on either side: then a day without anybody says something of the
 *  platform, and not only that few devices send seldom. */
const AROUND_DAYS = 3

export interface OutageRequest {
  readonly referenceDate: string
  readonly windowDays: number
  /** Null: everything known. */
  readonly asOf: Micros | null
}

/** Local days of the window on which nobody at all was heard, though somebody was on each of the days before and after. */
export async function outageDays(
  db: Db,
  { referenceDate, windowDays, asOf }: OutageRequest,
): Promise<string[]> {
  const first = addDays(referenceDate, 1 - windowDays)
  const { rows } = await db.query<{ day: string }>({
    text: `select local_date as day from heard_day
           where local_date between $1::date and $2::date and ($3::bigint is null or first_received_at <= from_us($3)) order by 1`,
    values: [addDays(first, -AROUND_DAYS), addDays(referenceDate, AROUND_DAYS), asOf],
  })
  const heard = new Set(rows.map(({ day }) => day))
  const isSteady = (day: string, step: 1 | -1): boolean =>
    Array.from({ length: AROUND_DAYS }, (_, i) => addDays(day, i * step)).every((one) => heard.has(one))
  const silent: string[] = []
  for (const [i, { day }] of rows.entries()) {
    const next = rows[i + 1]?.day
    if (next === undefined || next === addDays(day, 1) || !isSteady(day, -1) || !isSteady(next, 1)) continue
    for (let at = addDays(day, 1); at < next; at = addDays(at, 1))
      if (at >= first && at <= referenceDate) silent.push(at)
  }
  return silent
}

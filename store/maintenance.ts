import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'

export interface PolicySettings {
  readonly retentionDays: number
  readonly lateDays: number
}

interface Rollup {
  readonly name: string
  readonly every: string
  readonly behind: string
  /** Embedded: how often it is refreshed, and in slices of which length (see refreshRollup). */
  readonly passEveryMs: number
  readonly sliceHours: number
}

const MINUTE_MS = 60_000
export const ROLLUPS: readonly Rollup[] = [
  {
    name: 'observation_1m',
    every: '1 minute',
    behind: '2 minutes',
    passEveryMs: 10 * MINUTE_MS,
    sliceHours: 6,
  },
  {
    name: 'observation_1h',
    every: '10 minutes',
    behind: '1 hour',
    passEveryMs: 30 * MINUTE_MS,
    sliceHours: 48,
  },
  { name: 'observation_1d', every: '1 hour', behind: '1 day', passEveryMs: 120 * MINUTE_MS, sliceHours: 240 },
]

/** Sets the policies to what the settings say; does nothing when they are so already. Compression begins after the
 *  lateness window, and every refresh reaches back over it, so that late readings meet plain chunks and are rolled up. */
export async function setPolicies(db: Db, { retentionDays, lateDays }: PolicySettings): Promise<void> {
  const wanted = `${retentionDays}/${lateDays}`
  const { rows } = await db.query<{ value: string }>({
    text: "select value #>> '{}' as value from setting where key = 'policies'",
  })
  if (rows[0]?.value === wanted) return
  await db.transaction(async (tx) => {
    await tx.exec(
      "select remove_compression_policy('observation', if_exists => true); select remove_retention_policy('observation', if_exists => true)",
    )
    await tx.exec(
      `select add_compression_policy('observation', compress_after => interval '${lateDays + 1} days')`,
    )
    await tx.exec(
      `select add_retention_policy('observation', drop_after => interval '${retentionDays} days')`,
    )
    for (const { name, every, behind } of ROLLUPS) {
      await tx.exec(`select remove_continuous_aggregate_policy('${name}', if_exists => true)`)
      await tx.exec(`select add_continuous_aggregate_policy('${name}', start_offset => interval '${lateDays + 2} days',
        end_offset => interval '${behind}', schedule_interval => interval '${every}')`)
    }
    await tx.query({
      text: `insert into setting (key, value) values ('policies', to_jsonb($1::text)) on conflict (key) do update set value = excluded.value`,
      values: [wanted],
    })
  })
}

export interface PolicyJob {
  readonly id: number
  readonly name: string
  readonly everyS: number
}

/** The compression and retention jobs. A server runs them by itself; embedded there are no background workers, so the
 *  platform does. The refreshing of rollups is not among them, see refreshRollup. */
export async function listPolicyJobs(db: Db): Promise<PolicyJob[]> {
  const { rows } = await db.query<PolicyJob>({
    text: `select job_id as id, coalesce(hypertable_name || ' ', '') || proc_name as name, extract(epoch from schedule_interval)::int as "everyS"
           from timescaledb_information.jobs where proc_name in ('policy_compression', 'policy_retention') order by job_id`,
  })
  return rows
}

export const runPolicyJob = (db: Db, id: number): Promise<void> => db.exec(`call run_job(${Math.trunc(id)})`)

/** Refreshes a rollup over the lateness window, from its oldest slice to its newest, each in a turn of its own on the
 *  embedded database's single connection. The policy's own job does it in one call, bucket by bucket, and no commit gets
 *  through meanwhile: more than 30 s were seen for a day of minutes. Oldest first, because what lies below the newest
 *  refreshed bucket and is not refreshed itself would not show. */
export async function refreshRollup(
  db: Db,
  { name, behind, sliceHours }: Rollup,
  lateDays: number,
  isStopped: () => boolean,
): Promise<void> {
  for (let hours = (lateDays + 2) * 24; ; hours -= sliceHours) {
    // The last slice takes the rest with it, so that it is never shorter than a bucket, which is refused.
    const isLast = hours < 2 * sliceHours
    const to = isLast ? behind : `${hours - sliceHours} hours`
    await db.exec(
      `call refresh_continuous_aggregate('${name}', now() - interval '${hours} hours', now() - interval '${to}')`,
    )
    if (isLast || isStopped()) return
  }
}

const DAYS_A_RUN = 50

/** Computes again the rollups of days that got readings older than the lateness window, each in turns of its own; gives
 *  how many days there were. */
export async function refreshLateRollups(db: Db, isStopped: () => boolean): Promise<number> {
  const { rows } = await db.query<{ id: number; from: Micros }>({
    text: 'select max(id) as id, from_time as from from rollup_refresh group by from_time order by from_time limit $1',
    values: [DAYS_A_RUN],
  })
  for (const { id, from } of rows) {
    if (isStopped()) break
    // A UTC day lies on two local ones, and a window shorter than a bucket is refused: two days more on each side.
    for (const { name } of ROLLUPS)
      await db.exec(
        `call refresh_continuous_aggregate('${name}', from_us(${from}) - interval '2 days', from_us(${from}) + interval '3 days')`,
      )
    await db.query({
      text: 'delete from rollup_refresh where from_time = from_us($1) and id <= $2',
      values: [from, id],
    })
  }
  return rows.length
}

/** Bytes of log written so far. */
export async function walBytes(db: Db): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>({
    text: "select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes",
  })
  return Number(rows[0]?.bytes)
}

/** Takes dead rows away and keeps the planner's statistics, which no background worker does in the embedded database. */
export const vacuum = (db: Db): Promise<void> =>
  db.exec(
    'vacuum (analyze) series, device, entity, device_area, device_status, activity_day, rejection, session_event, rollup_refresh',
  )

export const checkpoint = (db: Db): Promise<void> => db.exec('checkpoint')

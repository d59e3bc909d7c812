import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'

export interface PolicySettings {
  readonly retentionDays: number
  readonly lateDays: number
}

const ROLLUPS = [
  { name: 'observation_1m', every: '1 minute', behind: '2 minutes' },
  { name: 'observation_1h', every: '10 minutes', behind: '1 hour' },
  { name: 'observation_1d', every: '1 hour', behind: '1 day' },
] as const

const POLICIES = `('policy_compression', 'policy_retention', 'policy_refresh_continuous_aggregate')`

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

/** The policies' jobs. A server runs them by itself; embedded there are no background workers, so the platform does. */
export async function listPolicyJobs(db: Db): Promise<PolicyJob[]> {
  const { rows } = await db.query<PolicyJob>({
    text: `select job_id as id, coalesce(hypertable_name || ' ', '') || proc_name as name, extract(epoch from schedule_interval)::int as "everyS"
           from timescaledb_information.jobs where proc_name in ${POLICIES} order by job_id`,
  })
  return rows
}

export const runPolicyJob = (db: Db, id: number): Promise<void> => db.exec(`call run_job(${Math.trunc(id)})`)

/** Computes again the rollups of stretches that got readings older than the lateness window; gives how many there were. */
export async function refreshLateRollups(db: Db): Promise<number> {
  const { rows } = await db.query<{ id: number; from: Micros; to: Micros }>({
    text: 'select max(id) as id, min(from_time) as from, max(to_time) as to from rollup_refresh having max(id) is not null',
  })
  const stretch = rows[0]
  if (!stretch) return 0
  for (const { name } of ROLLUPS)
    await db.exec(
      `call refresh_continuous_aggregate('${name}', from_us(${stretch.from}) - interval '1 day', from_us(${stretch.to}) + interval '2 days')`,
    )
  const { rowCount } = await db.query({
    text: 'delete from rollup_refresh where id <= $1',
    values: [stretch.id],
  })
  return rowCount
}

/** Bytes of log written so far. */
export async function walBytes(db: Db): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>({
    text: "select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes",
  })
  return Number(rows[0]?.bytes)
}

export const checkpoint = (db: Db): Promise<void> => db.exec('checkpoint')

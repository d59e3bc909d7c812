import { DAY_US, microsNow } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'
import { type Materialisation, watermarks } from './materialisations.ts'
import { ROLLUPS } from './rollups.ts'

export interface PolicySettings {
  readonly retentionDays: number
  readonly lateDays: number
}

/** Evidence of activity is compressed too, and never dropped: figures of any year can be asked for. */
const COMPRESSED = ['observation', 'activity_day'] as const

/** Sets the policies to what the settings say; does nothing when they are so already. Compression begins after the
 *  lateness window, and every refresh reaches back over it, so that late readings meet plain chunks and are rolled up. */
export async function setPolicies(db: Db, { retentionDays, lateDays }: PolicySettings): Promise<void> {
  const wanted = [retentionDays, lateDays, ...ROLLUPS.map(({ behindUs }) => behindUs), 'activity'].join('/')
  const { rows } = await db.query<{ value: string }>({
    text: "select value #>> '{}' as value from setting where key = 'policies'",
  })
  if (rows[0]?.value === wanted) return
  await db.transaction(async (tx) => {
    for (const table of COMPRESSED) {
      await tx.exec(`select remove_compression_policy('${table}', if_exists => true)`)
      await tx.exec(
        `select add_compression_policy('${table}', compress_after => interval '${lateDays + 1} days')`,
      )
    }
    await tx.exec("select remove_retention_policy('observation', if_exists => true)")
    await tx.exec(
      `select add_retention_policy('observation', drop_after => interval '${retentionDays} days')`,
    )
    for (const { view, behindUs, policyEveryUs } of ROLLUPS) {
      await tx.exec(`select remove_continuous_aggregate_policy('${view}', if_exists => true)`)
      await tx.exec(`select add_continuous_aggregate_policy('${view}', start_offset => interval '${lateDays + 2} days',
        end_offset => interval '${behindUs} microseconds', schedule_interval => interval '${policyEveryUs} microseconds')`)
    }
    await tx.query({
      text: `insert into setting (key, value) values ('policies', to_jsonb($1::text)) on conflict (key) do update set value = excluded.value`,
      values: [wanted],
    })
  })
}

/** The retention job. A server runs it by itself, and compression too; embedded there are no background workers, so the
 *  platform does. */
export async function findRetentionJob(db: Db): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>({
    text: "select job_id as id from timescaledb_information.jobs where proc_name = 'policy_retention'",
  })
  return rows[0]?.id ?? null
}

export const runPolicyJob = (db: Db, id: number): Promise<void> => db.exec(`call run_job(${Math.trunc(id)})`)

/** Compresses the oldest chunk that is past the lateness window and not compressed, or got late readings since, and gives
 *  its name. One chunk a call: the policy's job does all that are due in one, and no commit gets through meanwhile. A chunk
 *  whose late readings are not rolled up yet is left: more are likely to come. */
export async function compressNextChunk(db: Db, lateDays: number): Promise<string | null> {
  // In a chunk's status 1 is compressed and 8 partly so.
  const { rows } = await db.query<{ name: string }>({
    text: `select format('%I.%I', i.chunk_schema, i.chunk_name) as name
           from timescaledb_information.chunks i
           join _timescaledb_catalog.chunk c on c.schema_name = i.chunk_schema and c.table_name = i.chunk_name
           where i.hypertable_schema = current_schema() and i.hypertable_name = any ($2::text[]) and i.range_end <= from_us($1)
             and (c.status & 1 = 0 or c.status & 8 = 8)
             and (i.hypertable_name <> 'observation' or not exists (
               select from rollup_refresh r where r.from_time < i.range_end and r.to_time >= i.range_start))
           order by i.range_start limit 1`,
    values: [microsNow() - (lateDays + 1) * DAY_US, pgArray(COMPRESSED)],
  })
  const name = rows[0]?.name ?? null
  if (name !== null) await db.query({ text: 'select compress_chunk($1::regclass)', values: [name] })
  return name
}

const SLICE_MS_MAX = 50

/** Materialises a rollup from where it ends (at first: from the lateness window on) up to `behindUs` ago, oldest first, in
 *  slices that each have a turn of their own on the embedded database's single connection and are as long as it can do in
 *  about SLICE_MS_MAX. The policy's own job does it in one call, bucket by bucket, and no commit gets through meanwhile: more
 *  than 30 s were seen for a day of minutes. What is late is not done here, see refreshLateRollups. */
export async function advanceRollup(
  db: Db,
  materialisation: Materialisation,
  lateDays: number,
  isStopped: () => boolean,
): Promise<void> {
  const { view, widthUs, behindUs, resolution, sliceBucketsMin } = materialisation.rollup
  const watermark = (await watermarks(db, [materialisation])).get(resolution) ?? -Infinity
  // TimescaleDB trims a window to whole buckets as if all began at 00:00Z, refuses one that then holds none, and widens it
  // to the buckets that it touches. So the slices are counted from 00:00Z; the first begins at the watermark itself.
  const begin = watermark > 0 ? watermark : microsNow() - (lateDays + 2) * DAY_US
  const wholeFrom = Math.ceil(begin / widthUs) * widthUs
  const end = Math.floor((microsNow() - behindUs) / widthUs) * widthUs
  let count = sliceBucketsMin
  for (let at = wholeFrom; at < end && !isStopped(); ) {
    const to = Math.min(at + count * widthUs, end)
    const from = at === wholeFrom ? begin : at
    const startedAt = performance.now()
    await db.exec(`call refresh_continuous_aggregate('${view}', from_us(${from}), from_us(${to}))`)
    const ms = performance.now() - startedAt
    if (ms > SLICE_MS_MAX) count = Math.max(sliceBucketsMin, Math.floor(count / 2))
    else if (ms < SLICE_MS_MAX / 2) count *= 2
    at = to
  }
}

/** Bytes of log written so far. */
export async function walBytes(db: Db): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>({
    text: "select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes",
  })
  return Number(rows[0]?.bytes)
}

/** Takes dead rows away and keeps the planner's statistics, which no background worker does in the embedded database. Of
 *  every table but the observations, whose chunks are only added to. */
export async function vacuum(db: Db): Promise<void> {
  const { rows } = await db.query<{ tables: string }>({
    text: `
      select string_agg(quote_ident(relname), ', ' order by relname) as tables from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'observation'`,
  })
  await db.exec(`vacuum (analyze) ${rows[0]?.tables}`)
}

export const checkpoint = (db: Db): Promise<void> => db.exec('checkpoint')

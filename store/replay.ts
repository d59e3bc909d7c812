import type { Alarm } from '../core/alarm.ts'
import type { Quality } from '../core/message.ts'
import { AHEAD_MAX_US, DAY_US, type Micros } from '../core/time.ts'
import { ALARM_COLUMNS } from './alarms.ts'
import { POSTGRES_EPOCH_US, TWO_32 } from './binary.ts'
import { type Db, pgArray, type SqlValue } from './db.ts'
import type { SeriesRow } from './observation-pages.ts'
import { bucketFrom, bucketOf, type Rollup } from './rollups.ts'

/** Instants `stepUs` apart; step 0 is `from` itself. */
export interface Steps {
  readonly from: Micros
  readonly to: Micros
  readonly stepUs: number
}

/** The newest observation that a series had got in one step. */
export interface Change {
  readonly seriesId: number
  readonly step: number
  readonly time: Micros
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
}

/** What came in later than this is not looked for. */
export const LATE_MAX_US = 31 * DAY_US

export async function seriesOfEntities(db: Db, entities: readonly string[]): Promise<SeriesRow[]> {
  const { rows } = await db.query<SeriesRow>({
    text: `select id, device_id as device, entity_id as entity, quantity, channel, unit from series
           where entity_id = any ($1::text[]) order by id`,
    values: [pgArray(entities)],
  })
  return rows
}

/** By when it was received: of each series the newest of each step, among what is newer than `after`. */
export function changesOf(
  db: Db,
  series: readonly number[],
  after: Micros,
  { from, to, stepUs }: Steps,
): Promise<Change[]> {
  // What was received at the very end of a step belongs to it.
  const sql = `select distinct on (series_id, bin) series_id, time, value, label, quality,
                 date_bin($2::bigint * interval '1 microsecond', received_at - interval '1 microsecond', from_us($3)) as bin
               from observation
               where series_id = any ($1::bigint[]) and time > from_us($5) and time <= from_us($6)
                 and received_at > from_us($3) and received_at <= from_us($4)
               order by series_id, bin, time desc`
  return read(db, sql, [pgArray(series), stepUs, from, to, after, to + AHEAD_MAX_US], { from, stepUs })
}

/** By when it was measured, from a rollup: the last value of each bucket, at the end of the bucket. */
export function rolledChangesOf(
  db: Db,
  { view, ...rollup }: Rollup,
  series: readonly number[],
  { from, to, stepUs }: Steps,
): Promise<Change[]> {
  const { widthUs } = rollup
  // Only buckets that have ended by then.
  const span = [bucketOf(from, rollup), bucketFrom(to - widthUs + 1, rollup)]
  const width = `${widthUs} * interval '1 microsecond'`
  const sql = `select distinct on (series_id, bin) series_id, time + ${width} as time, last as value, null as label, 'good' as quality,
                 date_bin($2::bigint * interval '1 microsecond', time + ${width} - interval '1 microsecond', from_us($3)) as bin
               from ${view}
               where series_id = any ($1::bigint[]) and time >= from_us($4) and time < from_us($5) and last is not null
               order by series_id, bin, time desc`
  return read(db, sql, [pgArray(series), stepUs, from, ...span], { from, stepUs })
}

const QUALITIES: readonly Quality[] = ['good', 'implausible', 'estimated', 'bad']
// A change as PostgreSQL sends its values: series, bin, time, value of eight bytes each (NaN stands for null: none is stored),
// quality and the length of the label of two, and the label.
const RECORD = `int8send(series_id) || timestamptz_send(bin) || timestamptz_send(time) || float8send(coalesce(value, 'NaN'))
  || int2send((case quality ${QUALITIES.map((quality, i) => `when '${quality}' then ${i}`).join(' ')} end)::int2)
  || int2send(octet_length(coalesce(label, ''))::int2) || convert_to(coalesce(label, ''), 'UTF8')`

/** As one block of bytes: as rows they take five times as long on their way through a driver. */
async function read(
  db: Db,
  sql: string,
  values: readonly SqlValue[],
  { from, stepUs }: Pick<Steps, 'from' | 'stepUs'>,
): Promise<Change[]> {
  const { rows } = await db.query<{ block: string | null }>({
    text: `select encode(string_agg(${RECORD}, ''), 'base64') as block from (${sql}) change`,
    values,
  })
  const bytes = Buffer.from(rows[0]?.block ?? '', 'base64')
  const found: Change[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 36 + bytes.readInt16BE(at + 34)
    const bin = int8(bytes, at + 8) + POSTGRES_EPOCH_US
    const value = bytes.readDoubleBE(at + 24)
    found.push({
      seriesId: int8(bytes, at),
      step: Math.round((bin - from) / stepUs) + 1,
      time: int8(bytes, at + 16) + POSTGRES_EPOCH_US,
      value: Number.isNaN(value) ? null : value,
      label: Number.isNaN(value) ? bytes.toString('utf8', at + 36, end) : null,
      quality: QUALITIES[bytes.readInt16BE(at + 32)] ?? 'good',
    })
    at = end
  }
  return found
}

const int8 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * TWO_32 + bytes.readUInt32BE(at + 4)

/** Alarms that were active at some time of a window, the newest first; only those with an id below `before`, and of these
 *  entities. Null: all, and those about no entity, too. */
export async function alarmsDuring(
  db: Db,
  { from, to }: Steps,
  { entities, before, limit }: { entities: readonly string[] | null; before: number; limit: number },
): Promise<Alarm[]> {
  const { rows } = await db.query<Alarm>({
    text: `select ${ALARM_COLUMNS} from alarm as a
           where id < $3 and raised_at <= from_us($2) and (cleared_at is null or cleared_at > from_us($1))
             and ($5::text[] is null or entity_id = any ($5::text[]))
           order by id desc limit $4`,
    values: [from, to, before, limit, entities && pgArray(entities)],
  })
  return rows
}

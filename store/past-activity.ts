import type { Micros } from '../core/time.ts'
import { type Db, DbError, isDuplicateKey, pgArray, type Queryable } from './db.ts'

/** A device, a local day on which it was heard, and when the first reading of that day was received. */
export interface HeardDay {
  readonly device: string
  /** YYYY-MM-DD. */
  readonly date: string
  readonly receivedAt: Micros
}

/** Days that were not known, that were, and that were known only from later on. */
export interface HeardCounts {
  fresh: number
  known: number
  earlier: number
}

/** A slice is to hold the database for about this long; it may take twice as long before the next is smaller. */
const SLICE_MS = 20
const SLICE_DAYS_FIRST = 200
const SLICE_DAYS_MIN = 20
const SLICE_DAYS_MAX = 5000
const TRIES_MAX = 5

/**
 * Takes evidence of activity from before the platform was there, in slices, each a transaction that holds the database for
 * some 20 ms: of the same day the earliest receipt stays, so the same days taken again change nothing, and what was broken off
 * is made whole. Days of one device should follow each other. `onSlice` hears how many have been taken so far; it may be
 * waited for. `isDry`: only counts.
 */
export async function putPastActivity(
  db: Db,
  days: Iterable<HeardDay>,
  isDry: boolean,
  onSlice: (taken: number) => Promise<void>,
): Promise<HeardCounts> {
  const counts: HeardCounts = { fresh: 0, known: 0, earlier: 0 }
  let slice = new Map<string, HeardDay>()
  let daysMax = SLICE_DAYS_FIRST
  let taken = 0
  const flush = async () => {
    const held = await putSlice(db, [...slice.values()], isDry, counts)
    if (slice.size > 1) daysMax = next(daysMax, slice.size, held)
    taken += slice.size
    slice = new Map()
    await onSlice(taken)
  }
  const months = new Set<string>()
  for (const day of days) {
    const month = day.date.slice(0, 7)
    // The first row of a chunk makes it, which takes long enough without anything else.
    const isFirst = !months.has(month)
    months.add(month)
    if (isFirst && slice.size > 0) await flush()
    const key = `${day.device} ${day.date}`
    const before = slice.get(key)
    if (!before || day.receivedAt < before.receivedAt) slice.set(key, day)
    if (isFirst || slice.size >= daysMax) await flush()
  }
  if (slice.size > 0) await flush()
  return counts
}

function next(daysMax: number, days: number, heldMs: number): number {
  const wanted = Math.floor((days * SLICE_MS) / Math.max(heldMs, 1))
  return Math.max(SLICE_DAYS_MIN, Math.min(wanted, daysMax * 2, SLICE_DAYS_MAX))
}

/** Gives for how long it held the database, in ms. */
async function putSlice(
  db: Db,
  days: readonly HeardDay[],
  isDry: boolean,
  counts: HeardCounts,
): Promise<number> {
  for (let tries = 1; ; tries++)
    try {
      return await db.transaction(async (tx) => {
        const since = performance.now()
        const known = await knownDays(tx, days)
        const fresh: HeardDay[] = []
        const earlier: HeardDay[] = []
        for (const day of days) {
          const receivedAt = known.get(`${day.device} ${day.date}`)
          if (receivedAt === undefined) fresh.push(day)
          else if (day.receivedAt < receivedAt) earlier.push(day)
        }
        if (!isDry) await write(tx, fresh, earlier)
        counts.fresh += fresh.length
        counts.earlier += earlier.length
        counts.known += days.length - fresh.length - earlier.length
        return performance.now() - since
      })
    } catch (error) {
      // A device was heard on one of the days meanwhile (a server has many writers).
      if (!isDuplicateKey(error) || tries === TRIES_MAX) throw error
    }
}

/** When each of these days that is there was first received. Asked by the devices and not by the pairs: a join has been seen to
 *  take seven times as long. */
async function knownDays(tx: Queryable, days: readonly HeardDay[]): Promise<Map<string, Micros>> {
  const { rows } = await tx.query<{ device: string; date: string; receivedAt: Micros }>({
    text: `select device_id as device, local_date as date, first_received_at as "receivedAt" from activity_day a
           where device_id = any ($1::text[]) and ${within(2)}`,
    values: [pgArray([...new Set(days.map(({ device }) => device))]), ...boundsOf(days)],
  })
  return new Map(rows.map(({ device, date, receivedAt }) => [`${device} ${date}`, receivedAt]))
}

const DAYS = 'unnest($1::text[], $2::date[], $3::bigint[]) as input (d, l, r)'
/** Says no more than the days themselves; but a compressed chunk is only opened where these bounds reach. */
const within = (at: number) =>
  `a.device_id collate "C" between $${at} and $${at + 1} and a.local_date between $${at + 2}::date and $${at + 3}::date`

function boundsOf(days: readonly HeardDay[]): string[] {
  const devices = days.map(({ device }) => device).sort()
  const dates = days.map(({ date }) => date).sort()
  return [devices, dates].flatMap((sorted) => [sorted[0] ?? '', sorted.at(-1) ?? ''])
}

/** Without ON CONFLICT, which has lost rows on compressed chunks (timescaledb#7672). */
async function write(tx: Queryable, fresh: readonly HeardDay[], earlier: readonly HeardDay[]): Promise<void> {
  // A row into a compressed chunk opens the thousand beside it.
  await tx.exec('set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0')
  if (fresh.length > 0) {
    const { rowCount } = await tx.query({
      text: `insert into activity_day (device_id, local_date, first_received_at) select d, l, from_us(r) from ${DAYS}`,
      values: columnsOf(fresh),
    })
    if (rowCount !== fresh.length)
      throw new DbError('40001', `sent ${fresh.length} days, ${rowCount} were inserted`)
  }
  if (earlier.length > 0)
    await tx.query({
      text: `update activity_day a set first_received_at = from_us(r) from ${DAYS}
             where a.device_id = d and a.local_date = l and a.first_received_at > from_us(r) and ${within(4)}`,
      values: [...columnsOf(earlier), ...boundsOf(earlier)],
    })
}

const columnsOf = (days: readonly HeardDay[]) => [
  pgArray(days.map(({ device }) => device)),
  pgArray(days.map(({ date }) => date)),
  pgArray(days.map(({ receivedAt }) => receivedAt)),
]

import type { Quality } from '../core/message.ts'
import type { Micros } from '../core/time.ts'
import { CopyWriter } from './binary.ts'
import { DbError, isDuplicateKey, pgArray, type Queryable, type SqlValue } from './db.ts'
import { keyOf, knownObservations } from './known-observations.ts'

/** An observation with its series resolved: one row. */
export interface ObservationRow {
  readonly seriesId: number
  readonly time: Micros
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
  readonly receivedAt: Micros
}

/** `duplicate`: the same value was there; `conflict`: another value was there, and stays. */
export type Verdict = 'stored' | 'duplicate' | 'conflict'

const COLUMNS = '(series_id, time, value, label, quality, received_at)'
const UNNEST = `select s, from_us(t), v, l, q::quality, from_us(r)
  from unnest($1::bigint[], $2::bigint[], $3::float8[], $4::text[], $5::text[], $6::bigint[]) as input (s, t, v, l, q, r)`

const ROW_BYTES = 80
const FIELDS = 6

/** The everyday way in: COPY in binary, which costs the database half of any INSERT (docs/adr/0006). False: some of the rows
 *  were already there, within the batch or the table; nothing is stored, the transaction has failed, and insertChecked must
 *  say which in another one. */
export async function insertFast(
  tx: Pick<Queryable, 'copy'>,
  rows: readonly ObservationRow[],
): Promise<boolean> {
  const writer = new CopyWriter(rows.length * ROW_BYTES)
  for (const { seriesId, time, value, label, quality, receivedAt } of rows) {
    // UTF-16 to UTF-8: at most three bytes a unit.
    writer.row(FIELDS, ROW_BYTES + (label?.length ?? 0) * 3)
    writer.int8(seriesId)
    writer.timestamp(time)
    if (value === null) writer.null()
    else writer.float8(value)
    if (label === null) writer.null()
    else writer.text(label)
    writer.text(quality)
    writer.timestamp(receivedAt)
  }
  try {
    const inserted = await tx.copy(`observation ${COLUMNS}`, writer.end())
    if (inserted !== rows.length)
      throw new DbError('40001', `sent ${rows.length} observations, ${inserted} were inserted`)
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}

/** The careful way, for re-sent and for late readings: looks first, then inserts what is new, without ON CONFLICT, which
 *  has lost rows on compressed chunks (timescaledb#7672). A writer that came between is a conflict to be tried again. */
export async function insertChecked(tx: Queryable, rows: readonly ObservationRow[]): Promise<Verdict[]> {
  const known = await knownObservations(tx, rows)
  const fresh: ObservationRow[] = []
  const verdicts = rows.map((row): Verdict => {
    const key = keyOf(row)
    const first = known.get(key)
    if (first) return first.value === row.value && first.label === row.label ? 'duplicate' : 'conflict'
    known.set(key, row)
    fresh.push(row)
    return 'stored'
  })
  if (fresh.length === 0) return verdicts
  try {
    const { rowCount } = await tx.query({
      text: `insert into observation ${COLUMNS} ${UNNEST}`,
      values: columnsOf(fresh),
    })
    if (rowCount !== fresh.length)
      throw new DbError('40001', `sent ${fresh.length} observations, ${rowCount} were inserted`)
  } catch (error) {
    if (isDuplicateKey(error))
      throw new DbError('40001', 'another writer stored the same reading', { cause: error })
    throw error
  }
  return verdicts
}

function columnsOf(rows: readonly ObservationRow[]): SqlValue[] {
  return [
    pgArray(rows.map((row) => row.seriesId)),
    pgArray(rows.map((row) => row.time)),
    pgArray(rows.map((row) => row.value)),
    pgArray(rows.map((row) => row.label)),
    pgArray(rows.map((row) => row.quality)),
    pgArray(rows.map((row) => row.receivedAt)),
  ]
}

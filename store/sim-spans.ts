import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'
import {
  SimConflict,
  SimLedger,
  type SimRow,
  type SimSpan,
  type SimVerdict,
  type WantedSim,
} from './sim-ledger.ts'

/** SIMs whose spans are read or written by one statement. */
const SIMS_A_SLICE = 500

/** All spans there ever were of a device's SIMs in it, the latest first. */
export async function listSims(db: Db, device: string): Promise<SimSpan[]> {
  const spans = await readSpans(db, { devices: [device] })
  return spans
    .filter((span) => span.device === device)
    .sort((a, b) => b.from - a.from || b.recordedAt - a.recordedAt)
}

/** Makes the list what the device has; see SimLedger. Throws SimConflict, and then nothing is changed. */
export function declareSims(
  db: Db,
  device: string,
  wanted: readonly WantedSim[],
  now: Micros,
  isDry = false,
): Promise<void> {
  const which = { devices: [device], sims: wanted.map(({ sim }) => sim) }
  return db.transaction((tx) => change(tx, which, (ledger) => ledger.declare(device, wanted, now), isDry))
}

/** Takes a SIM out of a device from an instant on. False: the device has no such span now. Throws SimConflict. */
export const endSim = (db: Db, device: string, id: number, to: Micros, now: Micros): Promise<boolean> =>
  db.transaction((tx) =>
    change(tx, { devices: [device] }, (ledger) => {
      const span = ledger.find(device, id)
      if (span) ledger.end(span, to, now)
      return span !== undefined
    }),
  )

/** Spans as they are said to be. Throws SimConflict. */
export async function putSims(tx: Queryable, rows: readonly SimRow[]): Promise<void> {
  if (rows.length === 0) return
  const sims = [...new Set(rows.map(({ sim }) => sim))]
  await change(tx, { sims }, (ledger) => {
    for (const row of inOrderOfRecord(rows)) ledger.put(row)
  })
}

/** What becomes of the rows of a file, beside what is there and beside each other. */
export async function judgeSims(
  db: Db,
  rows: readonly SimRow[],
): Promise<Map<SimRow, SimVerdict | SimConflict>> {
  const verdicts = new Map<SimRow, SimVerdict | SimConflict>()
  for (const slice of slicesOf(rows)) {
    const ledger = new SimLedger(await readSpans(db, { sims: slice.sims }))
    for (const row of slice.rows)
      try {
        verdicts.set(row, ledger.put(row))
      } catch (error) {
        if (!(error instanceof SimConflict)) throw error
        verdicts.set(row, error)
      }
  }
  return verdicts
}

/** Takes the rows of a file in slices, for all of it would hold the database too long: after a crash between two of them the
 *  same rows, put again, make it whole. */
export async function putSimsInSlices(db: Db, rows: readonly SimRow[]): Promise<void> {
  for (const slice of slicesOf(rows)) await db.transaction((tx) => putSims(tx, slice.rows))
}

/** What became known first is taken first, wherever it stands in the file. */
const inOrderOfRecord = (rows: readonly SimRow[]): SimRow[] =>
  [...rows].sort((a, b) => a.recordedAt - b.recordedAt)

/** All rows of one SIM are in the same slice. */
function* slicesOf(rows: readonly SimRow[]): Generator<{ sims: string[]; rows: SimRow[] }> {
  const bySim = Map.groupBy(inOrderOfRecord(rows), ({ sim }) => sim)
  const sims = [...bySim.keys()]
  for (let at = 0; at < sims.length; at += SIMS_A_SLICE) {
    const some = sims.slice(at, at + SIMS_A_SLICE)
    yield { sims: some, rows: some.flatMap((sim) => bySim.get(sim) ?? []) }
  }
}

async function change<T>(
  tx: Queryable,
  which: Which,
  work: (ledger: SimLedger) => T,
  isDry = false,
): Promise<T> {
  // Two changes at once might each put the same SIM into a device of its own.
  await tx.exec('lock table sim_span in share row exclusive mode')
  const ledger = new SimLedger(await readSpans(tx, which))
  const result = work(ledger)
  if (!isDry) await write(tx, ledger.added(), ledger.superseded())
  return result
}

/** All spans of these SIMs, and of those that these devices have or had. */
interface Which {
  readonly devices?: readonly string[]
  readonly sims?: readonly string[]
}

async function readSpans(db: Queryable, { devices = [], sims = [] }: Which): Promise<SimSpan[]> {
  const { rows } = await db.query<SimSpan>({
    text: `select id, encode(sim_hash, 'hex') as sim, device_id as device, valid_from as from, valid_to as to,
             recorded_at as "recordedAt", superseded_at as "supersededAt"
           from sim_span
           where sim_hash in (
             select sim_hash from sim_span where device_id = any ($1::text[]) union select decode(unnest($2::text[]), 'hex'))
           order by id limit 1000000`,
    values: [pgArray(devices), pgArray(sims)],
  })
  return rows
}

async function write(
  tx: Queryable,
  added: readonly SimSpan[],
  superseded: readonly SimSpan[],
): Promise<void> {
  if (superseded.length > 0)
    await tx.query({
      text: 'update sim_span set superseded_at = from_us(at) from unnest($1::bigint[], $2::bigint[]) as input (i, at) where id = i',
      values: [
        pgArray(superseded.map(({ id }) => id)),
        pgArray(superseded.map(({ supersededAt }) => supersededAt)),
      ],
    })
  if (added.length === 0) return
  await tx.query({
    text: `insert into sim_span (sim_hash, device_id, valid_from, valid_to, recorded_at, superseded_at)
           select decode(s, 'hex'), d, from_us(f), from_us(t), from_us(r), from_us(u)
           from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) as input (s, d, f, t, r, u)`,
    values: [
      pgArray(added.map(({ sim }) => sim)),
      pgArray(added.map(({ device }) => device)),
      pgArray(added.map(({ from }) => from)),
      pgArray(added.map(({ to }) => to)),
      pgArray(added.map(({ recordedAt }) => recordedAt)),
      pgArray(added.map(({ supersededAt }) => supersededAt)),
    ],
  })
}

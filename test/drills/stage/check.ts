import type { Db } from '../../../store/db.ts'
import { openStore, type StoreSettings } from '../../../store/store.ts'
import { silent } from '../../support/silent-log.ts'
import type { Load } from './load.ts'
import type { LoadDevice } from './load-device.ts'

export interface Check {
  /** Readings acknowledged. */
  readonly acknowledged: number
  /** Of these, missing. */
  readonly lost: number
  /** Rows that no device sent. */
  readonly wrong: number
  readonly rows: number
  /** A few of the lost ones, to look into. */
  readonly examples: readonly string[]
}

const EXAMPLES_MAX = 5

/** What was acknowledged, per device: fixed at an instant, or the state of now. */
export type Acknowledged = ReadonlyMap<LoadDevice, readonly number[]>

export const acknowledgedNow = (load: Load): Acknowledged =>
  new Map(load.devices.map((device) => [device, device.acknowledgedSequences()]))

/** Opens the database itself, without the platform, and looks for every acknowledged reading. `isRefused` names the values
 *  that the database was made to refuse. */
export async function checkStored(
  store: StoreSettings,
  load: Load,
  acknowledged: Acknowledged,
  isRefused: (sequence: number) => boolean = () => false,
): Promise<Check> {
  const { db } = await openStore(store, silent, () => {})
  try {
    return await check(db, load, acknowledged, isRefused)
  } finally {
    await db.close()
  }
}

async function check(
  db: Db,
  load: Load,
  acknowledged: Acknowledged,
  isRefused: (sequence: number) => boolean,
): Promise<Check> {
  const sum = { acknowledged: 0, lost: 0, wrong: 0, rows: 0 }
  const examples: string[] = []
  for (const [device, sequences] of acknowledged) {
    const { right, rows } = await storedOf(db, device.id, load.baseMs)
    sum.rows += rows
    sum.wrong += rows - right.size
    sum.acknowledged += sequences.length
    for (const sequence of sequences) {
      if (right.has(sequence) || isRefused(sequence)) continue
      sum.lost += 1
      if (examples.length < EXAMPLES_MAX) examples.push(`${device.id} #${sequence}`)
    }
  }
  return { ...sum, examples }
}

/** A row is right when its value is the sequence number that its time says. */
async function storedOf(
  db: Db,
  device: string,
  baseMs: number,
): Promise<{ right: Set<number>; rows: number }> {
  const { rows } = await db.query<{ sequence: number; value: number }>({
    text: `select round(extract(epoch from o.time) * 1000)::int8 - $2::int8 as sequence, o.value
           from observation o join series s on s.id = o.series_id
           where s.device_id = $1 and s.quantity = 'water-volume'`,
    values: [device, baseMs],
  })
  const right = rows.filter(({ sequence, value }) => sequence === value).map(({ sequence }) => sequence)
  return { right: new Set(right), rows: rows.length }
}

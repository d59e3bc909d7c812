import { type Db, pgArray, type Queryable } from './db.ts'

/** What a slice may hold the embedded database for, and what it is made to. */
const SLICE_MS_MAX = 50
const SLICE_MS = 25
const DEVICES_FIRST = 50
const DEVICES_MIN = 50

/** Does `work` with ranges of ids that together hold all devices, or those that share something with another, or those in
 *  some areas. Each range has a turn of its own on the embedded database's single connection, so that commits get through, and is
 *  about as long as it can do in SLICE_MS. */
export async function inDeviceSlices(
  db: Db,
  of: 'shared' | readonly string[] | null | undefined,
  work: (tx: Queryable, range: readonly [after: string, upTo: string]) => Promise<void>,
): Promise<void> {
  let devices = DEVICES_FIRST
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after
    after = await db.transaction(async (tx) => {
      const startedAt = performance.now()
      const upTo = await lastOf(tx, of, from, devices)
      if (upTo === null) return null
      await work(tx, [from, upTo])
      devices = next(devices, performance.now() - startedAt)
      return upTo
    })
  }
}

const next = (devices: number, ms: number): number =>
  Math.max(DEVICES_MIN, Math.floor(devices * Math.min(2, ms > SLICE_MS_MAX ? 0.5 : SLICE_MS / ms)))

/** The last id of the next so many; null: none are left. */
async function lastOf(
  tx: Queryable,
  of: 'shared' | readonly string[] | null | undefined,
  after: string,
  devices: number,
): Promise<string | null> {
  const [from, values] =
    of === 'shared'
      ? ['select device_id as id from shared_device where device_id > $1', []]
      : of
        ? [
            'select device_id as id from device_standing where area = any ($3::text[]) and device_id > $1',
            [pgArray(of)],
          ]
        : ['select id from device where id > $1', []]
  const { rows } = await tx.query<{ id: string | null }>({
    text: `select max(id) as id from (${from} order by 1 limit $2) next`,
    values: [after, devices, ...(values as string[])],
  })
  return rows[0]?.id ?? null
}

import { type Db, pgArray, type Queryable } from './db.ts'

export interface SeriesKey {
  readonly device: string
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  readonly unit: string
}

const SERIES_CACHED_MAX = 4_000_000
/** A device that makes up channels without end would take all memory. */
export const SERIES_PER_DEVICE_MAX = 256

/** The ids of series, made when first asked for. They are remembered, by device, and never change. */
export class SeriesIndex {
  readonly #db: Db
  readonly #known = new Map<string, Map<string, number>>()
  #size = 0

  constructor(db: Db) {
    this.#db = db
  }

  /** The id, if it is remembered. */
  find(key: Omit<SeriesKey, 'unit'>): number | undefined {
    return this.#known.get(key.device)?.get(keyOf(key))
  }

  /** The ids in the order of the keys; of series that are not there, made. Undefined where the device may not have one. */
  async resolve(keys: readonly SeriesKey[], timeoutMs?: number): Promise<(number | undefined)[]> {
    const ids = keys.map((key) => this.find(key))
    const missing = new Map<string, SeriesKey>()
    for (const [i, key] of keys.entries()) if (ids[i] === undefined) missing.set(nameOf(key), key)
    if (missing.size === 0) return ids
    if (this.#size > SERIES_CACHED_MAX) this.#trim()
    const created = await this.#create([...missing.values()], timeoutMs)
    return keys.map((key, i) => ids[i] ?? created.get(nameOf(key)))
  }

  /** Forgets the devices that were remembered first. */
  #trim(): void {
    for (const [device, ids] of this.#known) {
      if (this.#size <= SERIES_CACHED_MAX * 0.9) return
      this.#known.delete(device)
      this.#size -= ids.size
    }
  }

  #remember(found: Found): void {
    let ids = this.#known.get(found.device)
    if (!ids) {
      ids = new Map()
      this.#known.set(found.device, ids)
    }
    const before = ids.size
    ids.set(keyOf(found), found.id)
    this.#size += ids.size - before
  }

  /** In a transaction ahead of all reads, for a commit waits for it. */
  async #create(keys: readonly SeriesKey[], timeoutMs: number | undefined): Promise<Map<string, number>> {
    const rows = await this.#db.transaction(
      async (tx) => {
        // Most are there already after a restart: look first, so that the identity column does not run through numbers.
        const known = await find(tx, keys)
        if (known.length === keys.length) return known
        const names = new Set(known.map(nameOf))
        const allowed = await withinQuota(
          tx,
          keys.filter((key) => !names.has(nameOf(key))),
        )
        if (allowed.length === 0) return known
        await insert(tx, allowed)
        return find(tx, keys)
      },
      { ahead: true, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
    )
    for (const row of rows) this.#remember(row)
    return new Map(rows.map((row) => [nameOf(row), row.id]))
  }
}

type Found = Omit<SeriesKey, 'unit'> & { readonly id: number }

const columns = (keys: readonly SeriesKey[]): string[] => [
  pgArray(keys.map((key) => key.device)),
  pgArray(keys.map((key) => key.entity)),
  pgArray(keys.map((key) => key.quantity)),
  pgArray(keys.map((key) => key.channel)),
]

async function find(tx: Queryable, keys: readonly SeriesKey[]): Promise<Found[]> {
  const { rows } = await tx.query<Found>({
    text: `select s.id, s.device_id as device, s.entity_id as entity, s.quantity, s.channel
           from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as input (d, e, q, c)
           join series s on (s.device_id, s.entity_id, s.quantity, s.channel) = (input.d, input.e, input.q, input.c)`,
    values: columns(keys),
  })
  return rows
}

/** Of the new series those that their devices may still have, in order. */
async function withinQuota(tx: Queryable, keys: readonly SeriesKey[]): Promise<SeriesKey[]> {
  const { rows } = await tx.query<{ device: string; count: number }>({
    text: 'select device_id as device, count(*) as count from series where device_id = any($1::text[]) group by 1',
    values: [pgArray([...new Set(keys.map((key) => key.device))])],
  })
  const counts = new Map(rows.map(({ device, count }) => [device, count]))
  return keys.filter(({ device }) => {
    const count = (counts.get(device) ?? 0) + 1
    counts.set(device, count)
    return count <= SERIES_PER_DEVICE_MAX
  })
}

async function insert(tx: Queryable, keys: readonly SeriesKey[]): Promise<void> {
  await tx.query({
    text: `insert into series (device_id, entity_id, quantity, channel, unit)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
           on conflict (device_id, entity_id, quantity, channel) do nothing`,
    values: [...columns(keys), pgArray(keys.map((key) => key.unit))],
  })
}

/** Within one device. No text is built for the common case, a quantity without a channel of the device's own entity. */
const keyOf = ({ device, entity, quantity, channel }: Omit<SeriesKey, 'unit'>): string => {
  const key = channel === '' ? quantity : `${quantity}/${channel}`
  return entity === device ? key : `${entity}/${key}`
}

// Ids and channels hold no slash, so the name is unambiguous.
const nameOf = (key: Omit<SeriesKey, 'unit'>): string =>
  `${key.device}/${key.entity}/${key.quantity}/${key.channel}`

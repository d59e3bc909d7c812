import { type Db, pgArray } from './db.ts'

export interface SeriesKey {
  readonly device: string
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  readonly unit: string
}

const SERIES_CACHED_MAX = 4_000_000

/** The ids of series, made when first asked for. Ids are remembered (about 200 bytes each) and never change. */
export class SeriesIndex {
  readonly #db: Db
  readonly #ids = new Map<string, number>()

  constructor(db: Db) {
    this.#db = db
  }

  /** Ids in the order of the keys. Only what is not remembered costs a query. */
  async resolve(keys: readonly SeriesKey[]): Promise<number[]> {
    const missing = new Map<string, SeriesKey>()
    for (const key of keys) {
      const name = nameOf(key)
      if (!this.#ids.has(name)) missing.set(name, key)
    }
    if (missing.size > 0) await this.#create([...missing.values()])
    return keys.map((key) => {
      const id = this.#ids.get(nameOf(key))
      if (id === undefined) throw new Error(`series of ${nameOf(key)} was made and is not there`)
      return id
    })
  }

  async #create(keys: readonly SeriesKey[]): Promise<void> {
    const values = [
      pgArray(keys.map((key) => key.device)),
      pgArray(keys.map((key) => key.entity)),
      pgArray(keys.map((key) => key.quantity)),
      pgArray(keys.map((key) => key.channel)),
      pgArray(keys.map((key) => key.unit)),
    ]
    // Most are there already after a restart: look first, so that the identity column does not run through numbers.
    await this.#remember(values.slice(0, 4))
    if (keys.every((key) => this.#ids.has(nameOf(key)))) return
    await this.#db.query({
      text: `insert into series (device_id, entity_id, quantity, channel, unit)
             select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
             on conflict (device_id, entity_id, quantity, channel) do nothing`,
      values,
    })
    await this.#remember(values.slice(0, 4))
  }

  async #remember(values: string[]): Promise<void> {
    const { rows } = await this.#db.query<{
      id: number
      device: string
      entity: string
      quantity: string
      channel: string
    }>({
      text: `select s.id, s.device_id as device, s.entity_id as entity, s.quantity, s.channel
             from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as input (d, e, q, c)
             join series s on (s.device_id, s.entity_id, s.quantity, s.channel) = (input.d, input.e, input.q, input.c)`,
      values,
    })
    for (const row of rows) this.#ids.set(nameOf(row), row.id)
    for (const name of this.#ids.keys()) {
      if (this.#ids.size <= SERIES_CACHED_MAX) break
      this.#ids.delete(name)
    }
  }
}

// Ids and channels hold no slash, so the name is unambiguous.
const nameOf = (key: Omit<SeriesKey, 'unit'>) => `${key.device}/${key.entity}/${key.quantity}/${key.channel}`

import { QUANTITIES, type Quantity } from '../../core/quantity.ts'
import type { Db } from '../../store/db.ts'
import type { Device, Entity } from '../../store/device.ts'
import { type SeriesRow, type StoredObservation, seriesAfter } from '../../store/observation-pages.ts'
import type { Registry } from '../../store/registry.ts'
import type { SetName } from './model.ts'

/** One entity of the standard: what of ours it is. */
export type Item =
  | {
      readonly set: 'Things' | 'Locations' | 'FeaturesOfInterest'
      readonly id: string
      readonly entity: Entity
    }
  | { readonly set: 'Datastreams'; readonly id: number; readonly series: SeriesRow }
  | { readonly set: 'Sensors'; readonly id: string; readonly device: Device }
  | { readonly set: 'ObservedProperties'; readonly id: string; readonly quantity: Quantity }
  | {
      readonly set: 'Observations'
      readonly id: string
      readonly series: SeriesRow
      /** Null while only its datastream is asked about. */
      readonly stored: StoredObservation | null
    }

const ROWS_A_QUERY = 5000
/** Of two transactions under way, the one with the lower numbers may end last: this many are looked at again. */
const OVERLAP = 2000
const PAUSE_MS = 1000

/** All that is not an observation, in memory: entities and devices as the registry has them, and the series, which never
 *  change and are read as they are made. */
export class Catalogue {
  readonly #registry: Registry
  readonly #db: Db
  readonly #series = new Map<number, SeriesRow>()
  readonly #byKey = { entity: new Groups(), device: new Groups(), quantity: new Groups() }
  #last = 0
  #readAtMs = 0
  #reading: Promise<void> | null = null

  constructor(registry: Registry, db: Db) {
    this.#registry = registry
    this.#db = db
  }

  /** Reads the series that are new; at most once a second. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#readAtMs < PAUSE_MS && this.#readAtMs > 0) return
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    await this.#reading
  }

  async #read(): Promise<void> {
    for (let after = Math.max(0, this.#last - OVERLAP); ; after = this.#last) {
      const rows = await seriesAfter(this.#db, after, ROWS_A_QUERY)
      for (const row of rows) this.#add(row)
      this.#last = Math.max(this.#last, rows.at(-1)?.id ?? 0)
      if (rows.length < ROWS_A_QUERY) break
    }
    this.#readAtMs = performance.now()
  }

  #add(row: SeriesRow): void {
    if (this.#series.has(row.id)) return
    this.#series.set(row.id, row)
    this.#byKey.entity.add(row.entity, row.id)
    this.#byKey.device.add(row.device, row.id)
    this.#byKey.quantity.add(row.quantity, row.id)
  }

  /** All of a set but observations, in no order. */
  items(set: SetName): Item[] {
    switch (set) {
      case 'Things':
      case 'FeaturesOfInterest':
        return [...this.#registry.entities()].map((entity) => ({ set, id: entity.id, entity }))
      case 'Locations':
        return [...this.#registry.entities()].flatMap((entity) => locationOf(entity))
      case 'Datastreams':
        return [...this.#series.values()].map(datastream)
      case 'Sensors':
        return [...this.#registry.devices()].map((device) => ({ set, id: device.id, device }))
      case 'ObservedProperties':
        return [...QUANTITIES.values()].map((quantity) => ({ set, id: quantity.id, quantity }))
      case 'Observations':
      case 'HistoricalLocations':
        return []
    }
  }

  item(set: SetName, id: string): Item | null {
    const entity = this.#registry.entity(id)
    switch (set) {
      case 'Things':
      case 'FeaturesOfInterest':
        return entity ? { set, id, entity } : null
      case 'Locations':
        return (entity && locationOf(entity)[0]) ?? null
      case 'Datastreams': {
        const series = this.#series.get(Number(id))
        return series && String(series.id) === id ? datastream(series) : null
      }
      case 'Sensors': {
        const device = this.#registry.device(id)
        return device ? { set, id, device } : null
      }
      case 'ObservedProperties': {
        const quantity = QUANTITIES.get(id)
        return quantity ? { set, id, quantity } : null
      }
      case 'Observations':
      case 'HistoricalLocations':
        return null
    }
  }

  series = (id: number): SeriesRow | undefined => this.#series.get(id)
  seriesIds = (): Iterable<number> => this.#series.keys()

  /** The series whose observations an item leads to. */
  seriesOf(item: Item): readonly number[] {
    switch (item.set) {
      case 'Things':
      case 'Locations':
      case 'FeaturesOfInterest':
        return this.#byKey.entity.of(item.id)
      case 'Sensors':
        return this.#byKey.device.of(item.id)
      case 'ObservedProperties':
        return this.#byKey.quantity.of(item.id)
      case 'Datastreams':
      case 'Observations':
        return [item.series.id]
    }
  }

  /** Where a navigation leads, but to observations: none, one or several. */
  related(item: Item, to: SetName): Item[] {
    if (to === 'HistoricalLocations' || to === 'Observations') return []
    if (to === 'Datastreams')
      return this.seriesOf(item).flatMap((id) => {
        const series = this.#series.get(id)
        return series ? [datastream(series)] : []
      })
    const found = this.item(to, 'entity' in item ? item.id : 'series' in item ? keyOf(item.series, to) : '')
    return found ? [found] : []
  }
}

class Groups {
  readonly #ids = new Map<string, number[]>()

  add(key: string, id: number): void {
    const ids = this.#ids.get(key)
    if (ids) ids.push(id)
    else this.#ids.set(key, [id])
  }

  of = (key: string): readonly number[] => this.#ids.get(key) ?? []
}

const datastream = (series: SeriesRow): Item => ({ set: 'Datastreams', id: series.id, series })

const locationOf = (entity: Entity): Item[] =>
  entity.lat === null ? [] : [{ set: 'Locations', id: entity.id, entity }]

function keyOf({ device, entity, quantity }: SeriesRow, to: SetName): string {
  if (to === 'Sensors') return device
  return to === 'ObservedProperties' ? quantity : entity
}

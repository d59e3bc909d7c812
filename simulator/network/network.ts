import { TYPES } from '../models/index.ts'
import { ratedKvaOf } from '../models/transformer.ts'
import { metre } from '../places.ts'
import { mix } from '../random.ts'
import type { Device, DeviceType } from '../world.ts'

/** A thing that no device stands for alone. */
interface NetworkEntity {
  readonly id: string
  readonly type: 'water-zone'
  readonly name: string
  readonly location: Device['location']
}

interface NetworkRelation {
  readonly kind: 'feeds' | 'measures'
  readonly from: string
  readonly to: string
}

/** Who feeds whom in a province. */
export interface Network {
  /** Those that were there, each with what it belongs to, and those that feed them. */
  readonly devices: readonly Device[]
  readonly entities: readonly NetworkEntity[]
  readonly relations: readonly NetworkRelation[]
}

interface NetworkOptions {
  readonly prefix: string
  readonly seed: number
  readonly intervalMs: number | undefined
}

/** A tank, 200 m3 of 4 m; what a transformer or feeder of this size is for. */
const TANK = { volume: 200, height: 4 }
const FEEDER_AMPERES = 60

/**
 * Joins the devices of a town: tank → pump → valve → flow meter → zone → customers' meters, pressure points measure the
 * zone; feeder → transformers → meters. A town without meters has no zone, one without a load no feeder.
 */
export function networkOf(province: readonly Device[], options: NetworkOptions): Network {
  const parts = [...Map.groupBy(province, ({ town }) => town).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([town, devices], i) => {
      const site = new Site(options, String(i + 1).padStart(2, '0'), town, devices)
      return [zoneOf(site), feederOf(site)]
    })
  const joined = new Map(
    parts.flatMap(({ devices }) => devices.map((device) => [device.id, device] as const)),
  )
  const made = parts
    .flatMap(({ devices }) => devices)
    .filter(({ id }) => !province.some((one) => one.id === id))
  return {
    devices: [...province.map((device) => joined.get(device.id) ?? device), ...made],
    entities: parts.flatMap(({ entities }) => entities),
    relations: parts.flatMap(({ relations }) => relations),
  }
}

/** One town, and how what is added there is called. */
class Site {
  readonly town: string
  readonly number: string
  readonly #options: NetworkOptions
  readonly #devices: readonly Device[]

  constructor(options: NetworkOptions, number: string, town: string, devices: readonly Device[]) {
    this.#options = options
    this.number = number
    this.town = town
    this.#devices = devices
  }

  get zone(): string {
    return `${this.#options.prefix}-zone-${this.number}`
  }

  get feeder(): string {
    return `${this.#options.prefix}-fd-${this.number}`
  }

  of(type: DeviceType, supply: string): Device[] {
    return this.#devices.filter((device) => device.type === type).map((device) => ({ ...device, supply }))
  }

  /** A device that stands at the middle of those that it feeds, a little off, so that the map shows both. */
  add(type: DeviceType, step: number, supply: string, feeds: readonly Device[], attributes = {}): Device {
    const { abbreviation, intervalS } = TYPES[type]
    const { prefix, seed, intervalMs = intervalS * 1000 } = this.#options
    const id = `${prefix}-${abbreviation}-${this.number}`
    const { lat, lon } = middleOf(feeds)
    const location = { lat: metre(lat + 0.004 * step), lon: metre(lon - 0.006 * step) }
    const own = mix(seed, Number(this.number) * 16 + step, 91)
    return { id, type, seed: own, town: this.town, location, intervalMs, supply, feeds, attributes }
  }
}

const NOTHING: Network = { devices: [], entities: [], relations: [] }

function zoneOf(site: Site): Network {
  const { zone } = site
  const meters = site.of('water-meter', zone)
  if (meters.length === 0) return NOTHING
  const points = site.of('pressure-point', zone)
  const inlet = site.add('flow-meter', 1, zone, meters)
  const valve = site.add('valve', 2, zone, meters)
  const pump = site.add('pump', 3, zone, meters)
  const tank = site.add('tank', 4, zone, meters, TANK)
  const chain = [tank.id, pump.id, valve.id, inlet.id, zone]
  return {
    devices: [...meters, ...points, inlet, valve, pump, tank],
    entities: [
      { id: zone, type: 'water-zone', name: `Vùng cấp nước ${site.town}`, location: middleOf(meters) },
    ],
    relations: [
      ...chain.slice(1).map((to, i) => feeds(chain[i] ?? '', to)),
      ...meters.map(({ id }) => feeds(zone, id)),
      ...points.map(({ id }) => ({ kind: 'measures', from: id, to: zone }) as const),
    ],
  }
}

function feederOf(site: Site): Network {
  const id = site.feeder
  const meters = site.of('power-meter', id)
  const transformers = site
    .of('transformer', id)
    .map((device) => ({ ...device, attributes: { 'rated-apparent-power': ratedKvaOf(device) } }))
  if (meters.length + transformers.length === 0) return NOTHING
  const head = {
    ...site.add('feeder', 5, id, transformers, { 'rated-current': FEEDER_AMPERES }),
    location: middleOf([...transformers, ...meters]),
  }
  return {
    devices: [...meters, ...transformers, head],
    entities: [],
    relations: [
      ...transformers.map((one) => feeds(id, one.id)),
      // Each meter hangs on one of the town's transformers, in turn; without one, on the feeder.
      ...meters.map((meter, i) => feeds(transformers[i % transformers.length]?.id ?? id, meter.id)),
    ],
  }
}

const feeds = (from: string, to: string): NetworkRelation => ({ kind: 'feeds', from, to })

function middleOf(devices: readonly Device[]): Device['location'] {
  const sum = devices.reduce(
    ({ lat, lon }, { location }) => ({ lat: lat + location.lat, lon: lon + location.lon }),
    { lat: 0, lon: 0 },
  )
  const count = Math.max(1, devices.length)
  return { lat: metre(sum.lat / count), lon: metre(sum.lon / count) }
}

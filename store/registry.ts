import type { Micros } from '../core/time.ts'
import { type Db, DbError, type Queryable } from './db.ts'
import {
  type Device,
  type DeviceUpdate,
  type Entity,
  insertDevices,
  insertEntities,
  listDevices,
  listEntities,
  type NewDevice,
  updateDevice,
} from './device.ts'
import { ExternalIds } from './external-ids.ts'

/** What can be wrong with a change to the registry, as data. */
export type RegistryFault =
  | 'id_taken'
  | 'client_id_taken'
  | 'external_id_taken'
  | 'entity_of_other_type'
  | 'not_found'

/** All devices and entities, in memory: ingest and the broker ask per message and per connection, and may not wait for a
 *  query. Every change goes through here, to the database first. */
export class Registry {
  /** Told of every device and entity that is new or changed, once the database has it. */
  onChange: {
    devices(devices: readonly Device[]): void
    entities(entities: readonly Entity[]): void
  } | null = null
  readonly #db: Db
  readonly #devices = new Map<string, Device>()
  readonly #entities = new Map<string, Entity>()
  readonly #clientIds = new Map<string, string>()
  readonly #externalIds = new ExternalIds()
  /** Few: a secret is looked for only where it may be the user name. */
  readonly #bySecret = new Map<string, string>()

  private constructor(db: Db) {
    this.#db = db
  }

  static async load(db: Db): Promise<Registry> {
    const registry = new Registry(db)
    await registry.refresh()
    return registry
  }

  /** As it was known when the database was last there. */
  static from(
    db: Db,
    { entities, devices }: { entities: readonly Entity[]; devices: readonly Device[] },
  ): Registry {
    const registry = new Registry(db)
    registry.#fill(entities, devices)
    return registry
  }

  /** Reads all of it from the database. */
  async refresh(db: Db = this.#db): Promise<void> {
    this.#fill(await listEntities(db), await listDevices(db))
  }

  #fill(entities: readonly Entity[], devices: readonly Device[]): void {
    this.#clientIds.clear()
    this.#externalIds.clear()
    for (const entity of entities) this.#entities.set(entity.id, entity)
    for (const device of devices) {
      this.#devices.delete(device.id)
      this.#remember(device)
    }
  }

  device = (id: string): Device | undefined => this.#devices.get(id)
  entity = (id: string): Entity | undefined => this.#entities.get(id)
  devices = (): IterableIterator<Device> => this.#devices.values()
  entities = (): IterableIterator<Entity> => this.#entities.values()
  /** The device that a client id was registered for. */
  deviceOfClientId = (clientId: string): string | undefined => this.#clientIds.get(clientId)

  /** Of those that have a profile and connect themselves, the device that has this secret. */
  deviceOfSecret(hash: Buffer): Device | undefined {
    return this.#devices.get(this.#bySecret.get(hash.toString('base64')) ?? '')
  }

  /** The devices in service that go by this name of other systems (a DevEUI, an IMEI, a name behind a gateway). */
  byExternalId(name: string): Device[] {
    return this.#externalIds
      .find(name)
      .map((id) => this.#devices.get(id))
      .filter((device) => device !== undefined && device.retiredAt === null) as Device[]
  }

  /** Why this device cannot be made beside those that are there; null: it can. */
  faultOf(device: NewDevice): RegistryFault | null {
    if (this.#devices.has(device.id) || this.#clientIds.has(device.id)) return 'id_taken'
    if (
      device.clientId !== null &&
      (this.#devices.has(device.clientId) || this.#clientIds.has(device.clientId))
    )
      return 'client_id_taken'
    if (device.externalIds.some((name) => this.#isTaken(name, device))) return 'external_id_taken'
    const known = this.#entities.get(device.entity)
    return known && known.type !== device.type ? 'entity_of_other_type' : null
  }

  /** Two devices of one gateway, or two that any gateway may speak for, must not go by one name. */
  #isTaken(name: string, { id, gateways }: Pick<Device, 'id' | 'gateways'>): boolean {
    return this.byExternalId(name).some(
      (other) =>
        other.id !== id &&
        (gateways.length === 0
          ? other.gateways.length === 0 || !other.isUnclaimed
          : other.gateways.some((gateway) => gateways.includes(gateway))),
    )
  }

  async create(device: NewDevice, now: Micros): Promise<RegistryFault | null> {
    const fault = this.faultOf(device)
    if (fault) return fault
    try {
      await this.createAll([device], now)
    } catch (error) {
      if (error instanceof DbError && error.code === '23505')
        return this.#clientIds.has(device.clientId ?? '') ? 'client_id_taken' : 'id_taken'
      throw error
    }
    return null
  }

  /** Makes all of them, with the entities that are not there, or none. For each `faultOf` has said null. */
  async createAll(devices: readonly NewDevice[], now: Micros): Promise<void> {
    const made = new Map<string, Entity>()
    for (const { entity: id, type, area, lat, lon } of devices)
      if (!this.#entities.has(id) && !made.has(id)) made.set(id, { id, type, area, lat, lon })
    // A device counts where it is said to be, else where its entity is.
    const placed = devices.map((device) => ({
      ...device,
      area: device.area ?? (this.#entities.get(device.entity) ?? made.get(device.entity))?.area ?? null,
    }))
    await this.#db.transaction(async (tx) => {
      await insertEntities(tx, [...made.values()], now)
      await insertDevices(tx, placed, now)
    })
    for (const entity of made.values()) this.#entities.set(entity.id, entity)
    const rows = devices.map(
      ({ area: _area, lat: _lat, lon: _lon, ...device }): Device => ({
        ...device,
        previousSecret: null,
        retiredAt: null,
      }),
    )
    for (const device of rows) this.#remember(device)
    this.onChange?.entities([...made.values()])
    this.onChange?.devices(rows)
  }

  /** True: the id was taken. */
  async createEntity(entity: Entity, now: Micros): Promise<boolean> {
    if (this.#entities.has(entity.id)) return true
    await insertEntities(this.#db, [entity], now)
    this.#changeEntity(entity)
    return false
  }

  async update(id: string, update: DeviceUpdate): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    if (!device) return 'not_found'
    const { clientId } = update
    const owner = clientId && (this.#devices.has(clientId) ? clientId : this.#clientIds.get(clientId))
    if (owner && owner !== id) return 'client_id_taken'
    const named = { id, gateways: update.gateways ?? device.gateways }
    if (update.externalIds?.some((name) => this.#isTaken(name, named))) return 'external_id_taken'
    await this.#db.transaction((tx) => updateDevice(tx, id, update))
    // Read again: another change may have come in while the database was asked.
    const now = this.#devices.get(id)
    if (now) this.#changeDevice({ ...now, ...update })
    return null
  }

  /** From `at` on the device neither connects nor counts; what it sent stays. */
  async retire(id: string, at: Micros): Promise<RegistryFault | null> {
    if (this.#devices.get(id)?.retiredAt) return null
    return this.update(id, { retiredAt: at })
  }

  /** A move is dated: figures of the days before keep the old area. */
  async move(id: string, area: string | null, validFrom: Micros, now: Micros): Promise<RegistryFault | null> {
    if (!this.#devices.has(id)) return 'not_found'
    await insertDeviceArea(this.#db, id, area, validFrom, now)
    await this.applyMoves(now)
    return null
  }

  async place(id: string, lat: number, lon: number): Promise<RegistryFault | null> {
    const entityId = this.#devices.get(id)?.entity
    if (entityId === undefined) return 'not_found'
    await this.#db.query({
      text: 'update entity set lat = $2, lon = $3 where id = $1',
      values: [entityId, lat, lon],
    })
    const entity = this.#entities.get(entityId)
    if (entity) this.#changeEntity({ ...entity, lat, lon })
    return null
  }

  /** Gives every entity the area that its device is in now, by the same rule as the indicator; gives those that changed.
   *  To be asked again from time to time, for moves dated ahead. */
  async applyMoves(now: Micros): Promise<string[]> {
    const { rows } = await this.#db.query<{ id: string; area: string | null }>({
      text: `update entity e set area = place.area
             from (
               select distinct on (d.entity_id) d.entity_id, a.area
               from device d join device_area a on a.device_id = d.id
               where a.valid_from <= from_us($1)
               order by d.entity_id, a.valid_from desc, a.recorded_at desc, d.id
             ) place
             where place.entity_id = e.id and e.area is distinct from place.area
             returning e.id, e.area`,
      values: [now],
    })
    for (const { id, area } of rows) {
      const entity = this.#entities.get(id)
      if (entity) this.#changeEntity({ ...entity, area })
    }
    return rows.map(({ id }) => id)
  }

  #changeEntity(entity: Entity): void {
    this.#entities.set(entity.id, entity)
    this.onChange?.entities([entity])
  }

  #changeDevice(device: Device): void {
    this.#remember(device)
    this.onChange?.devices([device])
  }

  #remember(device: Device): void {
    const before = this.#devices.get(device.id)
    if (before && before.clientId !== null && before.clientId !== device.clientId)
      this.#clientIds.delete(before.clientId)
    this.#externalIds.replace(device.id, before?.externalIds ?? [], device.externalIds)
    if (before && before.profile !== null) this.#bySecret.delete(before.secretHash.toString('base64'))
    if (device.profile !== null && !device.isUnclaimed)
      this.#bySecret.set(device.secretHash.toString('base64'), device.id)
    this.#devices.set(device.id, device)
    if (device.clientId !== null) this.#clientIds.set(device.clientId, device.id)
  }
}

async function insertDeviceArea(
  tx: Queryable,
  id: string,
  area: string | null,
  validFrom: Micros,
  now: Micros,
): Promise<void> {
  await tx.query({
    text: 'insert into device_area (device_id, area, valid_from, recorded_at) values ($1, $2, from_us($3), from_us($4))',
    values: [id, area, validFrom, now],
  })
}

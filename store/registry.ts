import type { Micros } from '../core/time.ts'
import { type Db, isDuplicateKey, type Queryable, type TransactionOptions } from './db.ts'
import {
  type Device,
  type DeviceUpdate,
  type Entity,
  type EntityUpdate,
  insertDevices,
  insertEntities,
  listDevices,
  listEntities,
  type NewDevice,
  registered,
  UNDESCRIBED,
  updateDevice,
  updateEntity,
} from './device.ts'
import { applyMoves, insertMove } from './device-moves.ts'
import { ExternalIds } from './external-ids.ts'
import { UnderWay } from './under-way.ts'

/** What can be wrong with a change to the registry, as data. */
export type RegistryFault =
  | 'id_taken'
  | 'client_id_taken'
  | 'external_id_taken'
  | 'entity_of_other_type'
  | 'not_found'

interface CreateOptions extends TransactionOptions {
  also?(tx: Queryable): Promise<unknown>
}

/** All devices and entities, in memory: ingest and the broker ask per message and per connection, and may not wait for a
 *  query. Every change goes through here, to the database first. */
export class Registry {
  /** Told of every device and entity that is new or changed, once the database has it. */
  onChange: {
    devices(devices: readonly Device[]): void
    entities(entities: readonly Entity[]): void
  } | null = null
  readonly #listeners: ((device: Device) => void)[] = []
  readonly #db: Db
  readonly #devices = new Map<string, Device>()
  readonly #entities = new Map<string, Entity>()
  readonly #clientIds = new Map<string, string>()
  readonly #externalIds = new ExternalIds()
  /** Few: a secret is looked for only where it may be the user name. */
  readonly #bySecret = new Map<string, string>()
  /** Of each gateway, how many devices in service its rule has made. */
  readonly #unclaimed = new Map<string, number>()
  readonly #underWay = new UnderWay()
  /** Ids that are meant for somebody and not made yet. */
  readonly reserved = new Set<string>()

  private constructor(db: Db) {
    this.#db = db
  }

  static async load(db: Db): Promise<Registry> {
    return Registry.from(db, await listEntities(db), await listDevices(db))
  }

  /** As it was known when the database was last there. */
  static from(db: Db, entities: readonly Entity[], devices: readonly Device[]): Registry {
    const registry = new Registry(db)
    registry.#fill(entities, devices)
    return registry
  }

  /** Reads all of it from the database. */
  refresh = async (db: Db): Promise<void> => this.#fill(await listEntities(db), await listDevices(db))

  #fill(entities: readonly Entity[], devices: readonly Device[]): void {
    for (const known of [this.#clientIds, this.#externalIds, this.#unclaimed]) known.clear()
    for (const entity of entities) this.#entities.set(entity.id, entity)
    for (const device of devices) {
      this.#devices.delete(device.id)
      this.#remember(device)
    }
  }

  /** Calls back with every device that is new from now on, whoever registered it. */
  onNewDevice(listener: (device: Device) => void): void {
    this.#listeners.push(listener)
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

  /** How many devices in service a gateway's rule has made, and nobody has looked at. */
  unclaimedBehind = (gateway: string): number => this.#unclaimed.get(gateway) ?? 0

  /** Whether a device or entity has this id, or is about to. */
  isTaken = (id: string): boolean =>
    this.#devices.has(id) || this.#entities.has(id) || this.reserved.has(id) || this.#underWay.hasId(id)

  /** The devices in service that go by this name of other systems (a DevEUI, an IMEI), but for those that gateways' rules
   *  made: their names are their gateways' own. */
  byExternalId(name: string): Device[] {
    return this.#known(this.#externalIds.find(name)).filter(({ retiredAt }) => retiredAt === null)
  }

  /** The device that a gateway may speak for and knows by this name; a retired one where there is no other. */
  behind(gateway: string, name: string): Device | undefined {
    const found = this.#known(this.#externalIds.findBehind(gateway, name))
    return found.find(({ retiredAt }) => retiredAt === null) ?? found[0]
  }

  #known = (ids: readonly string[]): Device[] =>
    ids.map((id) => this.#devices.get(id)).filter((device) => device !== undefined)

  /** Why this device cannot be made beside those that are there; null: it can. */
  faultOf({ id, clientId, externalIds, gateways, entity, type, retiredAt }: NewDevice): RegistryFault | null {
    const isTaken = this.#devices.has(id) || this.reserved.has(id) || this.#underWay.hasId(id)
    if (isTaken || this.#clientIds.has(id)) return 'id_taken'
    if (clientId !== null && this.#ownerOfClientId(clientId) !== undefined) return 'client_id_taken'
    const isNameTaken = (name: string) => this.#isNameTaken(name, { id, gateways })
    if (retiredAt === undefined && externalIds.some(isNameTaken)) return 'external_id_taken'
    const known = this.#entities.get(entity)
    return known && known.type !== type ? 'entity_of_other_type' : null
  }

  /** Null: of somebody who is not known yet. */
  #ownerOfClientId(clientId: string): string | null | undefined {
    if (this.#underWay.hasClientId(clientId)) return null
    return this.#devices.has(clientId) ? clientId : this.#clientIds.get(clientId)
  }

  /** Two devices of one gateway, or two that any gateway may speak for, must not go by one name. */
  #isNameTaken(name: string, { id, gateways }: Pick<Device, 'id' | 'gateways'>): boolean {
    if (this.#underWay.hasExternalId(name)) return true
    if (gateways.length === 0) return this.byExternalId(name).some((other) => other.id !== id)
    return gateways.some((gateway) => {
      const other = this.behind(gateway, name)
      return other !== undefined && other.retiredAt === null && other.id !== id
    })
  }

  async create(device: NewDevice, now: Micros, options?: CreateOptions): Promise<RegistryFault | null> {
    const fault = this.faultOf(device)
    if (fault) return fault
    try {
      await this.createAll([device], now, options)
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      // It may be there from a transaction whose end was not heard of.
      await this.learn([device.id])
      return this.#devices.has(device.id) ? 'id_taken' : 'client_id_taken'
    }
    return null
  }

  /** Reads devices and entities of these ids from the database, and knows them from then on. */
  async learn(ids: readonly string[]): Promise<void> {
    const entities = await listEntities(this.#db, ids)
    const devices = await listDevices(this.#db, ids)
    for (const entity of entities) this.#changeEntity(entity)
    const unknown = devices.filter(({ id }) => !this.#devices.has(id))
    for (const device of devices) this.#changeDevice(device)
    this.#announce(unknown)
  }

  #announce(devices: readonly Device[]): void {
    for (const device of devices) for (const listener of this.#listeners) listener(device)
  }

  /** Makes all of them, with the entities that are not there and what `also` writes, or none. For each `faultOf` has said null. */
  createAll(devices: readonly NewDevice[], now: Micros, options: CreateOptions = {}): Promise<void> {
    const wanted = {
      ids: devices.map(({ id }) => id),
      clientIds: devices.map(({ clientId }) => clientId),
      // A name behind a gateway keeps nobody from giving it elsewhere.
      externalIds: devices.flatMap(({ externalIds, isUnclaimed }) => (isUnclaimed ? [] : externalIds)),
    }
    return this.#underWay.during(wanted, () => this.#createAll(devices, now, options))
  }

  async #createAll(devices: readonly NewDevice[], now: Micros, options: CreateOptions): Promise<void> {
    const made = new Map<string, Entity>()
    for (const { entity: id, type, area, lat, lon } of devices)
      if (!this.#entities.has(id) && !made.has(id)) made.set(id, { id, type, area, lat, lon, ...UNDESCRIBED })
    // A device counts where it is said to be, else where its entity is.
    const placed = devices.map((device) => ({
      ...device,
      area: device.area ?? (this.#entities.get(device.entity) ?? made.get(device.entity))?.area ?? null,
    }))
    await this.#db.transaction(async (tx) => {
      await insertEntities(tx, [...made.values()], now)
      await insertDevices(tx, placed, now)
      await options.also?.(tx)
    }, options)
    for (const entity of made.values()) this.#entities.set(entity.id, entity)
    const rows = devices.map(registered)
    for (const device of rows) this.#remember(device)
    this.onChange?.entities([...made.values()])
    this.onChange?.devices(rows)
    this.#announce(rows)
  }

  /** True: the id was taken. */
  async createEntity(entity: Entity, now: Micros): Promise<boolean> {
    if (this.#entities.has(entity.id)) return true
    await insertEntities(this.#db, [entity], now)
    this.#changeEntity(entity)
    return false
  }

  async describe(id: string, update: EntityUpdate): Promise<RegistryFault | null> {
    if (!this.#entities.has(id)) return 'not_found'
    await updateEntity(this.#db, id, update)
    const entity = this.#entities.get(id)
    if (entity) this.#changeEntity({ ...entity, ...update })
    return null
  }

  async update(id: string, update: DeviceUpdate): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    if (!device) return 'not_found'
    const { clientId } = update
    const owner = clientId ? this.#ownerOfClientId(clientId) : undefined
    if (owner !== undefined && owner !== id) return 'client_id_taken'
    const named = { id, gateways: update.gateways ?? device.gateways }
    if (update.externalIds?.some((name) => this.#isNameTaken(name, named))) return 'external_id_taken'
    await this.#underWay.during({ clientIds: [clientId], externalIds: update.externalIds ?? [] }, () =>
      this.#db.transaction((tx) => updateDevice(tx, id, update)),
    )
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
    await insertMove(this.#db, id, area, validFrom, now)
    await this.applyMoves(now)
    return null
  }

  place = (id: string, lat: number, lon: number): Promise<RegistryFault | null> =>
    this.describe(this.#devices.get(id)?.entity ?? '', { lat, lon })

  /** Gives every entity the area that its device is in now, by the same rule as the indicator; gives those that changed.
   *  To be asked again from time to time, for moves dated ahead. */
  async applyMoves(now: Micros): Promise<string[]> {
    const rows = await applyMoves(this.#db, now)
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
    this.#externalIds.replace(before, device)
    if (before) this.#countUnclaimed(before, -1)
    this.#countUnclaimed(device, 1)
    if (before && before.profile !== null) this.#bySecret.delete(before.secretHash.toString('base64'))
    if (device.profile !== null && !device.isUnclaimed)
      this.#bySecret.set(device.secretHash.toString('base64'), device.id)
    this.#devices.set(device.id, device)
    if (device.clientId !== null) this.#clientIds.set(device.clientId, device.id)
  }

  #countUnclaimed({ isUnclaimed, retiredAt, gateways }: Device, by: number): void {
    if (!isUnclaimed || retiredAt !== null) return
    for (const gateway of gateways) this.#unclaimed.set(gateway, (this.#unclaimed.get(gateway) ?? 0) + by)
  }
}

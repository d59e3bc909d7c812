import type { Micros } from '../core/time.ts'
import { type Db, DbError, pgArray, type Queryable } from './db.ts'

type Access = 'cellular' | 'lpwan' | 'wired' | 'short-range' | 'satellite'
type DeviceRole = 'end-device' | 'gateway'

export interface Entity {
  readonly id: string
  readonly type: string
  readonly area: string | null
  readonly lat: number | null
  readonly lon: number | null
}

export interface Device {
  readonly id: string
  readonly entity: string
  readonly type: string
  readonly role: DeviceRole
  readonly access: Access | null
  readonly clientId: string | null
  readonly externalIds: readonly string[]
  readonly intervalS: number | null
  readonly isTest: boolean
  readonly secretHash: Buffer
  readonly validFrom: Micros
  readonly retiredAt: Micros | null
}

export type NewDevice = Omit<Device, 'retiredAt'> & Pick<Entity, 'area' | 'lat' | 'lon'>

/** What can be wrong with a change to the registry, as data. */
export type RegistryFault = 'id_taken' | 'client_id_taken' | 'entity_of_other_type' | 'not_found'

const DEVICE_COLUMNS = `id, entity_id as entity, type, role, access, client_id as "clientId", to_jsonb(external_ids) as "externalIds",
  interval_s as "intervalS", is_test as "isTest", encode(secret_hash, 'base64') as "secretHash", valid_from as "validFrom", retired_at as "retiredAt"`

/** All devices and entities, in memory: ingest and the broker ask per message and per connection, and may not wait for a
 *  query. Every change goes through here, to the database first. */
export class Registry {
  readonly #db: Db
  readonly #devices = new Map<string, Device>()
  readonly #entities = new Map<string, Entity>()
  readonly #clientIds = new Map<string, string>()

  private constructor(db: Db) {
    this.#db = db
  }

  static async load(db: Db): Promise<Registry> {
    const registry = new Registry(db)
    const entities = await db.query<Entity>({ text: 'select id, type, area, lat, lon from entity' })
    for (const entity of entities.rows) registry.#entities.set(entity.id, entity)
    const devices = await db.query<Omit<Device, 'secretHash'> & { secretHash: string }>({
      text: `select ${DEVICE_COLUMNS} from device`,
    })
    for (const row of devices.rows)
      registry.#remember({ ...row, secretHash: Buffer.from(row.secretHash, 'base64') })
    return registry
  }

  device = (id: string): Device | undefined => this.#devices.get(id)
  entity = (id: string): Entity | undefined => this.#entities.get(id)
  devices = (): IterableIterator<Device> => this.#devices.values()
  entities = (): IterableIterator<Entity> => this.#entities.values()
  /** The device that a client id was registered for. */
  deviceOfClientId = (clientId: string): string | undefined => this.#clientIds.get(clientId)

  async create(device: NewDevice, now: Micros): Promise<RegistryFault | null> {
    if (this.#devices.has(device.id)) return 'id_taken'
    if (device.clientId !== null && this.#devices.has(device.clientId)) return 'client_id_taken'
    const known = this.#entities.get(device.entity)
    if (known && known.type !== device.type) return 'entity_of_other_type'
    const entity: Entity = known ?? {
      id: device.entity,
      type: device.type,
      area: device.area,
      lat: device.lat,
      lon: device.lon,
    }
    try {
      await this.#db.transaction(async (tx) => {
        if (!known) await insertEntity(tx, entity, now)
        await insertDevice(tx, device, now)
        await insertDeviceArea(tx, device.id, device.area, device.validFrom, now)
      })
    } catch (error) {
      if (error instanceof DbError && error.code === '23505')
        return this.#clientIds.has(device.clientId ?? '') ? 'client_id_taken' : 'id_taken'
      throw error
    }
    this.#entities.set(entity.id, entity)
    this.#remember({ ...device, retiredAt: null })
    return null
  }

  /** True: the id was taken. */
  async createEntity(entity: Entity, now: Micros): Promise<boolean> {
    if (this.#entities.has(entity.id)) return true
    await insertEntity(this.#db, entity, now)
    this.#entities.set(entity.id, entity)
    return false
  }

  async renewSecret(id: string, secretHash: Buffer): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    if (!device) return 'not_found'
    await this.#db.query({
      text: "update device set secret_hash = decode($2, 'base64') where id = $1",
      values: [id, secretHash.toString('base64')],
    })
    this.#remember({ ...device, secretHash })
    return null
  }

  /** A move is dated: figures of the days before keep the old area. The entity shows the newest one. */
  async move(id: string, area: string | null, validFrom: Micros, now: Micros): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    const entity = device && this.#entities.get(device.entity)
    if (!device || !entity) return 'not_found'
    await this.#db.transaction(async (tx) => {
      await insertDeviceArea(tx, id, area, validFrom, now)
      if (validFrom <= now)
        await tx.query({ text: 'update entity set area = $2 where id = $1', values: [entity.id, area] })
    })
    if (validFrom <= now) this.#entities.set(entity.id, { ...entity, area })
    return null
  }

  async place(id: string, lat: number, lon: number): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    const entity = device && this.#entities.get(device.entity)
    if (!device || !entity) return 'not_found'
    await this.#db.query({
      text: 'update entity set lat = $2, lon = $3 where id = $1',
      values: [entity.id, lat, lon],
    })
    this.#entities.set(entity.id, { ...entity, lat, lon })
    return null
  }

  async setInterval(id: string, intervalS: number | null): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    if (!device) return 'not_found'
    await this.#db.query({ text: 'update device set interval_s = $2 where id = $1', values: [id, intervalS] })
    this.#remember({ ...device, intervalS })
    return null
  }

  /** From `at` on the device neither connects nor counts; what it sent stays. */
  async retire(id: string, at: Micros): Promise<RegistryFault | null> {
    const device = this.#devices.get(id)
    if (!device) return 'not_found'
    if (device.retiredAt !== null) return null
    await this.#db.query({
      text: 'update device set retired_at = from_us($2), retired_recorded_at = from_us($2) where id = $1',
      values: [id, at],
    })
    this.#remember({ ...device, retiredAt: at })
    return null
  }

  #remember(device: Device): void {
    this.#devices.set(device.id, device)
    if (device.clientId !== null) this.#clientIds.set(device.clientId, device.id)
  }
}

async function insertEntity(tx: Queryable, { id, type, area, lat, lon }: Entity, now: Micros): Promise<void> {
  await tx.query({
    text: 'insert into entity (id, type, area, lat, lon, created_at) values ($1, $2, $3, $4, $5, from_us($6))',
    values: [id, type, area, lat, lon, now],
  })
}

async function insertDevice(tx: Queryable, device: NewDevice, now: Micros): Promise<void> {
  await tx.query({
    text: `insert into device (id, entity_id, type, role, access, client_id, external_ids, interval_s, is_test, secret_hash, valid_from, recorded_at)
           values ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9, decode($10, 'base64'), from_us($11), from_us($12))`,
    values: [
      device.id,
      device.entity,
      device.type,
      device.role,
      device.access,
      device.clientId,
      pgArray(device.externalIds),
      device.intervalS,
      device.isTest,
      device.secretHash.toString('base64'),
      device.validFrom,
      now,
    ],
  })
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

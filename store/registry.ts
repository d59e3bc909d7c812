import type { Micros } from '../core/time.ts'
import { type Db, DbError, pgArray, type Queryable, type SqlValue } from './db.ts'

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
  /** Told of every device and entity that is new or changed, once the database has it. */
  onChange: { device(device: Device): void; entity(entity: Entity): void } | null = null
  readonly #db: Db
  readonly #devices = new Map<string, Device>()
  readonly #entities = new Map<string, Entity>()
  readonly #clientIds = new Map<string, string>()

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
    const entities = await db.query<Entity>({ text: 'select id, type, area, lat, lon from entity' })
    const devices = await db.query<Omit<Device, 'secretHash'> & { secretHash: string }>({
      text: `select ${DEVICE_COLUMNS} from device`,
    })
    this.#fill(
      entities.rows,
      devices.rows.map((row) => ({ ...row, secretHash: Buffer.from(row.secretHash, 'base64') })),
    )
  }

  #fill(entities: readonly Entity[], devices: readonly Device[]): void {
    this.#clientIds.clear()
    for (const entity of entities) this.#entities.set(entity.id, entity)
    for (const device of devices) this.#remember(device)
  }

  device = (id: string): Device | undefined => this.#devices.get(id)
  entity = (id: string): Entity | undefined => this.#entities.get(id)
  devices = (): IterableIterator<Device> => this.#devices.values()
  entities = (): IterableIterator<Entity> => this.#entities.values()
  /** The device that a client id was registered for. */
  deviceOfClientId = (clientId: string): string | undefined => this.#clientIds.get(clientId)

  async create(device: NewDevice, now: Micros): Promise<RegistryFault | null> {
    if (this.#devices.has(device.id) || this.#clientIds.has(device.id)) return 'id_taken'
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
        await insertDeviceArea(tx, device.id, device.area ?? entity.area, device.validFrom, now)
      })
    } catch (error) {
      if (error instanceof DbError && error.code === '23505')
        return this.#clientIds.has(device.clientId ?? '') ? 'client_id_taken' : 'id_taken'
      throw error
    }
    this.#changeEntity(entity)
    this.#changeDevice({ ...device, retiredAt: null })
    return null
  }

  /** True: the id was taken. */
  async createEntity(entity: Entity, now: Micros): Promise<boolean> {
    if (this.#entities.has(entity.id)) return true
    await insertEntity(this.#db, entity, now)
    this.#changeEntity(entity)
    return false
  }

  async renewSecret(id: string, secretHash: Buffer): Promise<RegistryFault | null> {
    return this.#change(
      id,
      { secretHash },
      "set secret_hash = decode($2, 'base64')",
      secretHash.toString('base64'),
    )
  }

  async setInterval(id: string, intervalS: number | null): Promise<RegistryFault | null> {
    return this.#change(id, { intervalS }, 'set interval_s = $2', intervalS)
  }

  /** From `at` on the device neither connects nor counts; what it sent stays. */
  async retire(id: string, at: Micros): Promise<RegistryFault | null> {
    if (this.#devices.get(id)?.retiredAt) return null
    return this.#change(
      id,
      { retiredAt: at },
      'set retired_at = from_us($2), retired_recorded_at = from_us($2)',
      at,
    )
  }

  async #change(
    id: string,
    change: Partial<Device>,
    set: string,
    value: SqlValue,
  ): Promise<RegistryFault | null> {
    if (!this.#devices.has(id)) return 'not_found'
    await this.#db.query({ text: `update device ${set} where id = $1`, values: [id, value] })
    // Read again: another change may have come in while the database was asked.
    const device = this.#devices.get(id)
    if (device) this.#changeDevice({ ...device, ...change })
    return null
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
    this.onChange?.entity(entity)
  }

  #changeDevice(device: Device): void {
    this.#remember(device)
    this.onChange?.device(device)
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

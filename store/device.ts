import type { Micros } from '../core/time.ts'
import { pgArray, type Queryable, type SqlValue } from './db.ts'

export type Access = 'cellular' | 'lpwan' | 'wired' | 'short-range' | 'satellite'
type DeviceRole = 'end-device' | 'gateway'
type OwnerKind = 'org' | 'person'

export interface Entity {
  readonly id: string
  readonly type: string
  readonly area: string | null
  readonly lat: number | null
  readonly lon: number | null
  /** As people call it; null: by its id. */
  readonly name: string | null
  /** What no sensor tells, by the attribute's id: see the models. */
  readonly attributes: Readonly<Record<string, number | string>>
}

/** What an entity has that nobody has said anything of. */
export const UNDESCRIBED = { name: null, attributes: {} } as const satisfies Partial<Entity>

/** What becomes of a device behind a gateway that nobody has registered. */
export interface ChildrenRule {
  /** `create`: it is registered by itself; `hold`: its messages are refused, and kept, until it is approved. */
  readonly mode: 'create' | 'hold' | 'refuse'
  readonly type: string
  readonly profile: string | null
  /** Null: the area of the gateway. */
  readonly area: string | null
  readonly max: number
}

interface PreviousSecret {
  readonly hash: Buffer
  readonly until: Micros
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
  /** Of the physical thing, the same for each of its registrations: a keyed digest, hex; null: not told. */
  readonly identityHash: string | null
  readonly ownerKind: OwnerKind
  /** A keyed digest, hex; null: not told. */
  readonly ownerHash: string | null
  readonly secretHash: Buffer
  /** The secret before the last renewal, where it still works for a while. */
  readonly previousSecret: PreviousSecret | null
  readonly profile: string | null
  /** Gateways that may speak for it; none yet: the first one that does. */
  readonly gateways: readonly string[]
  readonly children: ChildrenRule | null
  readonly groups: readonly string[]
  /** Made by its gateway's rule, and not looked at by a person since. */
  readonly isUnclaimed: boolean
  readonly validFrom: Micros
  readonly retiredAt: Micros | null
}

export type NewDevice = Omit<Device, 'retiredAt' | 'previousSecret'> &
  Pick<Entity, 'area' | 'lat' | 'lon'> & {
    /** It has ended already: brought in for the figures of the past. */
    readonly retiredAt?: Micros
    /** When it became known; now if left out. */
    readonly recordedAt?: Micros
  }

/** A new device as it is once it is stored; its place is its entity's. */
export const registered = ({
  area: _area,
  lat: _lat,
  lon: _lon,
  recordedAt: _recordedAt,
  ...device
}: NewDevice): Device => ({ retiredAt: null, ...device, previousSecret: null })

/** What a device has that nobody has said anything of. */
export const UNWIRED = {
  profile: null,
  gateways: [],
  children: null,
  groups: [],
  isUnclaimed: false,
  identityHash: null,
  ownerKind: 'org',
  ownerHash: null,
} as const satisfies Partial<NewDevice>

const COLUMNS = `id, entity_id as entity, type, role, access, client_id as "clientId", to_jsonb(external_ids) as "externalIds",
  interval_s as "intervalS", is_test as "isTest", encode(identity_hash, 'hex') as "identityHash", owner_kind as "ownerKind",
  encode(owner_hash, 'hex') as "ownerHash", encode(secret_hash, 'base64') as "secretHash",
  encode(previous_secret_hash, 'base64') as "previousHash", previous_secret_until as "previousUntil",
  profile, to_jsonb(gateways) as gateways, children, to_jsonb(groups) as groups, is_unclaimed as "isUnclaimed",
  valid_from as "validFrom", retired_at as "retiredAt"`

interface Row extends Omit<Device, 'secretHash' | 'previousSecret'> {
  readonly secretHash: string
  readonly previousHash: string | null
  readonly previousUntil: Micros | null
}

/** All, or those of these ids. */
export async function listDevices(db: Queryable, ids?: readonly string[]): Promise<Device[]> {
  const { rows } = await db.query<Row>({
    text: `select ${COLUMNS} from device ${ofIds(ids)}`,
    ...idValues(ids),
  })
  return rows.map(({ secretHash, previousHash, previousUntil, ...row }) => ({
    ...row,
    secretHash: Buffer.from(secretHash, 'base64'),
    previousSecret:
      previousHash === null || previousUntil === null
        ? null
        : { hash: Buffer.from(previousHash, 'base64'), until: previousUntil },
  }))
}

/** All, or those of these ids. */
export async function listEntities(db: Queryable, ids?: readonly string[]): Promise<Entity[]> {
  const text = `select id, type, area, lat, lon, name, attributes from entity ${ofIds(ids)}`
  return (await db.query<Entity>({ text, ...idValues(ids) })).rows
}

const ofIds = (ids: readonly string[] | undefined): string => (ids ? 'where id = any ($1::text[])' : '')
const idValues = (ids: readonly string[] | undefined) => (ids ? { values: [pgArray(ids)] } : {})

/** Rows a statement: the parameters of one stay small. */
const ROWS_A_STATEMENT = 5000

export async function insertEntities(tx: Queryable, entities: readonly Entity[], now: Micros): Promise<void> {
  for (const rows of slices(entities)) {
    const column = columnsOf(rows)
    await tx.query({
      text: `insert into entity (id, type, area, lat, lon, name, attributes, created_at)
             select i, t, a, la, lo, n, j, from_us($8)
             from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::text[], $7::jsonb[])
               as input (i, t, a, la, lo, n, j)`,
      values: [
        column(({ id }) => id),
        column(({ type }) => type),
        column(({ area }) => area),
        column(({ lat }) => lat),
        column(({ lon }) => lon),
        column(({ name }) => name),
        column(({ attributes }) => JSON.stringify(attributes)),
        now,
      ],
    })
  }
}

/** The members of an entity that may change after it is made; its place and area change with its device. */
export type EntityUpdate = Partial<Pick<Entity, 'name' | 'attributes' | 'area' | 'lat' | 'lon'>>

export async function updateEntity(tx: Queryable, id: string, update: EntityUpdate): Promise<void> {
  const has = (member: keyof EntityUpdate) => member in update
  await tx.query({
    text: `update entity set name = case when $2 then $3 else name end,
             attributes = case when $4 then $5::text::jsonb else attributes end,
             area = case when $6 then $7 else area end,
             lat = case when $8 then $9 else lat end, lon = case when $8 then $10 else lon end
           where id = $1`,
    values: [
      id,
      has('name'),
      update.name ?? null,
      has('attributes'),
      JSON.stringify(update.attributes ?? {}),
      has('area'),
      update.area ?? null,
      has('lat'),
      update.lat ?? null,
      update.lon ?? null,
    ],
  })
}

/** Devices, and the areas that they count in. That one has ended is known when it ends at the earliest. */
export async function insertDevices(
  tx: Queryable,
  devices: readonly NewDevice[],
  now: Micros,
): Promise<void> {
  for (const rows of slices(devices)) {
    const column = columnsOf(rows)
    const ids = column(({ id }) => id)
    const from = column(({ validFrom }) => validFrom)
    const recorded = column(({ recordedAt = now }) => recordedAt)
    await tx.query({
      text: `insert into device (id, entity_id, type, role, access, client_id, external_ids, interval_s, is_test, secret_hash,
               profile, gateways, children, groups, is_unclaimed, valid_from, recorded_at, identity_hash, owner_kind, owner_hash,
               retired_at, retired_recorded_at)
             select i, e, t, r, a, c, x::text[], s, b, decode(h, 'base64'), p, g::text[], k::jsonb, o::text[], u, from_us(v), from_us(w),
               decode(n, 'hex'), m, decode(q, 'hex'), from_us(z),
               case when z is not null then from_us(greatest(z, w)) end
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::boolean[],
               $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::boolean[], $16::bigint[], $17::bigint[],
               $18::text[], $19::text[], $20::text[], $21::bigint[])
               as input (i, e, t, r, a, c, x, s, b, h, p, g, k, o, u, v, w, n, m, q, z)`,
      values: [
        ids,
        column(({ entity }) => entity),
        column(({ type }) => type),
        column(({ role }) => role),
        column(({ access }) => access),
        column(({ clientId }) => clientId),
        column(({ externalIds }) => pgArray(externalIds)),
        column(({ intervalS }) => intervalS),
        column(({ isTest }) => isTest),
        column(({ secretHash }) => secretHash.toString('base64')),
        column(({ profile }) => profile),
        column(({ gateways }) => pgArray(gateways)),
        column(({ children }) => children && JSON.stringify(children)),
        column(({ groups }) => pgArray(groups)),
        column(({ isUnclaimed }) => isUnclaimed),
        from,
        recorded,
        column(({ identityHash }) => identityHash),
        column(({ ownerKind }) => ownerKind),
        column(({ ownerHash }) => ownerHash),
        column(({ retiredAt = null }) => retiredAt),
      ],
    })
    await tx.query({
      text: `insert into device_area (device_id, area, valid_from, recorded_at)
             select i, a, from_us(v), from_us(w) from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as input (i, a, v, w)`,
      values: [ids, column(({ area }) => area), from, recorded],
    })
  }
}

const columnsOf =
  <T>(rows: readonly T[]) =>
  (of: (row: T) => string | number | boolean | null) =>
    pgArray(rows.map(of))

function* slices<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) yield rows.slice(at, at + ROWS_A_STATEMENT)
}

/** The members of a device that may change, and where each is stored. */
const CHANGES = {
  role: (role: Device['role']) => ['role = ?', role],
  clientId: (clientId: Device['clientId']) => ['client_id = ?', clientId],
  externalIds: (ids: Device['externalIds']) => ['external_ids = ?::text[]', pgArray(ids)],
  intervalS: (intervalS: Device['intervalS']) => ['interval_s = ?', intervalS],
  access: (access: Device['access']) => ['access = ?', access],
  isTest: (isTest: boolean) => ['is_test = ?', isTest],
  identityHash: (hash: Device['identityHash']) => ["identity_hash = decode(?, 'hex')", hash],
  ownerKind: (kind: OwnerKind) => ['owner_kind = ?', kind],
  ownerHash: (hash: Device['ownerHash']) => ["owner_hash = decode(?, 'hex')", hash],
  profile: (profile: Device['profile']) => ['profile = ?', profile],
  gateways: (gateways: Device['gateways']) => ['gateways = ?::text[]', pgArray(gateways)],
  children: (children: Device['children']) => [
    'children = ?::text::jsonb',
    children && JSON.stringify(children),
  ],
  groups: (groups: Device['groups']) => ['groups = ?::text[]', pgArray(groups)],
  isUnclaimed: (isUnclaimed: boolean) => ['is_unclaimed = ?', isUnclaimed],
  secretHash: (hash: Buffer) => ["secret_hash = decode(?, 'base64')", hash.toString('base64')],
  previousSecret: (previous: PreviousSecret | null) => [
    "previous_secret_hash = decode(?::jsonb ->> 0, 'base64'), previous_secret_until = from_us((?::jsonb ->> 1)::bigint)",
    previous && JSON.stringify([previous.hash.toString('base64'), previous.until]),
  ],
  retiredAt: (at: Micros | null) => ['retired_at = from_us(?), retired_recorded_at = from_us(?)', at],
} as const satisfies Partial<{
  [K in keyof Device]: (value: Device[K]) => [set: string, value: SqlValue]
}>

export type DeviceUpdate = Partial<Pick<Device, keyof typeof CHANGES>>

/** In one statement, so that a change of several members is one fact of the device's past. */
export async function updateDevice(tx: Queryable, id: string, update: DeviceUpdate): Promise<void> {
  const sets: string[] = []
  const values: SqlValue[] = [id]
  for (const [member, value] of Object.entries(update)) {
    const change = CHANGES[member as keyof typeof CHANGES] as (value: unknown) => [string, SqlValue]
    const [set, stored] = change(value)
    values.push(stored)
    sets.push(set.replaceAll('?', `$${values.length}`))
  }
  if (sets.length > 0) await tx.query({ text: `update device set ${sets.join(', ')} where id = $1`, values })
}

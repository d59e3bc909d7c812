import type { Micros } from '../core/time.ts'
import { pgArray, type Queryable, type SqlValue } from './db.ts'

export type Access = 'cellular' | 'lpwan' | 'wired' | 'short-range' | 'satellite'
export type DeviceRole = 'end-device' | 'gateway'

export interface Entity {
  readonly id: string
  readonly type: string
  readonly area: string | null
  readonly lat: number | null
  readonly lon: number | null
}

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

export interface PreviousSecret {
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

export type NewDevice = Omit<Device, 'retiredAt' | 'previousSecret'> & Pick<Entity, 'area' | 'lat' | 'lon'>

/** What a device has that nobody has said anything of. */
export const UNWIRED = {
  profile: null,
  gateways: [],
  children: null,
  groups: [],
  isUnclaimed: false,
} as const satisfies Partial<NewDevice>

const COLUMNS = `id, entity_id as entity, type, role, access, client_id as "clientId", to_jsonb(external_ids) as "externalIds",
  interval_s as "intervalS", is_test as "isTest", encode(secret_hash, 'base64') as "secretHash",
  encode(previous_secret_hash, 'base64') as "previousHash", previous_secret_until as "previousUntil",
  profile, to_jsonb(gateways) as gateways, children, to_jsonb(groups) as groups, is_unclaimed as "isUnclaimed",
  valid_from as "validFrom", retired_at as "retiredAt"`

interface Row extends Omit<Device, 'secretHash' | 'previousSecret'> {
  readonly secretHash: string
  readonly previousHash: string | null
  readonly previousUntil: Micros | null
}

export async function listDevices(db: Queryable): Promise<Device[]> {
  const { rows } = await db.query<Row>({ text: `select ${COLUMNS} from device` })
  return rows.map(({ secretHash, previousHash, previousUntil, ...row }) => ({
    ...row,
    secretHash: Buffer.from(secretHash, 'base64'),
    previousSecret:
      previousHash === null || previousUntil === null
        ? null
        : { hash: Buffer.from(previousHash, 'base64'), until: previousUntil },
  }))
}

export async function listEntities(db: Queryable): Promise<Entity[]> {
  return (await db.query<Entity>({ text: 'select id, type, area, lat, lon from entity' })).rows
}

/** Rows a statement: the parameters of one stay small. */
const ROWS_A_STATEMENT = 5000

export async function insertEntities(tx: Queryable, entities: readonly Entity[], now: Micros): Promise<void> {
  for (const rows of slices(entities))
    await tx.query({
      text: `insert into entity (id, type, area, lat, lon, created_at)
             select id, type, area, lat, lon, from_us($2)
             from jsonb_to_recordset($1::text::jsonb) as input (id text, type text, area text, lat float8, lon float8)`,
      values: [JSON.stringify(rows), now],
    })
}

/** Devices, and the areas that they count in. */
export async function insertDevices(
  tx: Queryable,
  devices: readonly NewDevice[],
  now: Micros,
): Promise<void> {
  for (const rows of slices(devices)) {
    const json = JSON.stringify(
      rows.map((device) => ({ ...device, secretHash: device.secretHash.toString('base64') })),
    )
    await tx.query({
      text: `insert into device (id, entity_id, type, role, access, client_id, external_ids, interval_s, is_test, secret_hash,
               profile, gateways, children, groups, is_unclaimed, valid_from, recorded_at)
             select id, entity, type, role, access, "clientId", ${texts('"externalIds"')}, "intervalS", "isTest", decode("secretHash", 'base64'),
               profile, ${texts('gateways')}, nullif(children, 'null'), ${texts('groups')}, "isUnclaimed", from_us("validFrom"), from_us($2)
             from jsonb_to_recordset($1::text::jsonb) as input (id text, entity text, type text, role text, access text, "clientId" text,
               "externalIds" jsonb, "intervalS" int, "isTest" boolean, "secretHash" text, profile text, gateways jsonb, children jsonb,
               groups jsonb, "isUnclaimed" boolean, "validFrom" bigint)`,
      values: [json, now],
    })
    await tx.query({
      text: `insert into device_area (device_id, area, valid_from, recorded_at)
             select id, area, from_us("validFrom"), from_us($2)
             from jsonb_to_recordset($1::text::jsonb) as input (id text, area text, "validFrom" bigint)`,
      values: [json, now],
    })
  }
}

/** A JSON array of texts as an array of SQL. */
const texts = (column: string): string => `array(select jsonb_array_elements_text(${column}))`

function* slices<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) yield rows.slice(at, at + ROWS_A_STATEMENT)
}

/** The members of a device that may change, and where each is stored. */
const CHANGES = {
  clientId: (clientId: Device['clientId']) => ['client_id = $2', clientId],
  externalIds: (ids: Device['externalIds']) => ['external_ids = $2::text[]', pgArray(ids)],
  intervalS: (intervalS: Device['intervalS']) => ['interval_s = $2', intervalS],
  access: (access: Device['access']) => ['access = $2', access],
  profile: (profile: Device['profile']) => ['profile = $2', profile],
  gateways: (gateways: Device['gateways']) => ['gateways = $2::text[]', pgArray(gateways)],
  children: (children: Device['children']) => [
    'children = $2::text::jsonb',
    children && JSON.stringify(children),
  ],
  groups: (groups: Device['groups']) => ['groups = $2::text[]', pgArray(groups)],
  isUnclaimed: (isUnclaimed: boolean) => ['is_unclaimed = $2', isUnclaimed],
  secretHash: (hash: Buffer) => ["secret_hash = decode($2, 'base64')", hash.toString('base64')],
  previousSecret: (previous: PreviousSecret | null) => [
    "previous_secret_hash = decode($2::jsonb ->> 0, 'base64'), previous_secret_until = from_us(($2::jsonb ->> 1)::bigint)",
    previous && JSON.stringify([previous.hash.toString('base64'), previous.until]),
  ],
  retiredAt: (at: Micros | null) => ['retired_at = from_us($2), retired_recorded_at = from_us($2)', at],
} as const satisfies Partial<{
  [K in keyof Device]: (value: Device[K]) => [set: string, value: SqlValue]
}>

export type DeviceUpdate = Partial<Pick<Device, keyof typeof CHANGES>>

export async function updateDevice(tx: Queryable, id: string, update: DeviceUpdate): Promise<void> {
  for (const [member, value] of Object.entries(update)) {
    const [set, stored] = (CHANGES[member as keyof typeof CHANGES] as (value: unknown) => [string, SqlValue])(
      value,
    )
    await tx.query({ text: `update device set ${set} where id = $1`, values: [id, stored] })
  }
}

import type { Role } from '../core/ports.ts'
import { type Device, type Entity, UNWIRED } from './device.ts'
import type { LocalDb } from './local-db.ts'
import type { Flavour } from './migrate.ts'
import type { Mapping, Profile } from './profiles.ts'
import type { TokenRow } from './tokens.ts'

/** What the platform must know to take readings in: as it was when it last had its database, and since. */
export interface RegistrySnapshot {
  readonly flavour: Flavour
  readonly isSynthetic: boolean
  readonly entities: readonly Entity[]
  readonly devices: readonly Device[]
  readonly tokens: readonly TokenRow[]
  readonly profiles: readonly Profile[]
  readonly mappings: readonly Mapping[]
  /** Areas with their shapes, for places of new devices. */
  readonly areas: readonly { readonly code: string; readonly geometry: object | null }[]
}

type Kind = 'fact' | 'entity' | 'device' | 'token' | 'area' | 'profile' | 'mapping'

interface StoredToken extends Omit<TokenRow, 'hash' | 'salt' | 'role'> {
  readonly role: Role
  readonly hash: string
  readonly salt: string | null
}

const PUT = 'insert or replace into cached (kind, id, body) values (?, ?, ?)'
const ROWS_A_STATEMENT = 10_000

/** The registry in the local file, so that devices can be let in while the database is away, after a restart too. It holds
 *  hashes of secrets, as the database does; the file is readable by the platform's user alone. */
export class RegistryCache {
  readonly #local: LocalDb
  readonly #database: string
  readonly #onFault: (error: unknown) => void

  private constructor(local: LocalDb, database: string, onFault: (error: unknown) => void) {
    this.#local = local
    this.#database = database
    this.#onFault = onFault
  }

  /** `database` names the database that the cache is of; one of another is of no use. */
  static async open(
    local: LocalDb,
    database: string,
    onFault: (error: unknown) => void,
  ): Promise<RegistryCache> {
    await local.run([
      {
        sql: `create table if not exists cached (kind text not null, id text not null, body text not null, primary key (kind, id)) without rowid`,
      },
    ])
    return new RegistryCache(local, database, onFault)
  }

  /** The kind of the database; null: the platform has not been started with it yet. */
  async flavour(): Promise<Flavour | null> {
    const facts = await this.#facts()
    return facts.get('database') === this.#database ? (facts.get('flavour') as Flavour) : null
  }

  /** All of it, which for many devices takes a while. Only where there is a flavour. */
  async read(): Promise<RegistrySnapshot> {
    const facts = await this.#facts()
    const devices = await this.#list<StoredDevice>('device')
    const tokens = await this.#list<StoredToken>('token')
    return {
      flavour: facts.get('flavour') as Flavour,
      isSynthetic: facts.get('isSynthetic') === true,
      entities: await this.#list<Entity>('entity'),
      devices: devices.map(deviceOf),
      profiles: await this.#list<Profile>('profile'),
      mappings: await this.#list<Mapping>('mapping'),
      tokens: tokens.map((token) => ({
        ...token,
        hash: Buffer.from(token.hash, 'base64'),
        salt: token.salt === null ? null : Buffer.from(token.salt, 'base64'),
      })),
      areas: await this.#list('area'),
    }
  }

  /** Takes a new snapshot in place of what was there, all or nothing. */
  async fill(snapshot: RegistrySnapshot): Promise<void> {
    const { flavour, isSynthetic, entities, devices, tokens, areas, profiles, mappings } = snapshot
    const facts: [string, unknown][] = [
      ['database', this.#database],
      ['flavour', flavour],
      ['isSynthetic', isSynthetic],
    ]
    await this.#local.run([
      { sql: 'delete from cached' },
      ...inserts(
        'fact',
        facts.map((fact) => [fact[0], fact]),
      ),
      ...inserts(
        'entity',
        entities.map((entity) => [entity.id, entity]),
      ),
      ...inserts(
        'device',
        devices.map((device) => [device.id, storedDevice(device)]),
      ),
      ...inserts(
        'profile',
        profiles.map((profile) => [profile.id, profile]),
      ),
      ...inserts(
        'mapping',
        mappings.map((mapping) => [mapping.id, mapping]),
      ),
      ...inserts(
        'token',
        tokens.map((token) => [token.id, storedToken(token)]),
      ),
      ...inserts(
        'area',
        areas.map(({ code, geometry }) => [code, { code, geometry }]),
      ),
    ])
  }

  putEntities = (entities: readonly Entity[]): void =>
    this.#write(
      inserts(
        'entity',
        entities.map((entity) => [entity.id, entity]),
      ),
    )
  putDevices = (devices: readonly Device[]): void =>
    this.#write(
      inserts(
        'device',
        devices.map((device) => [device.id, storedDevice(device)]),
      ),
    )
  putToken = (token: TokenRow): void => this.#put('token', token.id, storedToken(token))

  removeToken = (id: string): void => this.#remove('token', id)
  putProfile = (id: string, profile: Profile | null): void =>
    profile ? this.#put('profile', id, profile) : this.#remove('profile', id)
  putMapping = (id: string, mapping: Mapping | null): void =>
    mapping ? this.#put('mapping', id, mapping) : this.#remove('mapping', id)

  #remove(kind: Kind, id: string): void {
    this.#write([{ sql: 'delete from cached where kind = ? and id = ?', values: [kind, id] }])
  }

  #put(kind: Kind, id: string, body: unknown): void {
    this.#write([{ sql: PUT, values: [kind, id, JSON.stringify(body)] }])
  }

  /** Not waited for: the database has it; the cache only follows. */
  #write(statements: readonly { sql: string; values: string[] }[]): void {
    this.#local.run(statements).catch(this.#onFault)
  }

  async #facts(): Promise<Map<string, unknown>> {
    return new Map(await this.#list<[string, unknown]>('fact'))
  }

  async #list<T>(kind: Kind): Promise<T[]> {
    const [rows = []] = await this.#local.run([
      { sql: 'select body from cached where kind = ?', values: [kind] },
    ])
    return rows.map(({ body }) => JSON.parse(String(body)) as T)
  }
}

function inserts(kind: Kind, rows: readonly (readonly [id: string, body: unknown])[]) {
  const statements: { sql: string; values: string[] }[] = []
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT)
    statements.push({
      sql: `insert or replace into cached (kind, id, body)
            select ?, value ->> 0, value ->> 1 from json_each(?)`,
      values: [
        kind,
        JSON.stringify(rows.slice(at, at + ROWS_A_STATEMENT).map(([id, body]) => [id, JSON.stringify(body)])),
      ],
    })
  return statements
}

interface StoredDevice extends Omit<Device, 'secretHash' | 'previousSecret'> {
  readonly secretHash: string
  readonly previousSecret: { readonly hash: string; readonly until: number } | null
}

const storedDevice = (device: Device): StoredDevice => ({
  ...device,
  secretHash: device.secretHash.toString('base64'),
  previousSecret: device.previousSecret && {
    ...device.previousSecret,
    hash: device.previousSecret.hash.toString('base64'),
  },
})

/** A copy that an older version made lacks what came later. */
const deviceOf = (stored: StoredDevice): Device => ({
  ...UNWIRED,
  ...stored,
  secretHash: Buffer.from(stored.secretHash, 'base64'),
  previousSecret: stored.previousSecret
    ? { ...stored.previousSecret, hash: Buffer.from(stored.previousSecret.hash, 'base64') }
    : null,
})

const storedToken = (token: TokenRow): StoredToken => ({
  ...token,
  hash: token.hash.toString('base64'),
  salt: token.salt?.toString('base64') ?? null,
})

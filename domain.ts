import type { Config } from './config.ts'
import type { Log } from './core/ports.ts'
import { localDate, microsNow } from './core/time.ts'
import { AreaLocator } from './digital-twin/area-locator.ts'
import { Indicator } from './digital-twin/indicator/indicator.ts'
import { Relations } from './digital-twin/relations/relations.ts'
import { Twins } from './digital-twin/twins.ts'
import { MEBIBYTE } from './platform-settings.ts'
import { listAreas } from './store/areas.ts'
import { Credentials } from './store/credentials.ts'
import type { Db } from './store/db.ts'
import type { Device } from './store/device.ts'
import { LocalDb } from './store/local-db.ts'
import { setPolicies } from './store/maintenance.ts'
import { Wiring } from './store/profiles.ts'
import { Registry } from './store/registry.ts'
import { RegistryCache, type RegistrySnapshot } from './store/registry-cache.ts'
import { insertPlatformStart } from './store/sessions.ts'
import { putSetting, settings } from './store/settings.ts'
import { Spool } from './store/spool.ts'
import { StartError } from './store/start-error.ts'
import { type Absence, openStore, type Store } from './store/store.ts'

/** What there is before anybody may come in: the store, and what is kept in memory of it. */
export interface Domain {
  readonly store: Store
  readonly registry: Registry
  readonly credentials: Credentials
  readonly wiring: Wiring
  readonly twins: Twins
  readonly relations: Relations
  readonly locator: AreaLocator
  readonly indicator: Indicator
  readonly isSynthetic: boolean
  /** The administrator's token, when this start made it. */
  readonly newAdminToken: string | null
  /** The file of this machine's own; null with the embedded database, which is never away. */
  readonly local: LocalDb | null
  /** Null: there is none, senders wait for the database. */
  readonly spool: Spool | null
  /** Reads from the database what a start without it could not. To be called once it is back. */
  catchUp(): Promise<void>
}

interface DomainOptions {
  readonly log: Log
  readonly markSynthetic?: boolean
  onFatal(error: unknown): void
}

export async function openDomain(config: Config, options: DomainOptions, secretKey: Buffer): Promise<Domain> {
  const { log } = options
  const startedAt = microsNow()
  const { local, cache, spool } = await openLocal(config, log)
  const store = await openStore(
    { databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, plain: config.STORE_PLAIN },
    log,
    (error, isFatal) => {
      log.error({ err: error }, 'a connection to the database failed')
      if (isFatal) options.onFatal(error)
    },
    (await cache?.flavour()) ?? null,
  )
  const { db } = store
  const base = { store, local, spool }
  const { absence } = store
  if (absence && cache) {
    const known = await cache.read()
    return openWithout({ config, log, base, absence, known, cache, secretKey, startedAt })
  }
  const registry = await Registry.load(db)
  const isSynthetic = await syntheticOrRefuse(config, options, store, registry)
  const credentials = await Credentials.load(db, registry, secretKey)
  const newAdminToken = await ensureAdminToken(credentials, config.ADMIN_TOKEN)
  const wiring = await Wiring.load(db)
  credentials.nativeLogins = nativeLogins(wiring)
  const relations = relationsOf(db, registry)
  const twins = twinsOf(registry, relations)
  const locator = new AreaLocator(await listAreas(db, localDate(microsNow()), 'commune', true))
  const catchUp = async () => {}
  const domain: Domain = {
    ...base,
    registry,
    credentials,
    wiring,
    twins,
    relations,
    locator,
    indicator: new Indicator(store.db, isSynthetic),
    isSynthetic,
    newAdminToken,
    catchUp,
  }
  await afterRegistry(config, domain, startedAt)
  twins.start()
  await follow(cache, domain)
  return domain
}

interface WithoutDatabase {
  readonly config: Config
  readonly log: Log
  readonly base: Pick<Domain, 'store' | 'local' | 'spool'>
  readonly absence: Absence
  readonly known: RegistrySnapshot
  readonly cache: RegistryCache
  readonly secretKey: Buffer
  readonly startedAt: number
}

/** The database does not answer: devices and people are let in by what was known when it was last there. */
function openWithout({
  config,
  log,
  base,
  absence,
  known,
  cache,
  secretKey,
  startedAt,
}: WithoutDatabase): Domain {
  log.warn(
    {},
    'started without the database: who may come in is taken from what was known when it was last there',
  )
  const { store } = base
  const registry = Registry.from(store.db, known.entities, known.devices)
  const credentials = Credentials.from(store.db, registry, secretKey, known.tokens)
  const wiring = Wiring.from(store.db, known)
  const relations = relationsOf(store.db, registry)
  credentials.nativeLogins = nativeLogins(wiring)
  const domain: Domain = {
    ...base,
    registry,
    credentials,
    wiring,
    twins: twinsOf(registry, relations),
    relations,
    locator: new AreaLocator(known.areas),
    indicator: new Indicator(store.db, known.isSynthetic),
    isSynthetic: known.isSynthetic,
    newAdminToken: null,
    async catchUp() {
      // Before anybody else may write, so that nothing newer is read over.
      const db = await absence.bringUp()
      await registry.refresh(db)
      await credentials.refresh(db)
      await wiring.refresh(db)
      absence.end()
      // One that was changed for this start could not be stored before.
      if (config.ADMIN_TOKEN !== undefined) await credentials.setAdminToken(config.ADMIN_TOKEN)
      await afterRegistry(config, domain, startedAt)
      await follow(cache, domain)
    },
  }
  domain.twins.start()
  return domain
}

const relationsOf = (db: Db, registry: Registry): Relations =>
  new Relations(db, (id) => registry.entity(id) !== undefined)

function twinsOf(registry: Registry, relations: Relations): Twins {
  const twins = new Twins(registry, microsNow, relations)
  relations.onChange(({ from, to }) => twins.relationsChanged([from, to]))
  return twins
}

/** With a database server: the spool, and the registry for when it is away. */
async function openLocal(config: Config, log: Log) {
  if (config.DATABASE_URL === undefined) return { local: null, cache: null, spool: null }
  const { host, pathname } = new URL(config.DATABASE_URL)
  const local = await LocalDb.open(config.DATA_DIR)
  const cache = await RegistryCache.open(local, `${host}${pathname}`, (error) =>
    log.error({ err: error }, 'the local copy of the registry was not brought up to date'),
  )
  const bytesMax = config.SPOOL_MEGABYTES_MAX * MEBIBYTE
  return { local, cache, spool: bytesMax > 0 ? await Spool.open(local, bytesMax) : null }
}

/** What a start does with the database once the registry is read. */
async function afterRegistry(
  config: Config,
  { store, registry, twins, relations }: Pick<Domain, 'store' | 'registry' | 'twins' | 'relations'>,
  startedAt: number,
): Promise<void> {
  const { db } = store
  if (store.flavour === 'timescale')
    await setPolicies(db, { retentionDays: config.RETENTION_DAYS, lateDays: config.LATE_DAYS })
  for (const entity of await registry.applyMoves(microsNow())) twins.entityChanged(entity)
  await relations.load()
  twins.relationsChanged([])
  await twins.load(db)
  await insertPlatformStart(db, startedAt)
}

/** Keeps the local copy of the registry like the database's from now on. */
async function follow(cache: RegistryCache | null, domain: Domain): Promise<void> {
  if (!cache) return
  const { store, registry, credentials, wiring, isSynthetic } = domain
  // Waited for first: between the snapshot and the first change that is followed there must be nothing.
  const areas = await listAreas(store.db, localDate(microsNow()), 'commune', true)
  const snapshot: RegistrySnapshot = {
    flavour: store.flavour,
    isSynthetic,
    entities: [...registry.entities()],
    devices: [...registry.devices()],
    tokens: credentials.rows(),
    profiles: wiring.profiles(),
    mappings: wiring.mappings(),
    areas,
  }
  registry.onChange = { devices: cache.putDevices, entities: cache.putEntities }
  wiring.onChange = { profile: cache.putProfile, mapping: cache.putMapping }
  credentials.onChange = { token: cache.putToken, revoked: (id) => cache.removeToken(id) }
  await cache.fill(snapshot)
}

async function syntheticOrRefuse(
  config: Config,
  { markSynthetic }: DomainOptions,
  { db }: Store,
  registry: Registry,
): Promise<boolean> {
  const wasSynthetic = (await settings(db, ['synthetic'])).get('synthetic') === true
  if (!markSynthetic || wasSynthetic) return wasSynthetic
  if (registry.devices().next().done !== true)
    throw new StartError(
      `the database of DATA_DIR ${config.DATA_DIR} holds real devices: simulated data must not be mixed in; set another DATA_DIR for the demo`,
    )
  await putSetting(db, 'synthetic', true)
  return true
}

/** A chosen token is stored anew when it changed; without one, the first start makes one. */
async function ensureAdminToken(
  credentials: Credentials,
  chosen: string | undefined,
): Promise<string | null> {
  if (chosen !== undefined) {
    await credentials.setAdminToken(chosen)
    return null
  }
  if (credentials.tokens().some(({ role }) => role === 'admin')) return null
  return (await credentials.createToken('administrator', 'admin')).token
}

/** Formats whose devices do not log in as the platform's own do. */
function nativeLogins(wiring: Wiring): NonNullable<Credentials['nativeLogins']> {
  const codecOf = (device: Device) => wiring.profile(device.profile)?.codec ?? null
  return {
    byToken: (device) => codecOf(device) === 'thingsboard',
    choosesClientId: (device) => device.role === 'gateway' || codecOf(device) !== null,
  }
}

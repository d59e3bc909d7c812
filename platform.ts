import { existsSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { buildApp } from './api/app.ts'
import { acceptWebSockets } from './api/mqtt-websocket.ts'
import { type Broker, startBroker } from './broker/broker.ts'
import type { Config } from './config.ts'
import type { Log } from './core/ports.ts'
import { localDate, microsNow } from './core/time.ts'
import { within } from './core/within.ts'
import { AreaLocator } from './digital-twin/area-locator.ts'
import { Twins } from './digital-twin/twins.ts'
import { Pipeline } from './ingest/pipeline.ts'
import {
  brokerSettings,
  MEBIBYTE,
  PAYLOAD_BYTES_MAX,
  pipelineSettings,
  readTls,
} from './platform-settings.ts'
import { listAreas } from './store/areas.ts'
import { Credentials } from './store/credentials.ts'
import { startJobs } from './store/jobs.ts'
import { setPolicies } from './store/maintenance.ts'
import { Registry } from './store/registry.ts'
import { readSecretKey } from './store/secret-key.ts'
import { SeriesIndex } from './store/series.ts'
import { SessionWriter } from './store/session-writer.ts'
import { insertPlatformStart, listDeviceStatuses } from './store/sessions.ts'
import { putSetting, settings } from './store/settings.ts'
import { StartError } from './store/start-error.ts'
import { openStore, type Store } from './store/store.ts'
import { createMetrics } from './telemetry/metrics.ts'

export interface Platform {
  readonly httpUrl: string
  readonly mqttPort: number
  readonly mqttsPort: number | null
  readonly store: Store
  readonly credentials: Credentials
  readonly registry: Registry
  readonly isSynthetic: boolean
  /** The administrator's token, when this start made it. */
  readonly newAdminToken: string | null
  /** Stops accepting, commits what was read, acknowledges it, closes. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly log: Log
  /** Marks the data as simulated, for good. */
  readonly markSynthetic?: boolean
  /** Something that no retry mends: the process must end without acknowledging anything more. */
  onFatal(error: unknown): void
}

/** SIGTERM allows 10 s in all; a database that does not commit in this time leaves its messages unacknowledged. */
const DRAIN_MS = 6000
/** How often moves that were dated ahead are looked for. */
const MOVES_MS = 600_000

/** Builds every part, in the order in which they need each other, and starts them. */
export async function startPlatform(config: Config, options: StartOptions): Promise<Platform> {
  const { log } = options
  const secretKey = readSecretKey(config.SECRET_KEY_FILE, config.DATA_DIR)
  const tls = readTls(config)
  const domain = await openDomain(config, options, secretKey)
  const { store, registry, credentials, twins, isSynthetic } = domain
  const sessionWriter = new SessionWriter(store.db, log)
  const metrics = createMetrics({
    pendingBytes: () => pipeline.pendingBytes,
    sessions: () => broker.sessions(),
  })
  const pipeline: Pipeline = new Pipeline(
    {
      db: store.db,
      registry,
      series: new SeriesIndex(store.db),
      metrics,
      log,
      onFatal: options.onFatal,
      onStored: (observations) => twins.observe(observations),
    },
    pipelineSettings(config),
  )
  const broker: Broker = await startBroker(brokerSettings(config, tls), {
    ingest: pipeline.ingest,
    isFull: pipeline.isFull,
    gatekeeper: credentials,
    twins,
    metrics,
    log,
    retained: await retainedStatuses(store),
    onSession(event) {
      sessionWriter.add(event)
      twins.sessionChanged(event.device, event.kind)
    },
  })
  let isStopping = false
  const app = await buildApp({
    ...domain,
    ingest: pipeline.ingest,
    isFull: () => isStopping || pipeline.isFull(),
    metrics: metrics.expose,
    disconnect: broker.disconnect,
    log,
    retentionDays: config.RETENTION_DAYS,
    payloadBytesMax: PAYLOAD_BYTES_MAX,
    secretKey,
    tls,
    dashboardDir: builtDashboard(),
  })
  app.server.on('error', (error) => log.error({ err: error }, 'the HTTP listener has a fault'))
  acceptWebSockets(app.server as HttpServer, config.MQTT_WS_PATH, broker.accept)
  await app.listen({ host: config.HTTP_HOST, port: config.HTTP_PORT })
  const { port } = app.server.address() as AddressInfo
  const moves = setInterval(() => applyMoves(domain, log), MOVES_MS).unref()
  const jobs = await startJobs(
    store,
    {
      lateDays: config.LATE_DAYS,
      retentionDays: config.RETENTION_DAYS,
      rejectionDays: config.REJECTION_DAYS,
      rejectionBytesMax: config.REJECTION_MEGABYTES_MAX * MEBIBYTE,
    },
    log,
  )
  return {
    httpUrl: `${tls ? 'https' : 'http'}://${config.HTTP_HOST}:${port}`,
    mqttPort: broker.ports.mqtt,
    mqttsPort: broker.ports.mqtts,
    store,
    credentials,
    registry,
    isSynthetic,
    newAdminToken: domain.newAdminToken,
    stop() {
      isStopping = true
      clearInterval(moves)
      return stopParts({ broker, pipeline, app, twins, sessionWriter, jobs, store, log })
    },
  }
}

interface Running extends Pick<Platform, 'store'> {
  readonly broker: Broker
  readonly pipeline: Pipeline
  readonly app: { close(): Promise<unknown> }
  readonly twins: Twins
  readonly sessionWriter: SessionWriter
  readonly jobs: { stop(): Promise<void> }
  readonly log: Log
}

async function stopParts({
  broker,
  pipeline,
  app,
  twins,
  sessionWriter,
  jobs,
  store,
  log,
}: Running): Promise<void> {
  await broker.quiesce()
  const isDrained =
    (await within(
      pipeline.drain().then(() => true),
      DRAIN_MS,
    )) === true
  if (!isDrained)
    log.warn(
      {},
      'the database did not commit in time; what it has not committed stays unacknowledged, and its senders will send it again',
    )
  await broker.close()
  await app.close()
  twins.stop()
  if (!isDrained) return
  // Closing the connections published their wills.
  await pipeline.close()
  await sessionWriter.flush()
  await jobs.stop()
  await store.db.close()
}

/** What there is before anybody may come in: the store, and what is kept in memory of it. */
async function openDomain(config: Config, { log, onFatal, markSynthetic }: StartOptions, secretKey: Buffer) {
  const store = await openStore(
    { databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, plain: config.STORE_PLAIN },
    log,
    (error, isFatal) => {
      log.error({ err: error }, 'a connection to the database failed')
      if (isFatal) onFatal(error)
    },
  )
  const { db } = store
  if (store.flavour === 'timescale')
    await setPolicies(db, { retentionDays: config.RETENTION_DAYS, lateDays: config.LATE_DAYS })
  const registry = await Registry.load(db)
  await registry.applyMoves(microsNow())
  const wasSynthetic = (await settings(db, ['synthetic'])).get('synthetic') === true
  if (markSynthetic && !wasSynthetic) {
    if (registry.devices().next().done !== true)
      throw new StartError(
        `the database of DATA_DIR ${config.DATA_DIR} holds real devices: simulated data must not be mixed in; set another DATA_DIR for the demo`,
      )
    await putSetting(db, 'synthetic', true)
  }
  const isSynthetic = wasSynthetic || markSynthetic === true
  const credentials = await Credentials.load(db, registry, secretKey)
  const newAdminToken = await ensureAdminToken(credentials, config.ADMIN_TOKEN)
  const twins = new Twins(registry)
  await twins.start(db)
  await insertPlatformStart(db, microsNow())
  const locator = new AreaLocator(await listAreas(db, localDate(microsNow()), 'commune', true))
  return { store, registry, credentials, twins, locator, isSynthetic, newAdminToken }
}

/** Puts the entities whose move has come into their new area. */
async function applyMoves(
  { registry, twins }: Pick<Awaited<ReturnType<typeof openDomain>>, 'registry' | 'twins'>,
  log: Log,
): Promise<void> {
  try {
    for (const entity of await registry.applyMoves(microsNow())) twins.entityChanged(entity)
  } catch (error) {
    log.warn({ err: error }, 'dated moves were not applied; they are tried again')
  }
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

async function retainedStatuses({ db }: Store): Promise<{ topic: string; payload: Buffer }[]> {
  const statuses = await listDeviceStatuses(db)
  return statuses
    .filter(({ payload }) => payload.length > 0)
    .map(({ device, payload }) => ({ topic: `devices/${device}/status`, payload: Buffer.from(payload) }))
}

function builtDashboard(): string | null {
  const folder = fileURLToPath(new URL('./dashboard/dist', import.meta.url))
  return existsSync(`${folder}/index.html`) ? folder : null
}

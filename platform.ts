import { existsSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildApp } from './api/app.ts'
import { acceptWebSockets } from './api/mqtt-websocket.ts'
import { type Broker, startBroker } from './broker/broker.ts'
import type { Config } from './config.ts'
import type { Log, SessionEvent } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import { within } from './core/within.ts'
import { type Domain, openDomain } from './domain.ts'
import type { Pipeline } from './ingest/pipeline.ts'
import { buildIngest } from './platform-ingest.ts'
import { brokerSettings, MEBIBYTE, PAYLOAD_BYTES_MAX, readTls } from './platform-settings.ts'
import { buildUpstreams, connectUpstreams } from './platform-upstreams.ts'
import type { Credentials } from './store/credentials.ts'
import { DbError } from './store/db.ts'
import { dispositionOf } from './store/db-errors.ts'
import { startJobs } from './store/jobs.ts'
import type { Registry } from './store/registry.ts'
import { listRemembered } from './store/remembered.ts'
import { readSecretKey } from './store/secret-key.ts'
import { SessionWriter } from './store/session-writer.ts'
import { listDeviceStatuses } from './store/sessions.ts'
import type { Store } from './store/store.ts'
import { createMetrics } from './telemetry/metrics.ts'
import type { Upstreams } from './upstream/upstreams.ts'

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
const CLOSE_MS = 1000
/** How often moves that were dated ahead are looked for. */
const MOVES_MS = 600_000
/** How often a database that was not there at the start is looked for. */
const CATCH_UP_MS = 1000

/** Builds every part, in the order in which they need each other, and starts them. */
export async function startPlatform(config: Config, options: StartOptions): Promise<Platform> {
  const { log } = options
  const secretKey = readSecretKey(config.SECRET_KEY_FILE, config.DATA_DIR)
  const tls = readTls(config)
  const domain = await openDomain(config, options, secretKey)
  const { store, registry, credentials, twins, isSynthetic } = domain
  const sessionWriter = new SessionWriter(store.db, log)
  const spoolState = () => pipeline.spooling?.state ?? null
  const metrics = createMetrics({
    pendingBytes: () => pipeline.pendingBytes,
    sessions: () => broker.sessions(),
    spool: spoolState,
    upstreams: () => upstreams.counts(),
  })
  const onSession = (event: SessionEvent) => {
    sessionWriter.add(event)
    twins.sessionChanged(event.device, event.kind)
  }
  const ingest = buildIngest(config, domain, {
    log,
    metrics,
    onFatal: options.onFatal,
    onSession,
    onAnswer: (device, topic, payload) => broker.send(device, topic, payload),
  })
  const pipeline: Pipeline = ingest.pipeline
  const upstreams = buildUpstreams(ingest, log)
  if (store.absence) await workFromSpool(domain, pipeline)
  else pipeline.recall(await listRemembered(store.db))
  const broker: Broker = await startBroker(brokerSettings(config, tls), {
    take: pipeline.take,
    isFull: pipeline.isFull,
    gatekeeper: credentials,
    rights: ingest.rights,
    twins,
    metrics,
    log,
    retained: store.absence ? [] : await retainedStatuses(store),
    onSession,
  })
  let isStopping = false
  const app = await buildApp({
    ...domain,
    ...ingest,
    ingest: pipeline.ingest,
    upstreams,
    isFull: () => isStopping || pipeline.isFull(),
    spool: spoolState,
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
  const upkeep = new Upkeep(config, domain, log)
  const beginning = { broker, pipeline, upstreams, upkeep, secretKey }
  await (store.absence ? void catchUp(options, domain, beginning) : begin(domain, beginning))
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
      return stopParts({ ...ingest, broker, upstreams, app, sessionWriter, upkeep, domain, log })
    },
  }
}

/** Until the database is back the spool takes everything, and says what the twins show. */
async function workFromSpool({ twins }: Domain, { spooling }: Pipeline): Promise<void> {
  if (!spooling) return
  spooling.databaseIsAway()
  for await (const works of spooling.waiting())
    for (const { observations } of works) twins.observe(observations)
}

type Beginning = Pick<Running, 'upstreams' | 'upkeep'> & { readonly secretKey: Uint8Array }

/** What needs the database, and nobody outside waits for. */
async function begin({ store }: Domain, { upkeep, upstreams, secretKey }: Beginning): Promise<void> {
  // First what can be done again, should the database go away in between.
  await connectUpstreams(store.db, secretKey, upstreams)
  await upkeep.start()
}

/** Does what the start could not, once the database is there; what an operator must mend ends the process, as at a start. */
async function catchUp(
  { log, onFatal }: StartOptions,
  domain: Domain,
  running: Beginning & Pick<Running, 'broker' | 'pipeline'>,
): Promise<void> {
  for (let isNews = true; ; isNews = false) {
    try {
      await domain.catchUp()
      running.pipeline.recall(await listRemembered(domain.store.db))
      await running.broker.offer(await retainedStatuses(domain.store))
      await begin(domain, running)
      return log.info({}, 'the database is there, and what it holds was read')
    } catch (error) {
      if (!(error instanceof DbError) || dispositionOf(error) !== 'retry') return onFatal(error)
      log[isNews ? 'warn' : 'debug']({ err: error }, 'the database is not there yet')
      await delay(CATCH_UP_MS, undefined, { ref: false })
    }
  }
}

/** The store's jobs and the dated moves; they begin once the database is there. */
class Upkeep {
  readonly #config: Config
  readonly #domain: Domain
  readonly #log: Log
  #moves: NodeJS.Timeout | null = null
  #jobs: { stop(): Promise<void> } | null = null
  #isStopped = false

  constructor(config: Config, domain: Domain, log: Log) {
    this.#config = config
    this.#domain = domain
    this.#log = log
  }

  async start(): Promise<void> {
    if (this.#isStopped) return
    const { LATE_DAYS, RETENTION_DAYS, REJECTION_DAYS, REJECTION_MEGABYTES_MAX } = this.#config
    const settings = {
      lateDays: LATE_DAYS,
      retentionDays: RETENTION_DAYS,
      rejectionDays: REJECTION_DAYS,
      rejectionBytesMax: REJECTION_MEGABYTES_MAX * MEBIBYTE,
    }
    this.#jobs = await startJobs(this.#domain.store, settings, this.#log)
    this.#moves = setInterval(() => void applyMoves(this.#domain, this.#log), MOVES_MS).unref()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#moves) clearInterval(this.#moves)
    await this.#jobs?.stop()
  }
}

interface Running {
  readonly broker: Broker
  readonly upstreams: Upstreams
  readonly pipeline: Pipeline
  readonly app: { close(): Promise<unknown> }
  readonly sessionWriter: SessionWriter
  readonly upkeep: Upkeep
  readonly domain: Domain
  readonly scripts: { close(): Promise<void> }
  readonly log: Log
}

async function stopParts({
  broker,
  upstreams,
  pipeline,
  app,
  sessionWriter,
  upkeep,
  domain,
  scripts,
  log,
}: Running): Promise<void> {
  upstreams.quiesce()
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
  await within(upstreams.close(), CLOSE_MS)
  await broker.close()
  await app.close()
  domain.twins.stop()
  if (!isDrained) return
  // Closing the connections published their wills.
  await within(pipeline.close(), CLOSE_MS)
  await within(scripts.close(), CLOSE_MS)
  // Once more, for what came while the first was under way.
  await within(
    sessionWriter.flush().then(() => sessionWriter.flush()),
    CLOSE_MS,
  )
  await within(upkeep.stop(), CLOSE_MS)
  // A database that is away does not hold the end up.
  await within(domain.store.db.close(), 3 * CLOSE_MS)
  await domain.local?.close()
}

/** Puts the entities whose move has come into their new area. */
async function applyMoves({ registry, twins }: Domain, log: Log): Promise<void> {
  try {
    for (const entity of await registry.applyMoves(microsNow())) twins.entityChanged(entity)
  } catch (error) {
    log.warn({ err: error }, 'dated moves were not applied; they are tried again')
  }
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

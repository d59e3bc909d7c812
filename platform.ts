import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { buildApp } from './api/app.ts'
import { acceptWebSockets } from './api/mqtt-websocket.ts'
import type { Broker } from './broker/broker.ts'
import type { TlsFiles } from './broker/tls-files.ts'
import type { Config } from './config.ts'
import type { Log, SessionEvent } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import { type Domain, openDomain } from './domain.ts'
import type { Pipeline } from './ingest/pipeline.ts'
import { openBroker, retainedStatuses } from './platform-broker.ts'
import { openCommands } from './platform-commands.ts'
import { buildIngest } from './platform-ingest.ts'
import { apiSettings, builtDashboard, connectionSettings, readTls } from './platform-settings.ts'
import { type Running, stopParts } from './platform-stop.ts'
import { openTelemetry } from './platform-telemetry.ts'
import { Upkeep } from './platform-upkeep.ts'
import { buildUpstreams, connectUpstreams } from './platform-upstreams.ts'
import { openSecurity } from './security.ts'
import { recordStart } from './start-record.ts'
import { Audit } from './store/audit-writer.ts'
import { DbError } from './store/db.ts'
import { dispositionOf } from './store/db-errors.ts'
import { listRemembered } from './store/remembered.ts'
import { readSecretKey } from './store/secret-key.ts'
import { SessionWriter } from './store/session-writer.ts'

export interface Platform
  extends Pick<Domain, 'store' | 'credentials' | 'registry' | 'isSynthetic' | 'newAdminToken'> {
  readonly httpUrl: string
  readonly mqttPort: number
  readonly mqttsPort: number | null
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

/** How often a database that was not there at the start is looked for. */
const CATCH_UP_MS = 1000

/** Builds every part, in the order in which they need each other, and starts them. */
export async function startPlatform(config: Config, options: StartOptions): Promise<Platform> {
  const { log } = options
  const startedAt = microsNow()
  const secretKey = readSecretKey(config.SECRET_KEY_FILE, config.DATA_DIR)
  const tls = readTls(config, log)
  const domain = await openDomain(config, options, secretKey)
  const { store, twins } = domain
  const sessionWriter = new SessionWriter(store.db, log)
  const audit = new Audit(store.db, log)
  recordStart(audit, domain, startedAt)
  const spoolState = () => pipeline.spooling?.state ?? null
  const telemetry = openTelemetry(config, {
    pipeline: () => pipeline,
    rulesWaiting: () => security.rulesWaiting(),
    sessions: () => broker.sessions(),
    spool: spoolState,
    upstreams: () => upstreams.counts(),
  })
  const { metrics, vitals } = telemetry
  const security = openSecurity(config, domain, { log, metrics, secretKey })
  const onSession = (event: SessionEvent) => {
    sessionWriter.add(event)
    twins.sessionChanged(event.device, event.kind)
  }
  const commands = openCommands(domain, { log, metrics, broker: () => broker })
  const ingest = buildIngest(config, domain, {
    log,
    metrics,
    onFatal: options.onFatal,
    onObserved: security.observed,
    onAnswered: commands.answered,
    onSession,
    onAnswer: (device, topic, payload) => broker.send(device, topic, payload),
  })
  const pipeline: Pipeline = ingest.pipeline
  const upstreams = buildUpstreams(ingest, log)
  if (store.absence) await workFromSpool(domain, pipeline)
  else pipeline.recall(await listRemembered(store.db))
  const needs = { domain, ingest, security, metrics, tls, log, onSession, onListening: commands.listening }
  const broker: Broker = await openBroker(config, needs)
  telemetry.start()
  let isStopping = false
  const app = await buildApp({
    ...domain,
    ...ingest,
    ...security.parts,
    ingest: pipeline.ingest,
    upstreams,
    isFull: () => isStopping || pipeline.isFull(),
    spool: spoolState,
    metrics: metrics.expose,
    vitals,
    disconnect: broker.disconnect,
    commands,
    hears: broker.hears,
    audit,
    log,
    ...apiSettings(config, tls),
    secretKey,
    connection: connectionSettings(config, broker.ports),
    dashboardDir: builtDashboard(),
  })
  const port = await listen(app, config, { broker, tls, log })
  const upkeep = new Upkeep(config, { domain, security, commands, log })
  const beginning = { broker, pipeline, upstreams, upkeep, secretKey }
  await (store.absence ? void catchUp(options, domain, beginning) : begin(domain, beginning))
  return {
    httpUrl: `${tls ? 'https' : 'http'}://${config.HTTP_HOST}:${port}`,
    mqttPort: broker.ports.mqtt,
    mqttsPort: broker.ports.mqtts,
    ...domain,
    stop() {
      isStopping = true
      for (const part of [telemetry, tls]) part?.stop()
      return stopParts({ ...ingest, broker, upstreams, app, sessionWriter, audit, upkeep, domain, log })
    },
  }
}

/** Opens the HTTP port, with MQTT over WebSocket on it, and begins to look at the TLS files; gives the port. */
async function listen(
  app: Awaited<ReturnType<typeof buildApp>>,
  config: Config,
  { broker, tls, log }: { broker: Broker; tls: TlsFiles | null; log: Log },
): Promise<number> {
  const server = app.server as HttpServer
  server.on('error', (error) => log.error({ err: error }, 'the HTTP listener has a fault'))
  tls?.onChange(({ cert, key }) => (server as HttpsServer).setSecureContext({ cert, key }))
  await tls?.watch()
  acceptWebSockets(server, config.MQTT_WS_PATH, config.MQTT_WS_ORIGINS, broker.accept)
  await app.listen({ host: config.HTTP_HOST, port: config.HTTP_PORT })
  return (server.address() as AddressInfo).port
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

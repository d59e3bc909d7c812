import { type Broker, startBroker } from './broker/broker.ts'
import type { TlsFiles } from './broker/tls-files.ts'
import type { Config } from './config.ts'
import type { BrokerMetrics, Log, SessionEvent } from './core/ports.ts'
import type { Domain } from './domain.ts'
import type { IngestParts } from './platform-ingest.ts'
import { brokerSettings } from './platform-settings.ts'
import type { Security } from './security.ts'
import { listDeviceStatuses } from './store/sessions.ts'
import type { Store } from './store/store.ts'

interface BrokerNeeds {
  readonly domain: Domain
  readonly ingest: IngestParts
  readonly security: Security
  readonly metrics: BrokerMetrics
  readonly tls: TlsFiles | null
  readonly log: Log
  onSession(event: SessionEvent): void
  onListening(device: string): void
}

/** Opens the MQTT ports, with the statuses that devices left. */
export async function openBroker(
  config: Config,
  { domain, ingest, security, metrics, tls, log, onSession, onListening }: BrokerNeeds,
): Promise<Broker> {
  const { store, credentials, twins } = domain
  const { pipeline, rights } = ingest
  return startBroker(brokerSettings(config, tls), {
    take: pipeline.take,
    isFull: pipeline.isFull,
    gatekeeper: credentials,
    rights,
    twins,
    ...security.parts,
    metrics,
    log,
    onListening,
    retained: store.absence ? [] : await retainedStatuses(store),
    onSession(event) {
      onSession(event)
      security.sessionChanged(event)
    },
  })
}

/** What the devices said of themselves last. */
export async function retainedStatuses({ db }: Store): Promise<{ topic: string; payload: Buffer }[]> {
  const statuses = await listDeviceStatuses(db)
  return statuses
    .filter(({ payload }) => payload.length > 0)
    .map(({ device, payload }) => ({ topic: `devices/${device}/status`, payload: Buffer.from(payload) }))
}

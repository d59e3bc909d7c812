import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { BrokerSettings } from './broker/broker.ts'
import type { Config } from './config.ts'
import type { PipelineSettings } from './ingest/pipeline.ts'
import { oidcOf } from './oidc-settings.ts'
import { StartError } from './store/start-error.ts'

const BATCH = { rowsMax: 5000, ageMsMax: 3, rowsEnough: 500, commitsMax: 2 }
const PAYLOAD_BYTES_MAX = 256 * 1024
const TOPIC_LEVELS_MAX = 16
export const MEBIBYTE = 1_048_576

interface Tls {
  readonly cert: Buffer
  readonly key: Buffer
}

/** The certificate and its key; null: no TLS. Throws StartError for what cannot be read or used. */
export function readTls({ TLS_CERT_FILE, TLS_KEY_FILE }: Config): Tls | null {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return null
  const tls = {
    cert: readOrRefuse('TLS_CERT_FILE', TLS_CERT_FILE),
    key: readOrRefuse('TLS_KEY_FILE', TLS_KEY_FILE),
  }
  try {
    createSecureContext(tls)
  } catch (error) {
    throw new StartError(
      `TLS_CERT_FILE and TLS_KEY_FILE are no PEM, or do not go together: ${(error as Error).message}`,
    )
  }
  return tls
}

function readOrRefuse(setting: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new StartError(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

export const pipelineSettings = (config: Config): PipelineSettings => ({
  retentionDays: config.RETENTION_DAYS,
  lateDays: config.LATE_DAYS,
  pendingBytesMax: config.PENDING_MEGABYTES_MAX * MEBIBYTE,
  batch: BATCH,
  spoolAfterMs: config.SPOOL_AFTER_MS,
})

export const apiSettings = (config: Config, tls: Tls | null) => ({
  retentionDays: config.RETENTION_DAYS,
  payloadBytesMax: PAYLOAD_BYTES_MAX,
  tls,
  oidc: oidcOf(config),
  trustedProxies: config.TRUSTED_PROXIES ?? null,
})

export function brokerSettings(config: Config, tls: Tls | null): BrokerSettings {
  const clientCa = config.TLS_CLIENT_CA_FILE
  const clientAuth = clientCa
    ? { ca: readOrRefuse('TLS_CLIENT_CA_FILE', clientCa), requestCert: true, rejectUnauthorized: true }
    : {}
  return {
    host: config.MQTT_HOST,
    port: config.MQTT_PORT,
    tls: tls && { port: config.MQTTS_PORT, options: { ...tls, ...clientAuth } },
    connectionsMax: config.MQTT_CONNECTIONS_MAX,
    keepaliveSecondsMax: config.MQTT_KEEPALIVE_SECONDS_MAX,
    payloadBytesMax: PAYLOAD_BYTES_MAX,
    topicLevelsMax: TOPIC_LEVELS_MAX,
  }
}

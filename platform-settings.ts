import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ConnectionSettings } from './api/snippets/connection.ts'
import type { BrokerSettings } from './broker/broker.ts'
import type { GateSettings } from './broker/gate.ts'
import { readTlsFiles, TlsFiles } from './broker/tls-files.ts'
import type { Config } from './config.ts'
import { readAddresses } from './core/address.ts'
import type { Log } from './core/ports.ts'
import type { PipelineSettings } from './ingest/pipeline.ts'
import { oidcOf } from './oidc-settings.ts'
import { StartError } from './store/start-error.ts'

const BATCH = { rowsMax: 5000, ageMsMax: 3, rowsEnough: 500, commitsMax: 2 }
export const PAYLOAD_BYTES_MAX = 256 * 1024
const TOPIC_LEVELS_MAX = 16
export const MEBIBYTE = 1_048_576

/** The TLS files, whole; null: no TLS. Throws StartError for what cannot be read or used. */
export function readTls(config: Config, log: Log): TlsFiles | null {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE, TLS_CLIENT_CRL_FILE } = config
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return null
  const paths = {
    cert: TLS_CERT_FILE,
    key: TLS_KEY_FILE,
    clientCa: TLS_CLIENT_CA_FILE ?? null,
    crl: TLS_CLIENT_CRL_FILE ?? null,
  }
  try {
    return new TlsFiles(paths, readTlsFiles(paths), log)
  } catch (error) {
    throw new StartError((error as Error).message)
  }
}

/** Where devices reach the platform, for what it tells people to paste. */
export const connectionSettings = (
  config: Config,
  ports: { readonly mqtt: number; readonly mqtts: number | null },
): ConnectionSettings => ({
  publicHost: config.PUBLIC_HOST ?? null,
  mqttHost: config.MQTT_HOST,
  mqttPort: ports.mqtt,
  mqttsPort: ports.mqtts,
  webSocketPath: config.MQTT_WS_PATH,
  needsCertificate: config.TLS_CLIENT_CA_FILE !== undefined && config.TLS_CLIENT_AUTH === 'required',
})

export const pipelineSettings = (config: Config): PipelineSettings => ({
  retentionDays: config.RETENTION_DAYS,
  lateDays: config.LATE_DAYS,
  pendingBytesMax: config.PENDING_MEGABYTES_MAX * MEBIBYTE,
  batch: BATCH,
  spoolAfterMs: config.SPOOL_AFTER_MS,
})

export const gateSettings = (config: Config): GateSettings => ({
  addressConnectionsMax: config.MQTT_ADDRESS_CONNECTIONS_MAX,
  addressConnectsPerSecondMax: config.MQTT_ADDRESS_CONNECTS_PER_SECOND_MAX,
  deviceMessagesPerSecondMax: config.MQTT_DEVICE_MESSAGES_PER_SECOND_MAX,
  isShared: readAddresses(config.SHARED_ADDRESSES) ?? (() => false),
})

export const brokerSettings = (config: Config, files: TlsFiles | null): BrokerSettings => ({
  host: config.MQTT_HOST,
  port: config.MQTT_PORT,
  tls: files && { port: config.MQTTS_PORT, files, clientAuth: config.TLS_CLIENT_AUTH },
  connectionsMax: config.MQTT_CONNECTIONS_MAX,
  keepaliveSecondsMax: config.MQTT_KEEPALIVE_SECONDS_MAX,
  payloadBytesMax: PAYLOAD_BYTES_MAX,
  topicLevelsMax: TOPIC_LEVELS_MAX,
})

export const apiSettings = (config: Config, files: TlsFiles | null) => ({
  retentionDays: config.RETENTION_DAYS,
  payloadBytesMax: PAYLOAD_BYTES_MAX,
  tls: files?.material ?? null,
  oidc: oidcOf(config),
  trustedProxies: config.TRUSTED_PROXIES ?? null,
  docsDir: fileURLToPath(new URL('./docs', import.meta.url)),
  publication: {
    licence: config.DATA_LICENCE ?? null,
    publisher: { nameVi: config.DATA_PUBLISHER, nameEn: config.DATA_PUBLISHER },
  },
})

/** Where the built pages are; null: none were built. */
export function builtDashboard(): string | null {
  const folder = fileURLToPath(new URL('./dashboard/dist', import.meta.url))
  return existsSync(`${folder}/index.html`) ? folder : null
}

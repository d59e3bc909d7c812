import { createServer as createTcpServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { Aedes, type Client } from 'aedes'
import type {
  BrokerMetrics,
  Gatekeeper,
  Log,
  SessionEvent,
  Take,
  TopicRights,
  TwinFeed,
} from '../core/ports.ts'
import { isInFilter } from '../core/topic.ts'
import { authenticator } from './authenticate.ts'
import { authorizeForward, authorizePublish, authorizeSubscribe } from './authorize.ts'
import { ConnectionDoor } from './connection-door.ts'
import { HeldClients } from './held-clients.ts'
import { Listened } from './listened.ts'
import { SessionEpochs } from './session-epochs.ts'
import { SessionLog } from './session-log.ts'
import { boundSessionStore } from './session-store.ts'
import { cuttingOffSlowReaders } from './slow-readers.ts'
import { publishTwins } from './twin-publisher.ts'

export interface BrokerSettings {
  readonly host: string
  readonly port: number
  /** Null: no TLS listener. */
  readonly tls: { readonly port: number; readonly options: TlsOptions } | null
  readonly connectionsMax: number
  /** A client that is silent for 1.5 times this is cut off, whatever keep-alive it asked for. */
  readonly keepaliveSecondsMax: number
  readonly payloadBytesMax: number
  readonly topicLevelsMax: number
}

export interface BrokerParts {
  readonly gatekeeper: Gatekeeper
  readonly rights: TopicRights
  readonly take: Take
  /** While true, nothing more is read from any client. */
  isFull(): boolean
  readonly twins: TwinFeed
  readonly metrics: BrokerMetrics
  readonly log: Log
  onSession(event: SessionEvent): void
  /** What is offered, retained, from before this start. */
  readonly retained: readonly { readonly topic: string; readonly payload: Buffer }[]
}

export interface Broker {
  readonly ports: { readonly mqtt: number; readonly mqtts: number | null }
  /** Takes a connection that speaks MQTT over something else, such as a WebSocket. */
  accept(connection: Duplex): void
  sessions(): number
  /** Offers more, retained, from before this start, where nothing newer is offered. */
  offer(retained: BrokerParts['retained']): Promise<void>
  /** Sends something to the sessions of one device that have subscribed to it, past all other clients. */
  send(device: string, topic: string, payload: Uint8Array): void
  /** Ends the sessions of a device, e.g. when it is retired or its secret renewed. */
  disconnect(device: string, reason: string): void
  /** No new connections, and no more bytes from those that are there. */
  quiesce(): Promise<void>
  close(): Promise<void>
}

export interface BrokerLimits {
  /** A connection on which no CONNECT came for this long is closed (MQTT 3.1.4). */
  readonly connectTimeoutMs: number
  /** A client that takes nothing of what is written to it for this long is cut off. */
  readonly stuckMsMax: number
  /** A client for which so much is written and not taken is cut off when the next message is for it. */
  readonly unreadBytesMax: number
}

export const BROKER_LIMITS: BrokerLimits = {
  connectTimeoutMs: 10_000,
  stuckMsMax: 30_000,
  unreadBytesMax: 1024 * 1024,
}

// Between the socket and the broker: so much is read ahead of a client that must wait, and not more.
const READ_AHEAD_BYTES = 16 * 1024
const QOS2_INFLIGHT_MAX = 100
const PACKETS_QUEUED_BEFORE_CONNACK_MAX = 100

export async function startBroker(
  settings: BrokerSettings,
  parts: BrokerParts,
  limits: BrokerLimits = BROKER_LIMITS,
): Promise<Broker> {
  const sessions = new SessionLog(parts.onSession)
  const epochs = new SessionEpochs()
  const listened = new Listened()
  const held = new HeldClients()
  const aedes = await Aedes.createBroker({
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.stuckMsMax,
    // No limit: a message counts as under way until its slowest reader has taken it. At a limit aedes would hold the QoS 2
    // handshakes of all devices for one such reader, and queue what else comes without bound.
    concurrency: 0,
    maxInflightInbound: QOS2_INFLIGHT_MAX,
    queueLimit: PACKETS_QUEUED_BEFORE_CONNACK_MAX,
    maxTopicLevels: settings.topicLevelsMax,
    authenticate: authenticator(parts, sessions, settings.connectionsMax),
    authorizePublish: authorizePublish(parts, sessions, epochs, held),
    authorizeSubscribe: authorizeSubscribe(parts.rights, sessions, listened),
    authorizeForward: cuttingOffSlowReaders(
      authorizeForward(parts.rights, sessions),
      sessions,
      limits.unreadBytesMax,
    ),
  })
  boundSessionStore(aedes, sessions, parts.rights, parts.log)
  parts.gatekeeper.onRevoked((token) => {
    for (const client of sessions.clientsOf({ kind: 'token', token }))
      sessions.end(client, 'the token was revoked')
  })
  watchSessions(aedes, sessions, parts.log)
  const stopTwins = publishTwins(aedes, parts.twins, sessions)
  const offer = (retained: BrokerParts['retained']) => offerRetained(aedes, retained)
  await offer(parts.retained)
  const { take, metrics, log } = parts
  const door = new ConnectionDoor(settings, parts, {
    aedes,
    sessions,
    epochs,
    held,
    take,
    metrics,
    log,
    drainTimeoutMs: limits.stuckMsMax,
    isListenedTo: listened.has,
  })
  const accept = (connection: Duplex) => door.accept(connection)
  const servers = [createTcpServer({ highWaterMark: READ_AHEAD_BYTES, noDelay: true }, accept)]
  if (settings.tls)
    servers.push(createTlsServer({ highWaterMark: READ_AHEAD_BYTES, ...settings.tls.options }, accept))
  // Out of file descriptors, for one: the listener says so and goes on. Without a handler the process would end.
  for (const server of servers)
    server.on('error', (error) => parts.log.error({ err: error }, 'an MQTT listener has a fault'))
  const [mqtt = 0, mqtts = null] = await Promise.all(
    servers.map((server, i) =>
      listen(server, settings.host, i === 0 ? settings.port : (settings.tls?.port ?? 0)),
    ),
  )
  return {
    ports: { mqtt, mqtts },
    accept,
    offer,
    send: (device, topic, payload) => sendTo(sessions, device, topic, payload),
    sessions: () => sessions.size,
    disconnect(device, reason) {
      for (const client of sessions.clientsOf({ kind: 'device', device })) sessions.end(client, reason)
    },
    async quiesce() {
      door.hold()
      for (const server of servers) server.close()
    },
    async close() {
      stopTwins()
      await door.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

function watchSessions(aedes: Aedes, sessions: SessionLog, log: Log): void {
  aedes.on('clientReady', (client) => sessions.begin(client))
  aedes.on('clientDisconnect', (client) => sessions.ended(client))
  aedes.on('keepaliveTimeout', (client) => sessions.because(client, 'keep-alive ran out'))
  aedes.on('clientError', (client, error) => {
    sessions.because(client, error.message)
    log.debug({ client: client.id, reason: error.message }, 'MQTT client ended with an error')
  })
  aedes.on('connectionError', (_client: Client, error) =>
    log.debug({ reason: error.message }, 'MQTT connection ended before it was accepted'),
  )
}

async function offerRetained(aedes: Aedes, retained: BrokerParts['retained']): Promise<void> {
  const { persistence } = aedes as unknown as {
    persistence: { createRetainedStream(filter: string): AsyncIterable<{ topic: string }> }
  }
  const newer = new Set<string>()
  if (retained.length > 0)
    for await (const { topic } of persistence.createRetainedStream('#')) newer.add(topic)
  for (const { topic, payload } of retained.filter(({ topic }) => !newer.has(topic)))
    await new Promise<void>((resolve) =>
      aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: true, dup: false }, () => resolve()),
    )
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** Past the router: what is published on a native topic would reach whoever else has subscribed to it. */
function sendTo(sessions: SessionLog, device: string, topic: string, payload: Uint8Array): void {
  for (const client of sessions.clientsOf({ kind: 'device', device })) {
    const { subscriptions } = client as Client & { readonly subscriptions: object }
    if (!Object.keys(subscriptions).some((filter) => isInFilter(topic, filter))) continue
    const packet = {
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 0,
      retain: false,
      dup: false,
    } as const
    client.publish(packet, () => {})
  }
}

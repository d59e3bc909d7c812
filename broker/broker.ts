import type { Duplex } from 'node:stream'
import { Aedes, type Client } from 'aedes'
import type {
  AlarmFeed,
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
import { deliver, hears, watchListening } from './commands.ts'
import { ConnectionDoor } from './connection-door.ts'
import type { Gate } from './gate.ts'
import { Guests } from './guests.ts'
import { HeldClients } from './held-clients.ts'
import { Listened } from './listened.ts'
import { openListeners } from './listeners.ts'
import { SessionEpochs } from './session-epochs.ts'
import { SessionLog } from './session-log.ts'
import { boundSessionStore } from './session-store.ts'
import { cuttingOffSlowReaders } from './slow-readers.ts'
import { alarmStates, publishStates, twinStates } from './state-publisher.ts'
import type { TlsFiles } from './tls-files.ts'

export interface BrokerSettings {
  readonly host: string
  readonly port: number
  /** Null: no TLS listener. */
  readonly tls: {
    readonly port: number
    readonly files: TlsFiles
    readonly clientAuth: 'required' | 'optional'
  } | null
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
  readonly alarms: AlarmFeed
  readonly gate: Gate
  readonly metrics: BrokerMetrics
  readonly log: Log
  onSession(event: SessionEvent): void
  /** A session of the device begins to hear its commands. */
  onListening(device: string): void
  /** What is offered, retained, from before this start. */
  readonly retained: readonly { readonly topic: string; readonly payload: Buffer }[]
}

export interface Broker {
  readonly ports: { readonly mqtt: number; readonly mqtts: number | null }
  /** Takes a connection that speaks MQTT over a WebSocket, from this address. */
  accept(connection: Duplex, address?: string): void
  sessions(): number
  /** Offers more, retained, from before this start, where nothing newer is offered. */
  offer(retained: BrokerParts['retained']): Promise<void>
  /** Sends something to the sessions of one device that have subscribed to it, past all other clients. */
  send(device: string, topic: string, payload: Uint8Array): void
  /** Whether a command on this topic would reach the device now. */
  hears(device: string, topic: string): boolean
  /** Sends a command, once; false: no session of the device hears it. */
  deliver(device: string, topic: string, payload: Uint8Array): boolean
  /** Ends the sessions of a device, e.g. when it is retired or its secret renewed. */
  disconnect(device: string, reason: string): void
  /** No new connections, and no more bytes from those that are there. */
  quiesce(): Promise<void>
  close(): Promise<void>
}

export interface BrokerLimits {
  /** A connection on which no CONNECT, or no TLS handshake, came for this long is closed (MQTT 3.1.4). */
  readonly connectTimeoutMs: number
  /** A packet has this long, and the time it takes at half a kilobyte a second, to come whole. */
  readonly packetMsMax: number
  /** A client that takes nothing of what is written to it for this long is cut off. */
  readonly stuckMsMax: number
  /** A client for which so much is written and not taken is cut off when the next message is for it. */
  readonly unreadBytesMax: number
}

export const BROKER_LIMITS: BrokerLimits = {
  connectTimeoutMs: 10_000,
  packetMsMax: 30_000,
  stuckMsMax: 30_000,
  unreadBytesMax: 1024 * 1024,
}

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
  const { gate } = parts
  const guests = new Guests(gate, sessions)
  const aedes = await Aedes.createBroker({
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.stuckMsMax,
    // No limit: a message counts as under way until its slowest reader has taken it. At a limit aedes would hold the QoS 2
    // handshakes of all devices for one such reader, and queue what else comes without bound.
    concurrency: 0,
    maxInflightInbound: QOS2_INFLIGHT_MAX,
    queueLimit: PACKETS_QUEUED_BEFORE_CONNACK_MAX,
    maxTopicLevels: settings.topicLevelsMax,
    authenticate: authenticator(parts, sessions, guests, settings.connectionsMax),
    authorizePublish: authorizePublish(parts, sessions, epochs, held, guests),
    authorizeSubscribe: authorizeSubscribe(parts.rights, sessions, listened, guests),
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
  watchListening(aedes, sessions, parts.onListening)
  watchSessions(aedes, sessions, guests, parts.log, limits.connectTimeoutMs)
  const stops = [
    publishStates(aedes, twinStates(parts.twins), sessions),
    publishStates(aedes, alarmStates(parts.alarms), sessions),
  ]
  const offer = (retained: BrokerParts['retained']) => offerRetained(aedes, retained)
  await offer(parts.retained)
  const { take, metrics, log } = parts
  const door = new ConnectionDoor(settings, parts, {
    aedes,
    sessions,
    epochs,
    held,
    guests,
    take,
    metrics,
    log,
    drainTimeoutMs: limits.stuckMsMax,
    packetMsMax: limits.packetMsMax,
    isListenedTo: listened.has,
  })
  const listeners = await openListeners(settings, limits.connectTimeoutMs, parts, door)
  stops.push(listeners.stop)
  return {
    ports: listeners.ports,
    accept: (connection, address) => door.come(connection, address, 'ws'),
    offer,
    send: (device, topic, payload) => sendTo(sessions, device, topic, payload),
    hears: (device, topic) => hears(sessions, device, topic),
    deliver: (device, topic, payload) => deliver(sessions, device, topic, payload),
    sessions: () => sessions.size,
    disconnect(device, reason) {
      for (const client of sessions.clientsOf({ kind: 'device', device })) sessions.end(client, reason)
    },
    async quiesce() {
      door.hold()
      listeners.close()
    },
    async close() {
      for (const stop of stops) stop()
      await door.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    },
  }
}

function watchSessions(
  aedes: Aedes,
  sessions: SessionLog,
  guests: Guests,
  log: Log,
  connectTimeoutMs: number,
): void {
  aedes.on('clientReady', (client) => sessions.begin(client, guests.of(client.conn as Duplex).address))
  aedes.on('clientDisconnect', (client) => sessions.ended(client))
  aedes.on('keepaliveTimeout', (client) => sessions.because(client, 'keep-alive ran out'))
  aedes.on('clientError', (client, error) => {
    sessions.because(client, error.message)
    log.debug({ client: client.id, reason: error.message }, 'MQTT client ended with an error')
  })
  aedes.on('connectionError', (client: Client, error) => {
    log.debug({ reason: error.message }, 'MQTT connection ended before it was accepted')
    if (guests.ageMs(client.conn as Duplex) >= connectTimeoutMs)
      guests.refused(client, 'connect_timeout', { clientId: '' })
  })
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

import { expect, onTestFinished } from 'vitest'
import {
  BROKER_LIMITS,
  type Broker,
  type BrokerLimits,
  type BrokerParts,
  startBroker,
} from '../../broker/broker.ts'
import { Gate, type GateSettings } from '../../broker/gate.ts'
import type { TlsFiles } from '../../broker/tls-files.ts'
import type { Message, Outcome } from '../../core/message.ts'
import type { Gatekeeper, Log, SessionEvent } from '../../core/ports.ts'
import { mayPublish, maySubscribe } from '../../core/topic.ts'
import { until } from '../support/until.ts'
import { type Connect, connack, connect } from './packets.ts'
import { openRaw, type RawClient } from './raw-client.ts'

const NOTHING: Outcome = { stored: 0, duplicate: 0, rejections: [] }
const DEVICES: ReadonlySet<string> = new Set(['wm-1', 'wm-2', 'wm-3'])

/** Devices and tokens whose password is `right`; `imei-1` is registered as the client id of wm-1. */
const gatekeeper: Gatekeeper = {
  async principalOf(username, password) {
    if (username === 'broken') throw new Error('the registry is away')
    if (password !== 'right') return null
    if (username === 'token') return { kind: 'token', token: 't-1', role: 'operator' }
    return DEVICES.has(username) ? { kind: 'device', device: username } : null
  },
  ownsClientId: (device, clientId) =>
    clientId === device || clientId.startsWith(`${device}:`) || (device === 'wm-1' && clientId === 'imei-1'),
  choosesClientId: (device) => device === 'wm-3',
  isReservedClientId: (clientId) => DEVICES.has(clientId.split(':')[0] ?? '') || clientId === 'imei-1',
  onRevoked: () => {},
}

/** Ingest that takes a message when the test says so: at once while `isHolding` is false. */
class Inlet {
  readonly messages: Message[] = []
  isHolding = false
  isFull = false
  /** How often somebody asked whether there is room. */
  asked = 0
  readonly #waiting: { resolve(): void; reject(error: Error): void }[] = []

  ingest = (message: Message): Promise<Outcome> => {
    this.messages.push(message)
    if (!this.isHolding) return Promise.resolve(NOTHING)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: () => resolve(NOTHING), reject })
    })
  }

  /** The message with this number, counted from 1, once it is here. */
  async message(nth: number): Promise<Message> {
    return until(`message ${nth}`, () => this.messages[nth - 1])
  }

  /** Commits the oldest message that waits. */
  release(): void {
    this.#waiting.shift()?.resolve()
  }

  /** Commits the newest message that waits. */
  releaseLast(): void {
    this.#waiting.pop()?.resolve()
  }

  fail(): void {
    this.#waiting.shift()?.reject(new Error('the database is gone'))
  }
}

interface Logged {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface BrokerUnderTest {
  readonly broker: Broker
  readonly port: number
  readonly inlet: Inlet
  readonly sessions: SessionEvent[]
  /** Devices whose sessions began to hear their commands. */
  readonly listening: string[]
  readonly log: Logged[]
  readonly refused: string[]
  readonly gate: Gate
  readonly twins: Map<string, string>
  /** What is sent of an alarm; one that has an empty last payload is cleared. */
  readonly alarms: Map<string, readonly string[]>
  readonly counts: { acknowledged: number }
  /** Tells the broker that an entity's state changed. */
  twinChanged(entity: string): void
  alarmChanged(alarm: string): void
  /** A connection on which nothing was sent yet. */
  open(): Promise<RawClient>
  /** A device that was let in. */
  device(id?: string, more?: Connect): Promise<RawClient>
  /** Resolves when the broker has served a fresh client from beginning to end: so it is alive, and what was sent before
   *  has had its turn. */
  roundTrip(): Promise<void>
}

/** The real broker on a free port, with in-test parts behind it; closed with the test. */
export async function brokerUnderTest(
  retained: BrokerParts['retained'] = [],
  connectionsMax = 100,
  limits: Partial<BrokerLimits> = {},
  more: Partial<GateSettings> & { files?: TlsFiles; clientAuth?: 'required' | 'optional' } = {},
): Promise<BrokerUnderTest> {
  const inlet = new Inlet()
  const sessions: SessionEvent[] = []
  const listening: string[] = []
  const log: Logged[] = []
  const refused: string[] = []
  const twins = new Map<string, string>()
  const counts = { acknowledged: 0 }
  const alarms = new Map<string, readonly string[]>()
  const listeners = new Set<(entity: string) => void>()
  const alarmListeners = new Set<(alarm: string) => void>()
  const { files, clientAuth = 'required', ...gateSettings } = more
  const gate = new Gate(
    {
      addressConnectionsMax: 0,
      addressConnectsPerSecondMax: 0,
      deviceMessagesPerSecondMax: 0,
      isShared: () => false,
      ...gateSettings,
    },
    {
      standing: (name) => (DEVICES.has(name) ? 'in-service' : name === 'retired-1' ? 'retired' : 'unknown'),
      isGateway: () => false,
    },
    logTo(log),
  )
  const broker = await startBroker(
    {
      host: '127.0.0.1',
      port: 0,
      tls: files ? { port: 0, files, clientAuth } : null,
      connectionsMax,
      keepaliveSecondsMax: 60,
      payloadBytesMax: 256 * 1024,
      topicLevelsMax: 10,
    },
    {
      gatekeeper,
      rights: { mayPublish, maySubscribe },
      take: (message, done) =>
        void inlet.ingest(message).then(
          () => done(null),
          (error: Error) => done(error),
        ),
      isFull: () => {
        inlet.asked++
        return inlet.isFull
      },
      twins: {
        entities: () => twins.keys(),
        document: (entity) => {
          const text = twins.get(entity)
          return text === undefined ? null : Buffer.from(text)
        },
        onChange: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      alarms: {
        active: () => [...alarms].flatMap(([id, payloads]) => (payloads.at(-1) === '' ? [] : [id])),
        payloads: (id) => (alarms.get(id) ?? []).map((text) => Buffer.from(text)),
        onChange: (listener) => {
          alarmListeners.add(listener)
          return () => alarmListeners.delete(listener)
        },
      },
      gate,
      metrics: {
        acknowledged: (messages) => {
          counts.acknowledged += messages
        },
        refusedConnect: (reason) => refused.push(reason),
      },
      log: logTo(log),
      onSession: (event) => sessions.push(event),
      onListening: (device) => listening.push(device),
      retained,
    },
    { ...BROKER_LIMITS, ...limits },
  )
  onTestFinished(() => broker.close())
  const port = broker.ports.mqtt
  const device = async (id = 'wm-1', more: Connect = {}) => {
    const client = await openRaw(port)
    client.send(connect(id, more))
    expect(await client.next()).toEqual(connack(0))
    return client
  }
  const roundTrip = async () => {
    const client = await device('wm-3', { clientId: 'wm-3:check' })
    client.end()
    await client.closed
  }
  return {
    broker,
    port,
    inlet,
    sessions,
    listening,
    log,
    refused,
    gate,
    twins,
    alarms,
    counts,
    twinChanged: (entity) => {
      for (const listener of listeners) listener(entity)
    },
    alarmChanged: (alarm) => {
      for (const listener of alarmListeners) listener(alarm)
    },
    open: () => openRaw(port),
    device,
    roundTrip,
  }
}

function logTo(lines: Logged[]): Log {
  const at = (level: string) => (fields: object, text: string) => {
    lines.push({ level, fields: fields as Logged['fields'], text })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

import type { IgnoreReason, Message, Outcome } from './message.ts'
import type { RejectionCode } from './rejection-codes.ts'
import type { Micros } from './time.ts'

/** The part of a structured logger that the platform uses; pino has this shape. */
export interface Log {
  debug(fields: object, text: string): void
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** The one way in. Resolves after the commit; never rejects for bad input. */
export type Ingest = (message: Message) => Promise<Outcome>

/** The same without a promise for each message: `done` is called once, after the commit, or with the reason why the
 *  message could not be taken in. */
export type Take = (message: Message, done: (error: Error | null) => void) => void

/** Counters of the accounting rule: received = stored + duplicate + rejected. */
export interface IngestMetrics {
  message(): void
  received(values: number): void
  stored(values: number): void
  duplicate(values: number): void
  rejected(code: RejectionCode, values: number): void
  ignored(reason: IgnoreReason, values: number): void
  commit(seconds: number, rows: number): void
}

/** How the evaluation of alarm rules keeps up. */
export interface RuleMetrics {
  /** A batch was looked at, so long after its commit. */
  rulesLooked(seconds: number, readings: number): void
  /** Readings that were left out because newer ones of their series waited as well. */
  rulesSkipped(readings: number): void
}

export interface BrokerMetrics {
  acknowledged(messages: number): void
  refusedConnect(reason: string): void
}

export type SessionKind = 'connected' | 'disconnected'

/** The beginning or end of one MQTT connection of a device. */
export interface SessionEvent {
  readonly device: string
  readonly kind: SessionKind
  readonly time: Micros
  readonly reason: string
  readonly clientId: string
  /** Of a beginning: where it comes from, if that is known. */
  readonly address?: string
}

export type Principal =
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'token'; readonly token: string; readonly role: Role }

export const ROLES = ['operator', 'integrator', 'statistician', 'admin'] as const
export type Role = (typeof ROLES)[number]
export const mayReadAlarms = (role: Role): boolean => role !== 'statistician'

/** Who may connect: the registry behind the broker's authentication. */
export interface Gatekeeper {
  /** Null when the user name or password is wrong; takes the same time either way. */
  principalOf(username: string, password: string): Promise<Principal | null>
  /** Whether this device may use this client id: its own id, `<id>:<suffix>`, or the one registered for it. */
  ownsClientId(device: string, clientId: string): boolean
  /** Whether this device speaks a native format, whose clients choose their ids themselves: one that is nobody's is taken,
   *  and kept apart from all others'. */
  choosesClientId(device: string): boolean
  /** Whether a client id belongs to any device, and so to nobody else. */
  isReservedClientId(clientId: string): boolean
  /** Calls back with the id of a token that is no longer good. */
  onRevoked(listener: (token: string) => void): void
}

/** Where devices may publish and subscribe. */
export interface TopicRights {
  mayPublish(device: string, topic: string): boolean
  maySubscribe(device: string, filter: string): boolean
}

/** The live twins as the broker offers them to MQTT subscribers. */
export interface TwinFeed {
  entities(): Iterable<string>
  /** The state document as JSON bytes, or null for an entity that is not there. */
  document(entity: string): Buffer | null
  /** Calls back with the ids of entities whose state changed; returns how to stop. */
  onChange(listener: (entity: string) => void): () => void
}

/** The alarms as the broker offers them to MQTT subscribers. */
export interface AlarmFeed {
  /** Ids of those that are active. */
  active(): Iterable<string>
  /** What is to be sent of an alarm, in order: its document, and after that of a cleared one an empty payload, which takes
   *  it away (MQTT 3.1.1 §3.3.1.3). Empty: no such alarm. */
  payloads(alarm: string): readonly Buffer[]
  /** Calls back with the ids of alarms that changed; returns how to stop. */
  onChange(listener: (alarm: string) => void): () => void
}

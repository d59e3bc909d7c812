import type { Micros } from './time.ts'

export interface UpstreamTopic {
  readonly filter: string
  readonly qos: 0 | 1 | 2
}

/** A connection of ours to a broker of somebody else's, from which messages come in. */
export interface Upstream {
  readonly id: string
  /** mqtt, mqtts, ws or wss; without user and password. */
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  /** Ours alone at that broker, and always the same: what we have not acknowledged waits there under this name. */
  readonly clientId: string
  /** The gateway in whose name its messages enter. */
  readonly device: string
  readonly topics: readonly UpstreamTopic[]
  /** What becomes of messages that the broker had kept from before we subscribed. */
  readonly retained: 'ignore' | 'take'
  /** PEM: whom we trust instead of the usual authorities, and what we show of ourselves. */
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  /** What was sealed cannot be opened with the key of this platform: it must be given again. */
  readonly isUnreadable: boolean
  readonly createdAt: Micros
}

/** Why an upstream does not work, as far as an integrator can do something about it. */
export type UpstreamFaultCode =
  | 'wrong_password'
  | 'not_authorized'
  | 'client_id_refused'
  | 'broker_refused'
  | 'host_unknown'
  | 'address_not_allowed'
  | 'nothing_listens'
  | 'unreachable'
  | 'no_answer'
  | 'certificate_not_trusted'
  | 'tls_failed'
  | 'websocket_refused'
  | 'subscription_refused'
  | 'message_too_large'
  | 'secret_unreadable'
  | 'closed'
  | 'protocol_error'

export interface UpstreamFault {
  readonly code: UpstreamFaultCode
  /** In words. */
  readonly detail: string
}

export interface UpstreamState {
  readonly state: 'connecting' | 'connected' | 'failing'
  readonly fault: UpstreamFault | null
  /** Since when it has been in this state. */
  readonly since: Micros
  /** Taken in since the start. */
  readonly messages: number
  readonly lastMessageAt: Micros | null
  readonly retainedIgnored: number
  /** By filter, as the broker granted it: 128 is a refusal. */
  readonly granted: ReadonlyMap<string, number>
}

/** The connections themselves, as the API sees them. */
export interface LiveUpstreams {
  /** Begins, or begins anew with other settings. */
  put(upstream: Upstream): Promise<void>
  /** Ends it, and lets go of what waits for us at the broker. */
  remove(id: string): Promise<void>
  state(id: string): UpstreamState | undefined
  states(): Iterable<readonly [id: string, state: UpstreamState]>
}

import type { RejectionItem } from './rejection-codes.ts'
import type { Micros } from './time.ts'

/** A topic and payload as they came off the wire, with who sent them: the one thing ingest takes. */
export interface Message {
  /** The authenticated sender. */
  readonly device: string
  readonly topic: string
  readonly payload: Uint8Array
  readonly receivedAt: Micros
  /** When the message first came, for a replay: the time of readings that have none of their own. */
  readonly firstReceivedAt?: Micros
  readonly via: 'mqtt' | 'http' | 'replay'
  /** For QoS > 0: names the packet within its session, so that a redelivery keeps its first time of receipt. */
  readonly packet?: { readonly session: string; readonly id: number; readonly dup: boolean }
  /** The sender asked to keep it for later subscribers; only a device's status is. */
  readonly retain?: boolean
  /** Set by the broker when the message must be refused whole, whatever it says. */
  readonly refusal?: RejectionItem
}

/** What a codec finds in a message: nothing resolved, nothing converted. */
export interface Reading {
  readonly path: string
  readonly quantity: string
  readonly channel: string
  readonly value: number | boolean | string
  /** As the message has it; absent means the quantity's own unit. */
  readonly unit?: string
  /** Absent means the time of receipt. */
  readonly time?: Micros
}

/** What a codec gives: readings, the values it must refuse, and what it leaves out on purpose, by reason. */
export interface Decoded {
  readonly readings: readonly Reading[]
  readonly rejections: readonly RejectionItem[]
  readonly ignored: Readonly<Partial<Record<IgnoreReason, number>>>
}

/** Things that are neither stored nor refused, and why. */
export type IgnoreReason = 'null' | 'status' | 'command_reply'

export type Quality = 'good' | 'implausible' | 'estimated' | 'bad'

/** A reading placed in a series: what is stored. Either `value` or `label` is not null. */
export interface Observation {
  readonly path: string
  readonly device: string
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  readonly time: Micros
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
  readonly receivedAt: Micros
}

/** What became of a message, told only after all of it is durable. */
export interface Outcome {
  /** Newly stored; of a message that is in the spool, those that will be. */
  readonly stored: number
  readonly duplicate: number
  readonly rejections: readonly RejectionItem[]
}

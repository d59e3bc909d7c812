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
  readonly via: 'mqtt' | 'http' | 'replay' | 'upstream'
  /** For QoS > 0: names the packet within its session, so that a redelivery keeps its first time of receipt. */
  readonly packet?: { readonly session: string; readonly id: number; readonly dup: boolean }
  /** The sender asked to keep it for later subscribers; only a device's status is. */
  readonly retain?: boolean
  /** Set by the broker when the message must be refused whole, whatever it says. */
  readonly refusal?: RejectionItem
}

/** When a message came: of a replay, when it came first. */
export const firstReceiptOf = ({
  receivedAt,
  firstReceivedAt = receivedAt,
}: Pick<Message, 'receivedAt' | 'firstReceivedAt'>): Micros => firstReceivedAt

/** What a codec finds in a message: nothing resolved, nothing converted. */
export interface Reading {
  readonly path: string
  /** Whose reading it is, as the message names that device; absent means the sender's own. */
  readonly source?: string
  readonly quantity: string
  readonly channel: string
  readonly value: number | boolean | string
  /** As the message has it; absent means the quantity's own unit. */
  readonly unit?: string
  /** Absent means the time of receipt. */
  readonly time?: Micros
  /** As the message says; absent: judged by whether the value is plausible. */
  readonly quality?: 'good' | 'estimated' | 'bad'
}

/** A field that has a value and no meaning here: left out, and shown to who wires the device. */
export interface UnmappedField {
  readonly path: string
  readonly source?: string
}

/** Bytes of a device that only its own decoder can read, out of a network server's message. */
export interface Uplink {
  readonly path: string
  readonly source: string
  readonly fPort: number
  readonly bytes: Uint8Array
  readonly time?: Micros
  /** What the network server's own decoder made of the bytes, used where the platform has none. */
  readonly decoded?: unknown
}

/** What a message says of a device's being there. */
export interface Presence {
  readonly source?: string
  readonly kind: 'connected' | 'disconnected'
  readonly reason: string
}

/** What a codec gives: readings, the values it must refuse, and what it leaves out on purpose, by reason. */
export interface Decoded {
  readonly readings: readonly Reading[]
  readonly rejections: readonly RejectionItem[]
  readonly ignored: Readonly<Partial<Record<IgnoreReason, number>>>
  /** Those of the ignored that are `unmapped`, by name. */
  readonly unmapped?: readonly UnmappedField[]
  readonly uplinks?: readonly Uplink[]
  /** Other names of the sources of this message, e.g. the DevEUI of a device that its server calls otherwise. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>
  readonly presence?: readonly Presence[]
  /** Later messages can only be read with this one (a birth, a description): it is kept with its sender, by topic. */
  readonly isRemembered?: boolean
  /** To be sent to the sender, e.g. a request to be born again. */
  readonly answers?: readonly { readonly topic: string; readonly payload: Uint8Array }[]
}

/** Things that are neither stored nor refused, and why. `life_cycle`: joins, births without values, keep-alives. `retained`:
 *  values without a time, of any age, that another broker had kept. */
export type IgnoreReason = 'null' | 'status' | 'command_reply' | 'unmapped' | 'life_cycle' | 'retained'

export type Quality = 'good' | 'implausible' | 'estimated' | 'bad'

/** A reading placed in a series: what is stored. Either `value` or `label` is not null. */
export interface Observation {
  readonly path: string
  readonly device: string
  /** The gateway that carried it. */
  readonly gateway?: string
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

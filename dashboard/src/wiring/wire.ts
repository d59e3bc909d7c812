/** What the API gives and takes where devices are wired; the OpenAPI document is the reference. */
export interface Reading {
  readonly device: string
  readonly entity?: string
  readonly quantity: string
  readonly channel: string
  readonly value: number | string | null
  readonly unit: string
  readonly time: string
  readonly quality: string
  readonly path: string
  readonly sql?: string
}

interface RejectionItem {
  readonly path: string
  readonly code: string
  readonly detail: string
}

/** What was made of a message, or would be. */
export interface Judged {
  readonly format: string | null
  readonly readings: readonly Reading[]
  readonly rejections: readonly RejectionItem[]
  readonly unmapped: readonly string[]
  readonly ignored: Readonly<Record<string, number>>
}

export interface Message extends Judged {
  readonly seq: number
  readonly receivedAt: string
  readonly sender: string
  readonly topic: string
  readonly via: string
  /** Base64; of a long one the head. */
  readonly payload: string
  readonly payloadBytes: number
  readonly stored: number
  readonly duplicate: number
}

export interface Rejection {
  readonly id: number
  readonly receivedAt: string
  readonly lastAt: string
  readonly count: number
  readonly device: string
  readonly topic: string
  readonly code: string
  readonly items: readonly RejectionItem[]
  readonly payload: string
  readonly payloadBytes: number
  readonly replayable: boolean
  readonly resolvedAt: string | null
}

export interface Device {
  readonly id: string
  readonly entity: string
  readonly type: string
  readonly area: string | null
  readonly role: 'end-device' | 'gateway'
  readonly profile: string | null
  readonly gateways: readonly string[]
  readonly children: { readonly mode: string; readonly type: string; readonly profile: string | null } | null
  readonly retiredAt: string | null
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** The meaning of a field; null: left out on purpose. */
export type Meaning = {
  readonly quantity: string
  readonly channel?: string
  readonly unit?: string
} | null

export interface Profile {
  readonly id: string
  readonly name: string
  readonly codec: string | null
  readonly topics: readonly string[]
  readonly entityType: string | null
  readonly fields: Readonly<Record<string, Meaning>>
  readonly mapping: string | null
  readonly devices: number
  readonly updatedAt: string
}

export interface Mapping {
  readonly id: string
  readonly topic: string
  readonly gateway: string | null
  readonly expression: string
}

export interface RefusedConnection {
  readonly firstAt: string
  readonly lastAt: string
  readonly count: number
  readonly address: string
  readonly port: string | number
  readonly username: string
  readonly clientId: string
  readonly device: string | null
  readonly reason: string
  readonly detail?: string
  readonly advice?: string
}

export interface Snippets {
  readonly connection: {
    readonly host: string
    readonly httpUrl: string
    readonly mqttPort: number
    readonly mqttsPort: number | null
    readonly isMqttOnLoopbackOnly: boolean
  }
  readonly topic: string
  readonly payload: string
  readonly encoding: 'text' | 'hex'
  readonly items: readonly { readonly for: string; readonly language: string; readonly text: string }[]
}

export interface Items<T> {
  readonly items: readonly T[]
  readonly next?: string
}

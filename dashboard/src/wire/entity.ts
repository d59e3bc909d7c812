import type { CommandStatus } from './command.ts'

export const DOMAINS = ['traffic', 'water', 'power', 'environment'] as const
export type Domain = (typeof DOMAINS)[number]

/** A newer server may name a domain that this page has no word for yet: it is shown with the environment, never lost. */
export const domainOf = ({ domain }: { readonly domain: string }): Domain =>
  DOMAINS.find((known) => known === domain) ?? 'environment'

export type Freshness = 'fresh' | 'late' | 'silent'
type SessionState = 'connected' | 'disconnected' | 'unknown'
type Quality = 'good' | 'implausible' | 'estimated' | 'bad'

export interface QuantityState {
  readonly value: number | null
  readonly label?: string
  readonly unit: string
  readonly time: string
  readonly quality: Quality
  readonly device?: string
}

export interface DerivedState {
  readonly value: number | null
  readonly label?: string
  /** Where not all of what it follows from was heard: the share that was. */
  readonly coverage?: number
  readonly unit: string
  readonly time: string
}

interface Desired {
  readonly value: number | null
  readonly label?: string
  readonly time: string
  readonly command: string
  readonly status: CommandStatus
}

/** The current state of one entity, as the stream and `GET /entities` give it. */
export interface Entity {
  readonly id: string
  readonly type: string
  readonly domain: Domain
  /** As people call it; null: by its id. */
  readonly name: string | null
  readonly attributes: Readonly<Record<string, number | string>>
  readonly area: string | null
  readonly areaName?: string
  readonly location: { readonly lat: number; readonly lon: number } | null
  readonly session: SessionState
  readonly freshness: Freshness
  readonly lastSeen: string | null
  readonly intervalS: number
  /** By quantity; a key may carry a channel: `active-power/L1`. */
  readonly quantities: Readonly<Record<string, QuantityState>>
  /** What follows from other values. */
  readonly derived: Readonly<Record<string, DerivedState>>
  /** What was asked of the device last, by the quantity that will tell whether it was done. */
  readonly desired: Readonly<Record<string, Desired>>
  readonly revision: number
}

export interface RawPoint {
  readonly time: string
  readonly value: number | null
  /** Only for states told in words. */
  readonly label?: string
  readonly quality: Quality
}

export interface RollupPoint {
  readonly time: string
  readonly avg: number | null
  readonly min: number | null
  readonly max: number | null
  readonly count: number
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

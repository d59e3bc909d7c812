import type { Alarm } from '../wire/alarm.ts'
import type { Freshness } from '../wire/entity.ts'

/** A value from a step on, until the next one. */
export type Steps<T> = readonly (readonly [step: number, value: T])[]
export type Values = Readonly<Record<string, Steps<number | string | null>>>

export interface WindowLine {
  readonly kind: 'window'
  readonly from: string
  readonly to: string
  readonly stepS: number
  readonly steps: number
  readonly source: 'raw' | '1m' | '1h'
  readonly entities: number
}

/** How one entity fared. */
export interface Course {
  readonly kind: 'entity'
  readonly id: string
  readonly type: string
  readonly name: string | null
  readonly area: string | null
  readonly location: { readonly lat: number; readonly lon: number } | null
  readonly freshness: Steps<Freshness>
  readonly values: Values
  readonly derived: Values
}

export type ReplayLine =
  | WindowLine
  | Course
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  | { readonly kind: 'end' }

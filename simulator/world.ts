import type { Incident } from './incidents.ts'

export type DeviceType =
  | 'traffic-counter'
  | 'water-meter'
  | 'pressure-point'
  | 'flow-meter'
  | 'tank'
  | 'pump'
  | 'valve'
  | 'power-meter'
  | 'transformer'
  | 'feeder'

/** What every device of one run shares. The same world gives the same readings. */
export interface World {
  readonly seed: number
  /** The share of device-windows in which something goes wrong, 0 to 1. */
  readonly faultRate: number
  /** What goes wrong on purpose. */
  readonly incidents?: readonly Incident[]
  /** What operators have shut. Left out: nobody can. */
  readonly shut?: Shut
}

/** When supplies were shut, by the zone that they feed; the last one may be open-ended. */
export interface Shut {
  of(zone: string): readonly { readonly fromMs: number; readonly toMs: number }[]
  /** In percent open. */
  position(zone: string): number
}

export interface Device {
  readonly id: string
  readonly type: DeviceType
  /** The device's own seed, from the world's and its id. */
  readonly seed: number
  readonly town: string
  readonly location: { readonly lat: number; readonly lon: number }
  readonly intervalMs: number
  /** The zone or feeder that it belongs to. Left out: it stands alone. */
  readonly supply?: string
  /** Of what feeds others: those that draw from it. */
  readonly feeds?: readonly Device[]
  /** What no sensor tells. */
  readonly attributes?: Readonly<Record<string, number>>
}

/** Quantity (with channel, as in `active-power/L1`) to value, in the platform's unit for that quantity. */
export type Values = Readonly<Record<string, number>>

/** The true readings of a device at an instant: a pure function, so that past and present agree. */
export type Model = (world: World, device: Device, tMs: number) => Values

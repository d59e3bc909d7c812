export type DeviceType = 'traffic-counter' | 'water-meter' | 'pressure-point' | 'power-meter' | 'transformer'

/** What every device of one run shares. The same world gives the same readings. */
export interface World {
  readonly seed: number
  /** The share of device-windows in which something goes wrong, 0 to 1. */
  readonly faultRate: number
}

export interface Device {
  readonly id: string
  readonly type: DeviceType
  /** The device's own seed, from the world's and its id. */
  readonly seed: number
  readonly town: string
  readonly location: { readonly lat: number; readonly lon: number }
  readonly intervalMs: number
}

/** Quantity (with channel, as in `active-power/L1`) to value, in the platform's unit for that quantity. */
export type Values = Readonly<Record<string, number>>

/** The true readings of a device at an instant: a pure function, so that past and present agree. */
export type Model = (world: World, device: Device, tMs: number) => Values

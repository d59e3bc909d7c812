interface Side {
  readonly meters: number
  readonly coverage: number
  readonly measured: number
  /** m³; null: too little was told of. */
  readonly volume: number | null
}

export interface MeterGap {
  readonly id: string
  readonly coverage: number
  readonly resets: number
}

/** As `GET /entities/{id}/water-balance` gives it. */
export interface WaterBalance {
  readonly systemInput: Side
  readonly meteredConsumption: Side
  readonly nonRevenueWater: { readonly volume: number; readonly share: number | null } | null
  readonly nightFlow: {
    readonly minimum: { readonly date: string; readonly flow: number } | null
    readonly legitimateUse: number
    readonly leakage: number | null
    readonly usePerConnection: number
    readonly useSource: string
  }
  readonly incomplete: {
    readonly inlets: readonly MeterGap[]
    readonly customers: readonly MeterGap[]
    readonly truncated: boolean
  }
}

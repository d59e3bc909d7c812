export interface TargetArm {
  readonly kind: 'per-person' | 'upper-average'
  readonly by: string
  /** Connections per person; absent where the arm compares with other localities. */
  readonly value?: number | string | null
  readonly met: boolean | null
  /** Connections still needed. */
  readonly gap: number | null
}

export interface Indicator {
  readonly area: string
  readonly areaName?: { readonly vi: string; readonly en: string }
  readonly referenceDate: string
  readonly connections: number
  readonly population: number | null
  readonly populationYear: number | null
  readonly populationBasis: string | null
  readonly populationSource: string | null
  readonly synthetic: boolean
  /** Decimal text; null where there is no ratio. */
  readonly perPerson: string | null
  readonly status: string
  readonly window: { readonly days: number; readonly from: string; readonly to: string }
  readonly coverage: string
  readonly target: {
    readonly arms: readonly TargetArm[]
    readonly met: boolean | null
    readonly gap: number | null
  }
  readonly computedAt: string
}

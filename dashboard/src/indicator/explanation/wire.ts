import type { Bilingual, Figure } from '../wire.ts'

export interface Step {
  readonly rule: string
  readonly nameVi: string
  readonly nameEn: string
  /** Null: withheld. */
  readonly count: number | null
  readonly sign: '-' | '='
}

export interface PopulationChoice {
  readonly year: number
  readonly basis: string
  readonly value: number
  readonly source: string
  readonly publishedOn: string | null
  readonly chosen: boolean
  /** What the figure would be with it. */
  readonly perPerson: string | null
}

export interface OperatorLine {
  readonly operator: string
  readonly area: string
  readonly access: string
  readonly subscriptions: number
  readonly onPlatform: number | null
  readonly matchedBy: 'digest' | 'declared' | null
  readonly added: number | null
  readonly source: string
}

export interface WindowLine {
  readonly windowDays: number
  readonly connections: number | null
  readonly perPerson: string | null
}

/** `GET /indicators/explanation`. */
export interface Explanation {
  readonly figure: Figure
  /** `4 / 8 = 0.5000`; null: there is no ratio, or it is withheld. */
  readonly formula: string | null
  readonly steps: readonly Step[]
  /** SIMs of the cell that were heard, those of gateways too; null: withheld. */
  readonly sims: number | null
  readonly populations: readonly PopulationChoice[]
  readonly operators: readonly OperatorLine[]
  readonly sensitivity: readonly WindowLine[]
  readonly outageDays: readonly string[]
  readonly comparability: Bilingual
  readonly withheld: Bilingual | null
}

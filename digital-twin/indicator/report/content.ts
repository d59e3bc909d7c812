import type { IndicatorId, RuleId } from '../codes.ts'
import type { FigureSet } from '../figure.ts'
import type { OperatorReport, PopulationInput, TargetInput } from '../inputs.ts'

export type Lang = 'vi' | 'en'

/** All that the yearly report is made from. Whatever is withheld is withheld in here already. */
export interface ReportContent {
  readonly year: number
  /** The home province's code. */
  readonly province: string
  /** DF_IOT of the year: every area, all indicators. */
  readonly set: FigureSet
  /** The province's active connections by other windows (30 and 365 days). */
  readonly sensitivity: readonly FigureSet[]
  /** The province by operators' reports, and by both together; none: nobody has reported. */
  readonly beside: readonly FigureSet[]
  /** DF_IOT_DETAIL of the province; null: there is none. */
  readonly detail: FigureSet | null
  /** The year before, as released last; null: never. */
  readonly previous: FigureSet | null
  readonly targets: readonly TargetInput[]
  /** Null: there are no figures of other localities to stand among. */
  readonly standing: ReportStanding | null
  readonly rules: readonly RuleStep[]
  /** Those that the figures are divided by. */
  readonly populations: readonly PopulationInput[]
  /** Who has reported of what; without numbers, which are the operators' own. */
  readonly reports: readonly Omit<OperatorReport, 'subscriptions' | 'onPlatform'>[]
  /** Local days of the window on which the platform heard nobody. */
  readonly outageDays: readonly string[]
  /** What the newest release changed of figures published before. */
  readonly revisions: readonly ReportRevision[]
  readonly trend: ReportTrend | null
  readonly shapes: readonly AreaShape[]
  readonly publication: Publication
}

/** Under which name and terms it is published. */
export interface Publication {
  readonly publisher: { readonly nameVi: string; readonly nameEn: string }
  /** An address; null: nothing is said of it. */
  readonly licence: string | null
}

/** How many devices of the province a rule decided about; null: withheld. */
interface RuleStep {
  readonly rule: RuleId
  readonly devices: number | null
}

interface ReportStanding {
  /** Null: there is nothing to compare with. */
  readonly place: { readonly rank: number; readonly of: number; readonly group: Words } | null
  /** The country's figure as entered, decimal text. */
  readonly average: string | null
  /** In the upper half of the localities: the reading that decides. */
  readonly isUpperHalf: boolean | null
  /** The other reading. */
  readonly isAboveAverage: boolean | null
  readonly indicator: IndicatorId
  readonly sources: readonly string[]
}

export interface ReportRevision {
  readonly area: string
  readonly indicator: string
  readonly period: string
  /** Decimal texts; null: there was or is none. */
  readonly before: string | null
  readonly after: string | null
  readonly release: string
  readonly reasons: readonly Words[]
}

interface Words {
  readonly vi: string
  readonly en: string
}

export interface ReportTrend {
  /** By date. Values are decimal texts of connections per person; null: none. */
  readonly points: readonly {
    readonly period: string
    readonly date: string
    readonly value: string | null
  }[]
  /** By target. */
  readonly results: readonly TrendResult[]
}

export interface TrendResult {
  /** Connections per person, decimal text. */
  readonly target: string
  /** When the fitted line meets the target; null: not at this trend, or met already. */
  readonly meets: string | null
  /** Connections per person and year, decimal text; null: no line. */
  readonly slopePerYear: string | null
  readonly words: Words
}

export interface AreaShape {
  readonly code: string
  /** GeoJSON Polygon or MultiPolygon, WGS 84. */
  readonly geometry: object
}

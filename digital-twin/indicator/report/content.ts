import type { RuleId } from '../codes.ts'
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
  readonly reports: readonly OperatorReport[]
  /** What the newest release changed of figures published before. */
  readonly revisions: readonly ReportRevision[]
  readonly trend: ReportTrend | null
  readonly shapes: readonly AreaShape[]
}

/** How many devices of the province a rule decided about; null: withheld. */
export interface RuleStep {
  readonly rule: RuleId
  readonly devices: number | null
}

export interface ReportStanding {
  readonly rank: number
  readonly localities: number
  readonly quartile: 1 | 2 | 3 | 4
  /** The country's figure as entered, decimal text. */
  readonly national: string | null
  readonly isUpperAverage: boolean
  readonly period: string
  readonly source: string
}

export interface ReportRevision {
  readonly area: string
  readonly indicator: string
  readonly period: string
  /** Decimal texts; null: there was or is none. */
  readonly before: string | null
  readonly after: string | null
  readonly release: string
  readonly reason: string
}

export interface ReportTrend {
  /** By date. Values are decimal texts of connections per person; null: none. */
  readonly points: readonly {
    readonly period: string
    readonly date: string
    readonly value: string | null
  }[]
  /** The fitted line by its ends; null: too few points. */
  readonly line: readonly [TrendEnd, TrendEnd] | null
  readonly reaches: readonly {
    /** Connections per person, decimal text. */
    readonly target: string
    /** Local days; null: not at this trend. */
    readonly on: string | null
    readonly earliest: string | null
    readonly latest: string | null
  }[]
}

interface TrendEnd {
  readonly date: string
  readonly value: number
}

export interface AreaShape {
  readonly code: string
  /** GeoJSON Polygon or MultiPolygon, WGS 84. */
  readonly geometry: object
}

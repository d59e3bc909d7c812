import type {
  AccessCode,
  ClassCode,
  ConfStatus,
  Coverage,
  DomainCode,
  Frequency,
  IndicatorId,
  ObsStatus,
} from './codes.ts'

/** One published number, or the statement that there is none. */
export interface Figure {
  readonly freq: Frequency
  /** A code of the geography, `<province>_U` for devices without an area, or a territory such as `66_PRE202507`. */
  readonly area: string
  readonly geoVersion: string
  readonly indicator: IndicatorId
  readonly access: AccessCode
  readonly domain: DomainCode
  readonly class: ClassCode
  /** SDMX TIME_PERIOD: `2025`, `2025-Q4`, `2025-12`, `2025-12-31`. */
  readonly period: string
  readonly coverage: Coverage
  /** The last local day of the period. */
  readonly referenceDate: string
  /** Numerator and denominator: what `value` follows from; null where there is none or it is withheld. */
  readonly num: number | null
  readonly den: number | null
  /** Decimal text with exactly `decimals` places; null: none (status M) or withheld (Q). */
  readonly value: string | null
  readonly decimals: number
  readonly obsStatus: ObsStatus
  readonly confStatus: ConfStatus
  readonly popBasis: string | null
  readonly popYear: number | null
  readonly methodVersion: string
  /** Further statuses and what they are about, in words; null: nothing to say. */
  readonly comment: string | null
}

export interface AreaLabel {
  readonly code: string
  readonly geoVersion: string
  readonly nameVi: string
  readonly nameEn: string
  readonly level: 'province' | 'district' | 'commune' | 'territory' | 'unknown'
  /** The area whose total it is part of; null: none. */
  readonly parent: string | null
}

/** A published vintage. */
export interface ReleaseRef {
  readonly id: string
  /** RFC 3339. */
  readonly publishedAt: string
  readonly asOf: string
  readonly kind: 'ROUTINE' | 'MAJOR' | 'CORRECTION'
  readonly isFinal: boolean
  readonly reason: string
  /** Published before this installation knew of it, and brought in with its dates. */
  readonly imported: boolean
  /** Of its inputs, hex. */
  readonly inputsSha256: string
}

/** What every output is made from. Figures are in canonical order (see order.ts), so the same set gives the same bytes. */
export interface FigureSet {
  readonly agency: string
  readonly methodVersion: string
  readonly windowDays: number
  /** RFC 3339: only what was known by then; null: everything known when it was computed. */
  readonly asOf: string | null
  /** RFC 3339: of the release, of `asOf`, or when it was computed. */
  readonly preparedAt: string
  readonly release: ReleaseRef | null
  /** Made up for a demonstration: said in every output. */
  readonly isSynthetic: boolean
  readonly areas: readonly AreaLabel[]
  readonly figures: readonly Figure[]
}

import type { AccessCode, ClassCode, DomainCode, Frequency, RuleId } from './codes.ts'
import type { AreaLabel } from './figure.ts'

/** How many devices one combination of facts has on the reference date. Sums of these are all that is counted. */
export interface Tally {
  /** The area the devices are in at the end of the reference date, as declared; null: none is known. */
  readonly area: string | null
  readonly access: AccessCode
  readonly domain: DomainCode
  readonly class: ClassCode
  /** What decided about them (docs/methodology.md §5). */
  readonly rule: RuleId
  readonly ownerKind: 'org' | 'person'
  /** Who owns them, as digests in hex, sorted: one organisation (none: not told), or up to ten different persons: no threshold of disclosure
   *  control tells more apart. */
  readonly owners: readonly string[]
  readonly devices: number
  /** SIM and eSIM profiles of those that were heard within the window, gateways included. */
  readonly sims: number
}

export interface PopulationInput {
  readonly area: string
  readonly geoVersion: string
  readonly year: number
  readonly basis: 'average' | 'census' | 'registered' | 'mid-year' | 'end-year'
  readonly value: number
  readonly source: string
  readonly publishedOn: string | null
  readonly isSynthetic: boolean
  /** Made from another geography's by a crosswalk, not published by anybody. */
  readonly isEstimated: boolean
}

/** What a network operator says of its machine-to-machine subscriptions at the end of a period. */
export interface OperatorReport {
  readonly operator: string
  readonly area: string
  readonly geoVersion: string
  readonly period: string
  readonly access: AccessCode
  /** Subscriptions, the whole of the report. */
  readonly subscriptions: number
  /** How many of them are connected here too; null: nobody can say, so the two are never added. */
  readonly onPlatform: number | null
  /** How `onPlatform` was found: by digests of ICCIDs (R-SIM), or as the operator declared it (R-DECLARED). */
  readonly matchedBy: 'digest' | 'declared' | null
  readonly source: string
  /** Made up for a demonstration. */
  readonly isSynthetic?: boolean
}

export interface TargetInput {
  readonly kind: 'per-person' | 'upper-average'
  readonly value: string | null
  readonly by: string
  readonly source: string
}

/** A figure of another locality or of the country, as entered with its source. */
interface ComparatorInput {
  readonly locality: string
  readonly nameVi: string
  readonly nameEn: string
  readonly isNational: boolean
  readonly indicator: 'IOT_CONN_PC' | 'M2M_SIM_P100'
  readonly period: string
  /** Decimal text. */
  readonly value: string
  readonly source: string
}

/** A territory that keeps a series whole over a change of boundaries, e.g. `66_PRE202507`: the sum of areas of the geography
 *  in force. */
export interface TerritoryInput {
  readonly label: AreaLabel
  readonly members: readonly string[]
  /** Some members reach over the old boundary: the figure is an estimate. */
  readonly isPartial: boolean
  /** The area of the geography that it is the same as, whose population is its own. */
  readonly sameAs?: string
}

/** All that the figures of one period follow from. Frozen with each release; `compose` is a pure function of it. */
export interface PeriodInputs {
  readonly period: string
  readonly freq: Frequency
  readonly referenceDate: string
  readonly windowDays: number
  readonly methodVersion: string
  /** RFC 3339; null: everything known when they were read. */
  readonly asOf: string | null
  readonly isFinal: boolean
  readonly isSynthetic: boolean
  /** The home province's code. */
  readonly province: string
  /** The geography in force on the reference date, `<province>_U` not among it. */
  readonly areas: readonly AreaLabel[]
  readonly tallies: readonly Tally[]
  /** Local days of the window on which the platform heard nobody, though it did before and after. */
  readonly outageDays: readonly string[]
  readonly populations: readonly PopulationInput[]
  readonly reports: readonly OperatorReport[]
  readonly targets: readonly TargetInput[]
  readonly comparators: readonly ComparatorInput[]
  readonly territories: readonly TerritoryInput[]
  /** Codes of areas in which some devices were placed by a crosswalk and not by their own word. */
  readonly estimatedAreas: readonly string[]
  /** Series that go on over a change of boundaries or method in this period: it is their first after it. */
  readonly breaks: readonly BreakInput[]
}

export interface BreakInput {
  readonly area: string
  readonly because: 'geography' | 'method'
  /** What came before: the former geography or version of the method. */
  readonly before: string
}

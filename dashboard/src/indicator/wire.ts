import type { Text } from '../text/translate.ts'

export interface Bilingual {
  readonly vi: string
  readonly en: string
}

export const textOf = ({ vi, en }: Bilingual): Text => [vi, en]

export interface TargetArm {
  readonly kind: 'per-person' | 'upper-average'
  /** Decimal text; null where the arm compares with other localities. */
  readonly value: string | null
  readonly by: string
  readonly source: string
  readonly met: boolean | null
  /** Connections still needed. */
  readonly gap: number | null
}

/** A published vintage. */
export interface Release {
  readonly id: string
  readonly publishedAt: string
  readonly asOf: string
  readonly kind: 'ROUTINE' | 'MAJOR' | 'CORRECTION'
  readonly final: boolean
  readonly reason: string
  /** Over all that its figures followed from. */
  readonly inputsSha256: string
  readonly periods: readonly string[]
}

/** What a figure says of the release it is of. */
type ReleaseRef = Omit<Release, 'final' | 'periods'> & { readonly isFinal: boolean }

/** One cell of `GET /indicators/iot-per-capita`. Null counts: there are none, or they are withheld (status Q). */
export interface Figure {
  readonly area: string
  readonly areaName: Bilingual
  readonly geoVersion: string
  readonly period: string
  readonly referenceDate: string
  readonly access: string
  readonly domain: string
  readonly class: string
  readonly coverage: string
  readonly connections: number | null
  readonly population: number | null
  readonly populationYear: number | null
  readonly populationBasis: string | null
  readonly populationSource: string | null
  readonly perPerson: string | null
  /** Of the indicator asked for, decimal text. */
  readonly value: string | null
  readonly status: string
  readonly confStatus: string
  readonly comment: string | null
  readonly target: {
    readonly arms: readonly TargetArm[]
    readonly met: boolean | null
    readonly gap: number | null
  }
  readonly window: { readonly days: number; readonly from: string; readonly to: string }
  readonly methodVersion: string
  /** Null: everything known now. */
  readonly asOf: string | null
  /** Of the release, of `asOf`, or of this computation. */
  readonly computedAt: string
  readonly release: ReleaseRef | null
  readonly synthetic: boolean
}

export interface Ranked {
  readonly area: string
  readonly areaName: Bilingual
  readonly connections: number | null
  readonly population: number | null
  readonly perPerson: string | null
  readonly status: string
  /** Null: nothing to rank by, or withheld. */
  readonly rank: number | null
  readonly of: number | null
  readonly quartile: number | null
  readonly group: Bilingual | null
}

export interface Ranking {
  readonly period: string
  readonly items: readonly Ranked[]
  /** Null: no figures of other localities are known. */
  readonly national: National | null
}

export interface National {
  /** What others publish: connections per person, or else M2M subscriptions per 100. */
  readonly indicator: string
  readonly localities: number
  readonly rank: number | null
  readonly of: number | null
  readonly group: Bilingual | null
  /** Of the country, decimal text. */
  readonly average: string | null
  /** Above the national average, in percent of it. */
  readonly distance: string | null
  /** In the upper half of the localities. */
  readonly met: boolean | null
  /** The other reading of the target. */
  readonly aboveAverage: boolean | null
  readonly sources: readonly string[]
}

import type { Micros } from '../../core/time.ts'
import type { Coverage } from './codes.ts'
import type { AreaLabel, FigureSet } from './figure.ts'

export interface FigureSetRequest {
  /** TIME_PERIODs; null: all that were published, or the last whole year and month where nothing was. */
  readonly periods: readonly string[] | null
  /** Codes; null: every area of the level. */
  readonly areas: readonly string[] | null
  /** Null: every level. */
  readonly level: AreaLabel['level'] | null
  /** By domain and class too. */
  readonly isDetail: boolean
  readonly coverage: Coverage
  /** The newest release published by then, and before the first one what was known then; null: the newest release, and where
   *  there is none what is known now. */
  readonly asOf: Micros | null
  /** What is known now, whatever was published. */
  readonly isLive?: boolean
  /** Computed anew from what was recorded by then; null: not asked for. */
  readonly inputsAsOf: Micros | null
  readonly windowDays: number
}

/** Where outputs have their figures from, in canonical order. */
export interface FigureSource {
  figureSet(request: FigureSetRequest): Promise<FigureSet>
  /** Every area that figures may be about, of all geographies, `<province>_U` and territories among them. */
  areaLabels(): Promise<readonly AreaLabel[]>
}

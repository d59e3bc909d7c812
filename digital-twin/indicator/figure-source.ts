import type { Micros } from '../../core/time.ts'
import type { Coverage } from './codes.ts'
import type { FigureSet } from './figure.ts'

export interface FigureRequest {
  /** As in period.ts; null: all that are published, or the present year where nothing is. */
  readonly periods: readonly string[] | null
  /** Codes; null: all. */
  readonly areas: readonly string[] | null
  readonly level: 'province' | 'district' | 'commune' | null
  /** With the finer figures, by domain and class. */
  readonly isDetail: boolean
  readonly coverage: Coverage
  /** The newest release published by then; before the first one, what was known then. */
  readonly asOf: Micros | null
  /** Computed anew from what was known then, whatever was published. */
  readonly inputsAsOf: Micros | null
  readonly windowDays: number
}

/** Where outputs get their figures from. */
export interface FigureSource {
  /** Throws RangeError with words for the asker where a period is none. */
  figureSet(request: FigureRequest): Promise<FigureSet>
}

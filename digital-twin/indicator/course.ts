import { addDays, localDate, microsNow } from '../../core/time.ts'
import type { Coverage, ObsStatus } from './codes.ts'
import { figureKey } from './figure-key.ts'
import { areaLabels, type Indicator } from './indicator.ts'
import { WINDOW_DAYS } from './method.ts'
import { type Period, periodsBetween } from './period.ts'
import { Remembered } from './remembered.ts'

export interface CoursePoint {
  readonly period: string
  readonly referenceDate: string
  readonly connections: number | null
  readonly population: number | null
  readonly perPerson: string | null
  readonly status: ObsStatus
  readonly comment: string | null
}

export interface CourseRequest {
  readonly area: string
  readonly freq: 'A' | 'Q' | 'M'
  /** Local days; null: so many periods back from the last one that is over. */
  readonly from: string | null
  readonly to: string | null
  readonly coverage: Coverage
}

/** As many as the trend is fitted to. */
const PERIODS_USUAL = { A: 10, Q: 12, M: 24 }
/** Periods of all frequencies and coverages, of all areas: some ten thousand points. */
const PERIODS_KEPT = 200
/** What was heard so long ago hardly changes, but by people, who make it forgotten. */
const SETTLED_DAYS = 40
const SETTLED_KEPT_MS = 300_000

/** Figures period by period: those published, where one is, and else what is known now. */
export class Courses {
  readonly #indicator: Indicator
  readonly #points = new Remembered<Map<string, CoursePoint>>(PERIODS_KEPT)

  constructor(indicator: Indicator) {
    this.#indicator = indicator
    indicator.onForget(() => this.#points.forget())
  }

  /** Of one area, oldest first; periods before anything was counted are left out. */
  async of({ area, freq, from, to, coverage }: CourseRequest): Promise<CoursePoint[]> {
    const today = localDate(microsNow())
    const yesterday = addDays(today, -1)
    const last = to !== null && to < yesterday ? to : yesterday
    const months = { A: 12, Q: 3, M: 1 }[freq] * PERIODS_USUAL[freq]
    const first = from ?? addDays(last, -Math.ceil(months * 30.44))
    const points: CoursePoint[] = []
    for (const period of periodsBetween(freq, first, last)) {
      const isSettled = period.referenceDate < addDays(today, -SETTLED_DAYS)
      const found = await this.#points.get(
        `${period.period} ${coverage}`,
        () => this.#pointsOf(period, coverage),
        isSettled ? SETTLED_KEPT_MS : 0,
      )
      const point = found.get(area)
      if (point && (points.length > 0 || point.connections !== 0)) points.push(point)
    }
    return points
  }

  /** By area. */
  async #pointsOf({ period, referenceDate }: Period, coverage: Coverage): Promise<Map<string, CoursePoint>> {
    const { byKey, inputs } = await this.#indicator.period(period, {
      asOf: null,
      inputsAsOf: null,
      windowDays: WINDOW_DAYS,
    })
    const points = new Map<string, CoursePoint>()
    for (const { code, geoVersion } of areaLabels(inputs)) {
      const at = { area: code, geoVersion, access: '_T', domain: '_T', class: '_T', coverage } as const
      const count = byKey.get(figureKey({ ...at, indicator: 'IOT_CONN' }))
      const ratio = byKey.get(figureKey({ ...at, indicator: 'IOT_CONN_PC' }))
      if (!count || !ratio) continue
      points.set(code, {
        period,
        referenceDate,
        connections: count.num,
        population: ratio.den,
        perPerson: ratio.value,
        status: ratio.obsStatus,
        comment: ratio.comment,
      })
    }
    return points
  }
}

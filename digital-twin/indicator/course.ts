import { addDays, localDate, microsNow } from '../../core/time.ts'
import type { Coverage, ObsStatus } from './codes.ts'
import { areaLabels, figureKey, type Indicator } from './indicator.ts'
import type { PeriodInputs, TargetInput } from './inputs.ts'
import { WINDOW_DAYS } from './method.ts'
import { periodsBetween } from './period.ts'

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

const PERIODS_USUAL = { A: 10, Q: 12, M: 36 }

/** Figures of one area period by period, oldest first: those published, where one is, and else what is known now. Periods before
 *  anything was registered are left out. */
export async function course(
  indicator: Indicator,
  { area, freq, from, to, coverage }: CourseRequest,
): Promise<{ points: CoursePoint[]; targets: readonly TargetInput[] }> {
  const now = microsNow()
  const last = to ?? addDays(localDate(now), -1)
  const months = { A: 12, Q: 3, M: 1 }[freq] * PERIODS_USUAL[freq]
  const first = from ?? addDays(last, -Math.ceil(months * 30.44))
  const known = { asOf: null, inputsAsOf: null, windowDays: WINDOW_DAYS }
  const points: CoursePoint[] = []
  let targets: readonly TargetInput[] = []
  for (const { period, referenceDate } of periodsBetween(freq, first, last)) {
    const { byKey, inputs } = await indicator.period(period, known)
    targets = inputs.targets
    const geoVersion = versionOf(inputs, area)
    if (geoVersion === null) continue
    const at = { area, geoVersion, access: '_T', domain: '_T', class: '_T', coverage } as const
    const count = byKey.get(figureKey({ ...at, indicator: 'IOT_CONN' }))
    const ratio = byKey.get(figureKey({ ...at, indicator: 'IOT_CONN_PC' }))
    if (!count || !ratio || (points.length === 0 && count.num === 0)) continue
    points.push({
      period,
      referenceDate,
      connections: count.num,
      population: ratio.den,
      perPerson: ratio.value,
      status: ratio.obsStatus,
      comment: ratio.comment,
    })
  }
  return { points, targets }
}

/** Of an area that has figures in a period; null: it is not of the geography in force then. */
const versionOf = (inputs: PeriodInputs, area: string): string | null =>
  areaLabels(inputs).find(({ code }) => code === area)?.geoVersion ?? null

import type { Population, Target } from '../../store/indicator-inputs.ts'
import { gap, ratio } from './ratio.ts'

const DECIMALS = 4

interface TargetArm {
  readonly kind: Target['kind']
  /** Connections per person, decimal text; null where the arm compares with other localities. */
  readonly value: string | null
  readonly by: string
  readonly source: string
  /** Null: it cannot be judged (no population, or no figures of other localities). */
  readonly met: boolean | null
  /** Connections still needed. */
  readonly gap: number | null
}

export interface Judged {
  readonly perPerson: string | null
  readonly status: 'P' | 'M'
  readonly target: {
    readonly arms: readonly TargetArm[]
    readonly met: boolean | null
    readonly gap: number | null
  }
}

/** The ratio and the targets. Status (SDMX CL_OBS_STATUS): P provisional, for no release is final here; M: no population,
 *  so there cannot be a ratio. */
export function judge(
  connections: number,
  population: number | null,
  targets: readonly Target[],
  referenceDate: string,
): Judged {
  const arms = targets.map((target): TargetArm => {
    if (target.value === null || population === null || population === 0)
      return { ...target, met: null, gap: null }
    const missing = gap(connections, population, target.value)
    return { ...target, met: missing === 0, gap: missing }
  })
  const current = currentTarget(arms, referenceDate)
  if (population === null || population === 0)
    return { perPerson: null, status: 'M', target: { arms, ...current } }
  return { perPerson: ratio(connections, population, DECIMALS), status: 'P', target: { arms, ...current } }
}

/** The target that the reference date is held against: the next one due, or the last. Its arms are joined by OR. */
function currentTarget(arms: readonly TargetArm[], referenceDate: string): Pick<TargetArm, 'met' | 'gap'> {
  const by = arms.find((arm) => arm.by >= referenceDate)?.by ?? arms.at(-1)?.by
  const due = arms.filter((arm) => arm.by === by)
  const met = due.some((arm) => arm.met === true)
    ? true
    : due.some((arm) => arm.met === null)
      ? null
      : due.length > 0
        ? false
        : null
  return { met, gap: due.find((arm) => arm.kind === 'per-person')?.gap ?? null }
}

/** The population a figure of a year is divided by: the year's average; before it is published another basis of the year,
 *  then the newest earlier year. */
export function populationFor(known: readonly Population[], year: number): Population | null {
  const usable = known.filter((population) => population.year <= year)
  const newest = Math.max(...usable.map((population) => population.year))
  const order: readonly Population['basis'][] = ['average', 'mid-year', 'end-year', 'census', 'registered']
  const ofYear = usable.filter((population) => population.year === newest)
  return order.flatMap((basis) => ofYear.filter((population) => population.basis === basis))[0] ?? null
}

import type { TargetInput } from './inputs.ts'
import { gap } from './ratio.ts'

interface TargetArm extends TargetInput {
  /** Null: it cannot be judged (no population, the count withheld, or no figures of other localities). */
  readonly met: boolean | null
  /** Connections still needed. */
  readonly gap: number | null
}

interface Judged {
  readonly arms: readonly TargetArm[]
  readonly met: boolean | null
  readonly gap: number | null
}

/** The target that a reference date is held against: the next one due, or the last. Its arms are joined by OR. */
export function currentTarget<T extends Pick<TargetInput, 'by'>>(
  targets: readonly T[],
  referenceDate: string,
): T[] {
  const dates = targets.map(({ by }) => by).sort()
  const by = dates.find((date) => date >= referenceDate) ?? dates.at(-1)
  return targets.filter((target) => target.by === by)
}

/** Judged on integers, n ≥ target · p: a ratio that merely prints as the target is not met (docs/methodology.md §8).
 *  `isUpperAverage`: whether the locality stands in the upper half of the country's; null: not known. */
export function judge(
  connections: number | null,
  population: number | null,
  targets: readonly TargetInput[],
  referenceDate: string,
  isUpperAverage: boolean | null = null,
): Judged {
  const arms = targets.map((target): TargetArm => {
    if (target.value === null) return { ...target, met: isUpperAverage, gap: null }
    if (connections === null || !population) return { ...target, met: null, gap: null }
    const lacking = gap(connections, population, target.value)
    return { ...target, met: lacking === 0, gap: lacking }
  })
  const due = currentTarget(arms, referenceDate)
  return {
    arms,
    met: either(due.map(({ met }) => met)),
    gap: due.find(({ kind }) => kind === 'per-person')?.gap ?? null,
  }
}

/** OR with unknowns: one that is met is enough. */
function either(met: readonly (boolean | null)[]): boolean | null {
  if (met.includes(true)) return true
  return met.length === 0 || met.includes(null) ? null : false
}

import { atOnce, type InSteps } from '../../../core/slices.ts'
import { cellKey } from '../disclosure-cube.ts'
import type { Figure } from '../figure.ts'
import { type FigureName, figureKey } from '../figure-key.ts'
import { type Compared, compareInSteps } from './compared.ts'
import { isSameFigure, isWithheld } from './compared-figures.ts'
import { inputReasons } from './input-reasons.ts'
import type { Vintage } from './plan.ts'
import { type Reason, reason } from './reason-codes.ts'
import { EVERYWHERE, wholeOf } from './tally-sums.ts'

type Shown = Pick<Figure, 'value' | 'num' | 'den' | 'obsStatus' | 'confStatus'>

/** One cell that two releases of a period state otherwise. */
export interface Revision extends FigureName {
  readonly period: string
  /** Null: it was not there. */
  readonly before: Shown | null
  readonly after: Shown | null
  readonly reasons: readonly Reason[]
}

const REVISIONS_A_STEP = 100

/** What changed between two releases of one period, in canonical order, and why: from both frozen inputs. Pure. */
export const revisions = (before: Vintage, after: Vintage): Revision[] =>
  atOnce(revisionsInSteps(before, after))

export function* revisionsInSteps(before: Vintage, after: Vintage): InSteps<Revision[]> {
  const old = new Map(before.figures.map((figure) => [figureKey(figure), figure]))
  yield
  const kept = new Set(after.figures.map(figureKey))
  yield
  const pairs = [
    ...after.figures.map((figure) => [old.get(figureKey(figure)) ?? null, figure] as const),
    ...before.figures
      .filter((figure) => !kept.has(figureKey(figure)))
      .map((figure) => [figure, null] as const),
  ].filter(([was, is]) => !was || !is || !isSameFigure(was, is))
  yield
  if (pairs.length === 0) return []
  const wanted = new Set<string>([cellKey(wholeOf(EVERYWHERE))])
  for (const [was, is] of pairs) {
    const cell = (is ?? was) as Figure
    wanted.add(cellKey(cell)).add(cellKey(wholeOf(cell)))
  }
  const compared = yield* compareInSteps(before, after, wanted)
  const hiding = new Set([...before.figures, ...after.figures].filter(isWithheld).map(({ area }) => area))
  const found: Revision[] = []
  for (const [was, is] of pairs) {
    found.push(revisionOf(was, is, compared, hiding))
    if (found.length % REVISIONS_A_STEP === 0) yield
  }
  return found
}

function revisionOf(
  was: Figure | null,
  is: Figure | null,
  compared: Compared,
  hiding: ReadonlySet<string>,
): Revision {
  const { area, geoVersion, indicator, access, domain, class: kind, coverage, period } = (is ?? was) as Figure
  return {
    ...{ area, geoVersion, indicator, access, domain, class: kind, coverage, period },
    before: was && shown(was),
    after: is && shown(is),
    // Where something of an area is withheld, rows of its detail are not there for being empty or for that: which, is not told.
    reasons: (!was || !is) && hiding.has(area) ? [reason('SUPPRESSION')] : reasonsOf(was, is, compared),
  }
}

const shown = ({ value, num, den, obsStatus, confStatus }: Figure): Shown => ({
  ...{ value, num, den, obsStatus, confStatus },
})

function reasonsOf(was: Figure | null, is: Figure | null, compared: Compared): Reason[] {
  const isHidden = (was !== null && isWithheld(was)) || (is !== null && isWithheld(is))
  const reasons = inputReasons(was, is, compared, isHidden)
  // Whatever else moved a figure that is or was withheld is not told: it would say something of it.
  if (isHidden && was?.confStatus !== is?.confStatus) reasons.push(reason('SUPPRESSION'))
  return reasons.length > 0 ? reasons : [reason('OTHER')]
}

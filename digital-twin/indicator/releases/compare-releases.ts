import { inTurns } from '../../../core/slices.ts'
import type { Db } from '../../../store/db.ts'
import { type Release, releaseBefore } from '../../../store/releases.ts'
import { vintageOf } from './read.ts'
import { type Revision, revisionsInSteps } from './revisions.ts'

export interface PeriodRevisions {
  readonly period: string
  /** Null: the first release of the period, nothing was revised. */
  readonly against: string | null
  readonly items: readonly Revision[]
}

/** What a release revised, by period: against another one that covers it, or the one before. */
export async function revisionsOf(
  db: Db,
  release: Release,
  periods: readonly string[],
  against: Release | null,
): Promise<PeriodRevisions[]> {
  const found: PeriodRevisions[] = []
  for (const period of periods) {
    if (against && !against.periods.includes(period)) continue
    const other = against ?? (await releaseBefore(db, release, period))
    const items = other
      ? await inTurns(
          revisionsInSteps(await vintageOf(db, other, period), await vintageOf(db, release, period)),
        )
      : []
    found.push({ period, against: other?.id ?? null, items })
  }
  return found
}

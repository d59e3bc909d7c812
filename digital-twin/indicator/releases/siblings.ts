import { inTurns } from '../../../core/slices.ts'
import type { Db } from '../../../store/db.ts'
import { listReleases } from '../../../store/releases.ts'
import type { PeriodInputs } from '../inputs.ts'
import { type Period, periodsBetween } from '../period.ts'
import type { ReleasedVintage } from './plan.ts'
import { vintageOf } from './read.ts'
import { keptForInSteps } from './withheld.ts'

/** The newest releases of the periods that end on a day: the year, its last quarter and its last month count the same devices,
 *  so that one would tell what another withheld. `except`: a period that is left out. */
export async function publishedOn(
  db: Db,
  { referenceDate }: Pick<Period, 'referenceDate'>,
  except: string | null,
): Promise<ReleasedVintage[]> {
  const vintages: ReleasedVintage[] = []
  for (const freq of ['A', 'Q', 'M'] as const)
    for (const { period } of periodsBetween(freq, referenceDate, referenceDate)) {
      const [newest] = period === except ? [] : await listReleases(db, period, 1)
      if (newest) vintages.push(await vintageOf(db, newest, period))
    }
  return vintages
}

/** Cells that what was published of the same day withheld, and that figures computed anew must not show either. */
export async function withheldByPublished(db: Db, inputs: PeriodInputs): Promise<Set<string>> {
  const withheld = new Set<string>()
  for (const vintage of await publishedOn(db, inputs, null))
    for (const key of await inTurns(keptForInSteps(vintage, inputs))) withheld.add(key)
  return withheld
}

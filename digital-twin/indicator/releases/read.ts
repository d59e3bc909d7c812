import { formatTime } from '../../../core/time.ts'
import type { Db } from '../../../store/db.ts'
import { type FrozenPeriod, frozenPeriod } from '../../../store/release-inputs.ts'
import { type HeldFigure, heldFigures } from '../../../store/released-figures.ts'
import type { Release } from '../../../store/releases.ts'
import type { Figure, ReleaseRef } from '../figure.ts'
import type { PeriodInputs } from '../inputs.ts'
import { inOrder } from '../order.ts'
import { sha256, unzipped } from './digest.ts'
import type { ReleasedVintage } from './plan.ts'

/** The figures of a period as they were published, in canonical order: the same for ever. */
export const releasedFigures = async (db: Db, release: Release, period: string): Promise<Figure[]> =>
  inOrder((await heldFigures(db, release, period)).map(figureOf))

/** The words of a row are those of the code lists: only figures are written. */
export const figureOf = ({ figure }: HeldFigure): Figure => figure as Figure

/** What they followed from. Throws when the bytes are not those that were frozen, or the release does not cover the period. */
export const releasedInputs = async (db: Db, release: Release, period: string): Promise<PeriodInputs> =>
  (await releasedFrom(db, release, period)).inputs

export async function vintageOf(db: Db, release: Release, period: string): Promise<ReleasedVintage> {
  const from = await releasedFrom(db, release, period)
  return { ...from, figures: await releasedFigures(db, release, period) }
}

/** The same without the figures. */
export async function releasedFrom(
  db: Db,
  { id }: Release,
  period: string,
): Promise<Omit<ReleasedVintage, 'figures'>> {
  const frozen = await frozenPeriod(db, id, period)
  if (!frozen) throw new RangeError(`release ${id} does not cover ${period}`)
  const bytes = await unzipped(frozen.inputs)
  if (sha256(bytes) !== frozen.sha256)
    throw new Error(
      `the inputs of release ${id} for ${period} are not those that were frozen: their digest differs`,
    )
  return {
    inputs: JSON.parse(bytes.toString('utf8')) as PeriodInputs,
    withheldBefore: await keptIn(frozen),
  }
}

/** Keys of the cells that could not become visible in a period. */
export const keptIn = async ({
  withheldBefore,
}: Pick<FrozenPeriod, 'withheldBefore'>): Promise<Set<string>> =>
  new Set(JSON.parse((await unzipped(withheldBefore)).toString('utf8')) as string[])

export const releaseRef = (release: Release): ReleaseRef => ({
  id: release.id,
  publishedAt: formatTime(release.publishedAt),
  asOf: formatTime(release.asOf),
  kind: release.kind,
  isFinal: release.isFinal,
  reason: release.reason,
  imported: release.isImported,
  inputsSha256: release.inputsSha256,
})

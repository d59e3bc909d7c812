import type { Db } from '../../../store/db.ts'
import { frozenPeriod } from '../../../store/release-inputs.ts'
import type { Release } from '../../../store/releases.ts'
import type { PeriodInputs } from '../inputs.ts'
import { METHOD_VERSION } from '../method.ts'
import { inOrder } from '../order.ts'
import { figuresSha256, sha256, unzipped } from './digest.ts'
import type { Sources } from './plan.ts'
import { keptIn, releasedFigures } from './read.ts'

export interface PeriodVerdict {
  readonly period: string
  /** The frozen inputs are those whose digest was published. */
  readonly inputs: boolean
  /** So are the stored figures. */
  readonly figures: boolean
  /** Computed anew from the frozen inputs they come out the same; null: not tried. */
  readonly recomputed: boolean | null
  /** Null: all is as it was. */
  readonly reason: string | null
}

/** Whether a release is still what was published, and follows from what was frozen, by the method in force. */
export async function verifyRelease(
  db: Db,
  release: Release,
  compose: Sources['compose'],
): Promise<PeriodVerdict[]> {
  const verdicts: PeriodVerdict[] = []
  for (const period of release.periods) verdicts.push(await verifyPeriod(db, release, period, compose))
  return verdicts
}

async function verifyPeriod(
  db: Db,
  release: Release,
  period: string,
  compose: Sources['compose'],
): Promise<PeriodVerdict> {
  const frozen = await frozenPeriod(db, release.id, period)
  if (!frozen)
    return {
      period,
      inputs: false,
      figures: false,
      recomputed: null,
      reason: 'the frozen inputs are missing',
    }
  const figures = (await figuresSha256(await releasedFigures(db, release, period))) === frozen.figuresSha256
  const bytes = await unzipped(frozen.inputs).catch(() => Buffer.alloc(0))
  if (sha256(bytes) !== frozen.sha256)
    return {
      period,
      inputs: false,
      figures,
      recomputed: null,
      reason: 'the frozen inputs have another digest',
    }
  const inputs = JSON.parse(bytes.toString('utf8')) as PeriodInputs
  if (inputs.methodVersion !== METHOD_VERSION) {
    const reason = `computed by method ${inputs.methodVersion}; in force is ${METHOD_VERSION}, which may count otherwise`
    return { period, inputs: true, figures, recomputed: null, reason }
  }
  const withheldBefore = await keptIn(frozen)
  const again = await figuresSha256(inOrder(await compose(inputs, { withheldBefore })))
  const recomputed = again === frozen.figuresSha256
  return { period, inputs: true, figures, recomputed, reason: reasonOf(figures, recomputed) }
}

function reasonOf(figures: boolean, recomputed: boolean): string | null {
  if (!figures) return 'the stored figures have another digest'
  return recomputed ? null : 'computed anew from the frozen inputs the figures come out otherwise'
}

import { InTurn } from '../../../core/in-turn.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { inTurns } from '../../../core/slices.ts'
import { formatTime, type Micros, microsNow } from '../../../core/time.ts'
import type { Db } from '../../../store/db.ts'
import { insertFrozen } from '../../../store/release-inputs.ts'
import { closeFigures, insertFigures } from '../../../store/released-figures.ts'
import {
  insertDraft,
  nextReleaseId,
  publishDraft,
  type Release,
  removeDrafts,
} from '../../../store/releases.ts'
import { digestOfPeriods, figuresSha256, sha256, zipped } from './digest.ts'
import { type PeriodPlan, planPeriod, type Sources } from './plan.ts'
import { newestOf, type PublishFault, type PublishRequest, refusalOf } from './refusal.ts'
import { type Revision, revisionsInSteps } from './revisions.ts'

/** One publication at a time; by database, for tests have several. */
const turns = new WeakMap<Db, InTurn>()

function turnOf(db: Db): InTurn {
  const turn = turns.get(db) ?? new InTurn()
  turns.set(db, turn)
  return turn
}

/**
 * Freezes what is known, computes the figures from it and publishes what changed. Written in pieces as a draft that nobody sees,
 * so that the database is never held for long; the last step, a small transaction, shows it whole. A draft that did not get so
 * far (a crash) is removed by the next publication.
 */
export function publish(
  db: Db,
  request: PublishRequest,
  sources: Sources,
): Promise<Result<Release, PublishFault>> {
  return turnOf(db).do(async () => {
    await removeDrafts(db)
    const periods = [...new Set(request.periods)].sort()
    const newest = await newestOf(db, periods)
    const now = microsNow()
    const refusal = await refusalOf(db, { ...request, periods }, newest, now)
    if (refusal) return err(refusal)
    const id = request.id ?? (await nextReleaseId(db))
    const { asOf, kind, isFinal, reason, by, importedFrom } = request
    const isImported = importedFrom !== null
    await insertDraft(db, { id, asOf, kind, isFinal, reason, by, periods, isImported, recordedAt: now })
    try {
      const written = new Written()
      for (const period of periods) {
        const plan = await planPeriod(db, { period, asOf, isFinal }, newest.get(period) ?? null, sources)
        await written.add(db, id, period, plan)
      }
      const publishedAt = importedFrom ?? nowAfter(newest)
      return ok(await publishDraft(db, { id, publishedAt, ...written.publication() }))
    } catch (error) {
      // What cannot be removed now is removed by the next one.
      await removeDrafts(db).catch(() => {})
      throw error
    }
  })
}

export interface Trial {
  readonly asOf: string
  readonly periods: {
    readonly period: string
    readonly figures: number
    readonly changed: number
    readonly removed: number
  }[]
  readonly revised: Revision[]
}

/** What a publication would change against the newest release of each period; writes nothing. */
export async function tryPublish(
  db: Db,
  request: PublishRequest,
  sources: Sources,
): Promise<Result<Trial, PublishFault>> {
  const periods = [...new Set(request.periods)].sort()
  const newest = await newestOf(db, periods)
  const refusal = await refusalOf(db, request, newest, microsNow())
  if (refusal) return err(refusal)
  const trial: Trial = { asOf: formatTime(request.asOf), periods: [], revised: [] }
  for (const period of periods) {
    const plan = await planPeriod(db, { ...request, period }, newest.get(period) ?? null, sources)
    const { figures, changed, before, removed } = plan
    trial.periods.push({ period, figures: figures.length, changed: changed.length, removed })
    if (before)
      for (const revision of await inTurns(revisionsInSteps(before, plan))) trial.revised.push(revision)
  }
  return ok(trial)
}

/** A clock that was set back does not put a release before the one that it follows. */
const nowAfter = (newest: ReadonlyMap<string, Release | null>): Micros =>
  Math.max(microsNow(), ...[...newest.values()].map((release) => (release?.publishedAt ?? 0) + 1))

/** What was written of a draft so far. */
class Written {
  readonly #inputs = new Map<string, string>()
  readonly #figures = new Map<string, string>()
  #changed = 0
  #methodVersion = ''

  async add(db: Db, release: string, period: string, plan: PeriodPlan): Promise<void> {
    const digests = { sha256: sha256(plan.bytes), figuresSha256: await figuresSha256(plan.figures) }
    await closeFigures(db, release, plan.closed)
    const ids = await insertFigures(db, release, plan.changed)
    await insertFrozen(db, release, {
      period,
      ...digests,
      ...ids,
      inputs: await zipped(plan.bytes),
      withheldBefore: await zipped(JSON.stringify([...plan.withheldBefore].sort())),
      figures: plan.figures.length,
      changed: plan.changed.length,
    })
    this.#inputs.set(period, digests.sha256)
    this.#figures.set(period, digests.figuresSha256)
    this.#changed += plan.changed.length
    this.#methodVersion = plan.inputs.methodVersion
  }

  publication() {
    return {
      methodVersion: this.#methodVersion,
      inputsSha256: digestOfPeriods(this.#inputs),
      figuresSha256: digestOfPeriods(this.#figures),
      changed: this.#changed,
    }
  }
}

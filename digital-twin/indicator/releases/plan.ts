import { type InSteps, inTurns } from '../../../core/slices.ts'
import type { Micros } from '../../../core/time.ts'
import type { Db } from '../../../store/db.ts'
import { type HeldFigure, heldFigures } from '../../../store/released-figures.ts'
import type { Release } from '../../../store/releases.ts'
import type { Figure } from '../figure.ts'
import { figureKey } from '../figure-key.ts'
import type { PeriodInputs } from '../inputs.ts'
import { WINDOW_DAYS } from '../method.ts'
import { inOrder } from '../order.ts'
import { type Period, readPeriod } from '../period.ts'
import { isSameFigure } from './compared-figures.ts'
import { canonicalInputs } from './digest.ts'
import { figureOf, releasedFrom } from './read.ts'
import { publishedOn } from './siblings.ts'
import { keptForInSteps } from './withheld.ts'

export interface InputsRequest extends Period {
  readonly windowDays: number
  readonly asOf: Micros
  readonly isFinal: boolean
}

/** Where a release gets its figures from. */
export interface Sources {
  readInputs(db: Db, request: InputsRequest): Promise<PeriodInputs>
  /** `withheldBefore`: keys (cell-key.ts) of cells that must not become visible. */
  compose(
    inputs: PeriodInputs,
    options: { readonly withheldBefore: ReadonlySet<string> },
  ): readonly Figure[] | Promise<readonly Figure[]>
}

export interface Vintage {
  readonly inputs: PeriodInputs
  readonly figures: readonly Figure[]
}

export interface ReleasedVintage extends Vintage {
  /** Keys of cells that must not become visible for what was released before it. */
  readonly withheldBefore: ReadonlySet<string>
}

/** What a release would make of one period. */
export interface PeriodPlan extends Vintage {
  /** Canonical JSON of the inputs. */
  readonly bytes: Buffer
  readonly withheldBefore: ReadonlySet<string>
  /** The newest release until now; null: it is the first. */
  readonly before: Vintage | null
  /** Rows to add: what changed or is new. */
  readonly changed: readonly Figure[]
  /** Ids of rows that hold no longer. */
  readonly closed: readonly number[]
  /** How many of them have nothing in their place. */
  readonly removed: number
}

const FIGURES_A_STEP = 1000

export interface PlanRequest {
  readonly period: string
  readonly asOf: Micros
  readonly isFinal: boolean
}

/** Reads what is known, computes from exactly what would be frozen, and compares with the release before. */
export async function planPeriod(
  db: Db,
  { period, asOf, isFinal }: PlanRequest,
  newest: Release | null,
  sources: Sources,
): Promise<PeriodPlan> {
  const at = readPeriod(period)
  if (!at) throw new RangeError(`${period} is no period`)
  const read = await sources.readInputs(db, { ...at, windowDays: WINDOW_DAYS, asOf, isFinal })
  const bytes = await canonicalInputs(read)
  const inputs = JSON.parse(bytes.toString('utf8')) as PeriodInputs
  const held = newest ? await heldFigures(db, newest, period) : []
  const before = newest
    ? { figures: inOrder(held.map(figureOf)), ...(await releasedFrom(db, newest, period)) }
    : null
  const withheldBefore = new Set<string>()
  for (const vintage of [...(before ? [before] : []), ...(await publishedOn(db, at, period))])
    for (const key of await inTurns(keptForInSteps(vintage, inputs))) withheldBefore.add(key)
  const figures = inOrder(await sources.compose(inputs, { withheldBefore }))
  const changes = await inTurns(changesInSteps(figures, held))
  return { inputs, figures, bytes, withheldBefore, before, ...changes }
}

/** What figures change of those held so far. Throws where a cell is there twice. */
function* changesInSteps(
  figures: readonly Figure[],
  held: readonly HeldFigure[],
): InSteps<Pick<PeriodPlan, 'changed' | 'closed' | 'removed'>> {
  const heldByKey = new Map(held.map((row) => [figureKey(figureOf(row)), row]))
  yield
  const kept = new Set<string>()
  const changed: Figure[] = []
  const closed: number[] = []
  for (const [i, figure] of figures.entries()) {
    if (i % FIGURES_A_STEP === 0) yield
    const key = figureKey(figure)
    if (kept.has(key)) throw new Error(`the figures of ${figure.period} have a cell twice: ${key}`)
    kept.add(key)
    const row = heldByKey.get(key)
    if (row && isSameFigure(figureOf(row), figure)) continue
    changed.push(figure)
    if (row) closed.push(row.id)
  }
  yield
  const removed = [...heldByKey].flatMap(([key, { id }]) => (kept.has(key) ? [] : [id]))
  return { changed, closed: [...closed, ...removed], removed: removed.length }
}

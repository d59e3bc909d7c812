import type { Micros } from '../../../core/time.ts'
import type { Db } from '../../../store/db.ts'
import { heldFigures } from '../../../store/released-figures.ts'
import type { Release } from '../../../store/releases.ts'
import type { Figure } from '../figure.ts'
import type { PeriodInputs } from '../inputs.ts'
import { WINDOW_DAYS } from '../method.ts'
import { inOrder } from '../order.ts'
import { type Period, readPeriod } from '../period.ts'
import { cellKey, isSameFigure } from './cell-key.ts'
import { canonicalInputs } from './digest.ts'
import { figureOf, releasedInputs } from './read.ts'
import { publishedOn } from './siblings.ts'
import { stillWithheld } from './withheld.ts'

export interface InputsRequest extends Period {
  readonly windowDays: number
  readonly asOf: Micros
  readonly isFinal: boolean
}

/** Where a release gets its figures from. */
export interface Sources {
  readInputs(db: Db, request: InputsRequest): Promise<PeriodInputs>
  /** `withheldBefore`: keys (cell-key.ts) of cells that must not become visible. */
  compose(inputs: PeriodInputs, options: { readonly withheldBefore: ReadonlySet<string> }): readonly Figure[]
}

export interface Vintage {
  readonly inputs: PeriodInputs
  readonly figures: readonly Figure[]
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
    ? { figures: inOrder(held.map(figureOf)), inputs: await releasedInputs(db, newest, period) }
    : null
  const withheldBefore = new Set<string>()
  for (const vintage of [...(before ? [before] : []), ...(await publishedOn(db, at, period))])
    for (const key of stillWithheld(vintage, inputs)) withheldBefore.add(key)
  const figures = inOrder(sources.compose(inputs, { withheldBefore }))
  const heldByKey = new Map(held.map((row) => [cellKey(figureOf(row)), row]))
  const keys = new Set(figures.map(cellKey))
  if (keys.size < figures.length) throw new Error(`the figures of ${period} have a cell twice`)
  const changed = figures.filter((figure) => {
    const row = heldByKey.get(cellKey(figure))
    return !row || !isSameFigure(figureOf(row), figure)
  })
  const replaced = new Set(changed.map(cellKey))
  const closed = held.filter((row) => {
    const key = cellKey(figureOf(row))
    return replaced.has(key) || !keys.has(key)
  })
  const removed = closed.filter((row) => !keys.has(cellKey(figureOf(row)))).length
  const ids = closed.map(({ id }) => id)
  return { inputs, figures, bytes, withheldBefore, before, changed, closed: ids, removed }
}

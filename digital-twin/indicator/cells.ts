import type { InSteps } from '../../core/slices.ts'
import { ACCESSES, type AccessCode, type ClassCode, type DomainCode } from './codes.ts'
import { emptyMarks, type Withheld, withholdAllInSteps } from './disclosure.ts'
import { countedCellsInSteps } from './disclosure-cells.ts'
import { type CellKey, type CountedCell, cellKey } from './disclosure-cube.ts'
import type { PeriodInputs, Tally } from './inputs.ts'
import { type Place, placing, sumsOf } from './places.ts'

export interface CellName {
  readonly area: string
  readonly access: AccessCode
  readonly domain: DomainCode
  readonly class: ClassCode
}

/** What is counted in one combination of area and codes. */
export interface Cell extends CellName {
  /** Active end devices. */
  readonly active: number
  readonly registered: number
  /** Active SIMs, those of gateways too. */
  readonly sims: number
  /** Confidential by itself (C), or because it would tell another (D); null: free. One pattern for all counts of a cell, since
   *  one limits the others (docs/methodology.md §10). */
  readonly withheld: Withheld | null
}

const REGISTERED: ReadonlySet<string> = new Set(['NEVER_HEARD', 'INACTIVE', 'ACTIVE'])

/** Every cell that is not empty, with every total. `before`: cells that the last release of the period withheld, and that are
 *  like they were. */
export function* cellsOf(
  inputs: PeriodInputs,
  places: readonly Place[],
  before: ReadonlySet<CellKey>,
): InSteps<Cell[]> {
  const areasOf = placing(inputs)
  const of = (isCounted: (tally: Tally) => boolean): InSteps<CountedCell[]> =>
    countedCellsInSteps(inputs.tallies.filter(isCounted), { areasOf, count: ({ devices }) => devices })
  const active = yield* of(({ rule }) => rule === 'ACTIVE')
  const registered = yield* of(({ rule }) => REGISTERED.has(rule))
  const sims = yield* countedCellsInSteps(inputs.tallies, {
    areasOf,
    count: ({ sims }) => sims,
    gatewaysApart: false,
  })
  const withheld = yield* withholdAllInSteps(
    [
      { cells: active, gatewaysApart: true },
      { cells: registered, gatewaysApart: true },
      { cells: sims, gatewaysApart: false },
    ],
    sumsOf(places),
    { before: countsNow(active, before) },
  )
  const counted = yield* countsOf({ active, registered, sims })
  for (const key of emptyMarks([...counted.values()], withheld, accessCodes)) {
    withheld.set(key, 'C')
    counted.set(key, { ...nameOf(key), ...NONE })
  }
  yield
  return [...counted].map(([key, cell]) => ({ ...cell, withheld: withheld.get(key) ?? null }))
}

type Counts = Pick<Cell, 'active' | 'registered' | 'sims'>
const NONE: Counts = { active: 0, registered: 0, sims: 0 }

/** All counts of each cell. */
function* countsOf(
  counts: Readonly<Record<keyof Counts, readonly CountedCell[]>>,
): InSteps<Map<CellKey, CellName & Counts>> {
  const found = new Map<CellKey, CellName & Counts>()
  for (const count of ['active', 'registered', 'sims'] as const) {
    yield
    for (const cell of counts[count]) {
      const key = cellKey(cell)
      const known = found.get(key) ?? { ...nameOf(key), ...NONE }
      found.set(key, { ...known, [count]: cell.devices })
    }
  }
  yield
  return found
}

const accessCodes = ACCESSES.map(({ id }) => id)

function nameOf(key: CellKey): CellName {
  const [area = '', access, domain, kind] = key.split('|')
  return { area, access, domain, class: kind } as CellName
}

/** As if they had been the same before: whoever hands them in has seen that they are near. So they are guarded like those
 *  that are confidential by themselves. */
function countsNow(active: readonly CountedCell[], before: ReadonlySet<CellKey>): Map<CellKey, number> {
  const now = new Map(active.map((cell) => [cellKey(cell), cell.devices]))
  return new Map([...before].map((key) => [key, now.get(key) ?? 0]))
}

/** Disclosure control: which cells of a count of connections are withheld so that nobody learns what single persons have.
 *
 *  Primary (OBS_STATUS Q, CONF_STATUS C): a cell with person-owned devices, of which there are fewer than k or which belong to
 *  fewer than k persons. Devices of organisations hide them only where the largest organisation, which knows its own, still
 *  cannot tell: when at least k devices are other organisations' (a tenth of the persons' devices, where that is more).
 *  A cell without person-owned devices is no primary one. Owners who are not told are taken for different ones.
 *
 *  Secondary (Q, D): what is withheld besides, so that no primary cell follows from sums. For each primary cell there are
 *  further tables of whole numbers that agree with everything published and in which it has other values: all of 1..k-1
 *  person-owned devices (k - 1 or a tenth more or less, where its owners are few). Each is found before it is relied upon
 *  (disclosure-moves.ts), so the guarantee does not hang on how clever a reader is. Tables are looked for first that even those
 *  would believe who take every mark to mean at most k - 1 and no cell to be empty. It goes as far as the marks
 *  allow: a cell that is the sum of two primary ones is known to be at least 2 by these marks alone.
 *
 *  What tells how many there are by being there is withheld too: where anything of an area is withheld, empty cells of its
 *  breakdown by access are marked alike (emptyMarks), and the detailed table, which lists no empty cells, lists no withheld
 *  ones. For the total of an area the mark C does say that somebody is there. The grand total is given up last. The same cells give the same result in whatever
 *  order they come.
 *
 *      withhold(cells, [{ total: '66', parts: ['24133', '24328', '66_U'] }])
 *      // 6 = 4 + 1 + 1, all of persons: 24328 C, 66_U C, 24133 D; only the 6 is published
 *
 *  Sources: A. Hundepool et al., Statistical Disclosure Control (Wiley 2012), ch. 4 and 5; docs/methodology.md §10. */
import { atOnce, type InSteps } from '../../core/slices.ts'
import type { IndicatorId } from './codes.ts'
import {
  type AreaSum,
  type CellKey,
  type CountedCell,
  type Cube,
  cellKey,
  cubeInSteps,
} from './disclosure-cube.ts'
import {
  cheapestMove,
  knownToOwners,
  leeway,
  type Move,
  type Protection,
  type Reader,
} from './disclosure-moves.ts'

/** Fewest persons and person-owned devices that may show. */
export const THRESHOLD_K = 3

export type Withheld = 'C' | 'D'

export interface DisclosureOptions {
  readonly k?: number
  /** What another count of the same cells has withheld: withheld here too. */
  readonly already?: ReadonlyMap<CellKey, Withheld>
  /** What the last release of the same period withheld, with its counts then. Where the count has changed by less than k, the
   *  new one would tell the old: it stays withheld, and is guarded as a primary one. */
  readonly before?: ReadonlyMap<CellKey, number>
  /** The class GATEWAY is in no total; false for SIMs, whose total includes those of gateways. */
  readonly gatewaysApart?: boolean
}

/** The cells of one count to withhold. Throws RangeError where cells do not add up. */
export const withhold = (
  cells: readonly CountedCell[],
  sums: readonly AreaSum[],
  options?: DisclosureOptions,
): Map<CellKey, Withheld> => atOnce(withholdInSteps(cells, sums, options))

function* withholdInSteps(
  cells: readonly CountedCell[],
  sums: readonly AreaSum[],
  { k = THRESHOLD_K, already, before, gatewaysApart = true }: DisclosureOptions = {},
): InSteps<Map<CellKey, Withheld>> {
  const result = new Map(already)
  const kept = stillWithheld(cells, before ?? new Map(), k)
  for (const key of kept) if (!result.has(key)) result.set(key, 'D')
  if (kept.size === 0 && !cells.some((cell) => isPrimary(cell, k))) return result
  const cube = yield* cubeInSteps(cells, sums, gatewaysApart)
  const state = yield* protect(cube, k, result, kept)
  state.cube.cells.forEach((cell, at) => {
    if (!cell || state.isWithheld[at] !== 1) return
    const key = cellKey(cell)
    result.set(key, state.isPrimary[at] === 1 ? 'C' : (result.get(key) ?? 'D'))
  })
  return result
}

/** One pattern for several counts of the same cells (connections, registered ones, SIMs): a cell withheld in one is withheld in
 *  all, since one count limits the others. What is safe for a count stays safe when more is withheld. */
export function* withholdAllInSteps(
  counts: readonly { readonly cells: readonly CountedCell[]; readonly gatewaysApart: boolean }[],
  sums: readonly AreaSum[],
  options: Omit<DisclosureOptions, 'gatewaysApart'> = {},
): InSteps<Map<CellKey, Withheld>> {
  let already = new Map<CellKey, Withheld>(options.already)
  for (const { cells, gatewaysApart } of counts)
    already = yield* withholdInSteps(cells, sums, { ...options, already, gatewaysApart })
  return already
}

/** Whether an indicator of a withheld cell goes too. All do but the population, which is public: it turns each ratio, and the
 *  distance to the target, back into the count. */
export const goesWithCell = (indicator: IndicatorId): boolean => indicator !== 'POP'

function stillWithheld(
  cells: readonly CountedCell[],
  before: ReadonlyMap<CellKey, number>,
  k: number,
): Set<CellKey> {
  const now = new Map(cells.map((cell) => [cellKey(cell), cell.devices]))
  return new Set(
    [...before].filter(([key, count]) => Math.abs((now.get(key) ?? 0) - count) < k).map(([key]) => key),
  )
}

/** Empty cells of the breakdown by access (domain and class `_T`) of areas of which something is withheld: marked C as small ones
 *  are, for otherwise six marks and a total of 6 would say that each is 1. */
export function emptyMarks(
  cells: readonly Parameters<typeof cellKey>[0][],
  withheld: ReadonlyMap<CellKey, Withheld>,
  accesses: readonly string[],
): CellKey[] {
  const touched = new Set([...withheld.keys()].map((key) => key.slice(0, key.indexOf('|'))))
  const known = new Set(cells.map(cellKey))
  return [...touched]
    .sort()
    .flatMap((area) => accesses.map((access) => cellKey({ area, access, domain: '_T', class: '_T' })))
    .filter((key) => !known.has(key) && !withheld.has(key) && !key.endsWith('|_T|_T|_T'))
}

/** Cells in which one organisation has more than nine tenths of all devices, largest first: shown to the statistician
 *  before a release, and published. */
export function dominated(cells: readonly CountedCell[]): CountedCell[] {
  return cells
    .filter(({ topOrgDevices, devices }) => topOrgDevices * 10 > devices * 9)
    .sort((a, b) => b.devices - a.devices || (cellKey(a) < cellKey(b) ? -1 : 1))
}

const isPrimary = (cell: CountedCell, k: number): boolean =>
  cell.personDevices > 0 &&
  (cell.personDevices < k || cell.personOwners < k) &&
  knownToOwners(cell, k) === cell.devices - cell.personDevices

/** In the order of what they let a reader know. */
const READERS: readonly Reader[] = [
  {
    tellsEmpty: 'everywhere',
    knowsSecondaryIsLarge: true,
    knowsPrimaryIsSmall: true,
    mayTakeGrandTotal: false,
  },
  {
    tellsEmpty: 'everywhere',
    knowsSecondaryIsLarge: false,
    knowsPrimaryIsSmall: true,
    mayTakeGrandTotal: false,
  },
  {
    tellsEmpty: 'by-access',
    knowsSecondaryIsLarge: true,
    knowsPrimaryIsSmall: true,
    mayTakeGrandTotal: false,
  },
  {
    tellsEmpty: 'by-access',
    knowsSecondaryIsLarge: false,
    knowsPrimaryIsSmall: true,
    mayTakeGrandTotal: false,
  },
  {
    tellsEmpty: 'in-totals',
    knowsSecondaryIsLarge: false,
    knowsPrimaryIsSmall: true,
    mayTakeGrandTotal: false,
  },
  {
    tellsEmpty: 'in-totals',
    knowsSecondaryIsLarge: false,
    knowsPrimaryIsSmall: true,
    mayTakeGrandTotal: true,
  },
  {
    tellsEmpty: 'in-totals',
    knowsSecondaryIsLarge: false,
    knowsPrimaryIsSmall: false,
    mayTakeGrandTotal: true,
  },
]

function* protect(
  cube: Cube,
  k: number,
  withheld: ReadonlyMap<CellKey, Withheld>,
  guarded: ReadonlySet<CellKey>,
): InSteps<Protection> {
  const size = cube.cells.length
  const known = Float64Array.from(cube.cells, (cell) => (cell ? knownToOwners(cell, k) : 0))
  const state = { cube, k, known, isPrimary: new Uint8Array(size), isWithheld: new Uint8Array(size) }
  const width = cube.kinds.codes.length
  for (const key of withheld.keys()) {
    const [area = '', ...kind] = key.split('|')
    const [row, column] = [cube.areas.at.get(area), cube.kinds.at.get(kind.join('|'))]
    if (row !== undefined && column !== undefined) state.isWithheld[row * width + column] = 1
  }
  const targets: number[] = []
  cube.cells.forEach((cell, at) => {
    if (!cell || cell.personDevices === 0) return
    const primary = isPrimary(cell, k)
    if (primary) state.isPrimary[at] = state.isWithheld[at] = 1
    if (primary || guarded.has(cellKey(cell))) targets.push(at)
  })
  const seen = { strict: nothingSeen(size), lenient: nothingSeen(size) }
  for (const at of broadestFirst(targets, state)) {
    yield
    protectCell(state, at, seen)
  }
  return state
}

/** How much more and how much less each cell is in tables found so far. */
interface Seen {
  readonly up: Float64Array
  readonly down: Float64Array
}

/** By whom the tables are believed: by every reader, or by lenient ones only. */
interface SeenBy {
  readonly strict: Seen
  readonly lenient: Seen
}

const nothingSeen = (size: number): Seen => ({ up: new Float64Array(size), down: new Float64Array(size) })

function protectCell(state: Protection, at: number, seen: SeenBy): void {
  const persons = state.cube.cells[at]?.personDevices ?? 0
  const isSmall = persons < state.k
  find(state, at, 'up', isSmall ? state.k - 1 - persons : leeway(persons, state.k), seen)
  find(state, at, 'down', isSmall ? persons - 1 : 0, seen)
  // Its parts are so many that it cannot be smaller: it must not stand alone at its value.
  if (seen.lenient.up[at] === 0 && seen.lenient.down[at] === 0) find(state, at, 'up', 1, seen)
}

function find(state: Protection, at: number, way: 'up' | 'down', amount: number, seen: SeenBy): void {
  for (const reader of READERS) {
    const shown = reader.knowsPrimaryIsSmall ? seen.strict : seen.lenient
    if ((shown[way][at] ?? 0) >= amount) return
    const move = cheapestMove(state, at, way === 'up' ? amount : -amount, reader)
    if (!move) continue
    note(state, move, seen.lenient)
    if (reader.knowsPrimaryIsSmall) note(state, move, seen.strict)
    return
  }
}

function note({ isWithheld, cube }: Protection, move: Move, { up, down }: Seen): void {
  move.cells.forEach((cell, i) => {
    if (cube.cells[cell]) isWithheld[cell] = 1
    const shown = move.signs[i] === 1 ? up : down
    shown[cell] = Math.max(shown[cell] ?? 0, move.amount)
  })
}

/** A change of a sum is a change of one of its parts too. */
function broadestFirst(targets: readonly number[], { cube }: Protection): number[] {
  const width = cube.kinds.codes.length
  const breadth = (at: number): number =>
    (cube.areas.leaves[Math.floor(at / width)]?.length ?? 0) * (cube.kinds.leaves[at % width]?.length ?? 0)
  return [...targets].sort(
    (a, b) => breadth(b) - breadth(a) || (cube.devices[a] ?? 0) - (cube.devices[b] ?? 0) || a - b,
  )
}

import type { CountedCell, Cube } from './disclosure-cube.ts'

/** What the public, or an organisation that knows its own devices, may hold to be true of a withheld cell, from the strictest
 *  to the most lenient. A move that stands up to a strict reader stands up to any other. */
export interface Reader {
  /** Where withheld cells are told from empty ones: in every cell; in those by area and access only, as the detailed table lists
   *  neither; or in totals of areas only, as the breakdown by access marks both alike. */
  readonly tellsEmpty: 'everywhere' | 'by-access' | 'in-totals'
  /** A cell withheld as secondary has no person-owned devices or at least k, for otherwise it would be a primary one. */
  readonly knowsSecondaryIsLarge: boolean
  /** A primary cell has at most k - 1 person-owned devices. It may be withheld for its few owners, so nobody can be sure. */
  readonly knowsPrimaryIsSmall: boolean
  /** The grand total may be given up too. */
  readonly mayTakeGrandTotal: boolean
}

export interface Protection {
  readonly cube: Cube
  readonly k: number
  readonly isPrimary: Uint8Array
  readonly isWithheld: Uint8Array
  /** Of each cell: devices that one reader may know (knownToOwners). */
  readonly known: Float64Array
}

/** Another table of the same published numbers: `amount` devices more in cells of sign +, fewer in those of sign -. */
export interface Move {
  readonly cells: readonly number[]
  readonly signs: readonly number[]
  readonly amount: number
  /** Devices in cells that would have to be withheld for it, and are published so far. */
  readonly cost: number
}

/** A step along one side of the cube: from a leaf to another (both change, and sums of only one of them), or no other leaf
 *  (all its sums change). */
interface Step {
  readonly at: readonly number[]
  readonly signs: readonly number[]
  readonly partner: number | null
}

/** The move that changes `target` by so many devices and withholds the fewest further devices; null: none is possible.
 *
 *  All devices of a table are in its leaf cells, so a change of leaf cells that leaves every published sum as it is gives a
 *  table that nobody can tell from the true one. Moves are products of a step along each side: so many
 *  from one kind to another in one area and back in another, or into a sum that is then withheld (the hypercube method: S. Giessing,
 *  D. Repsilber, "Tools and strategies to protect multiple tables with the GHQUAR cell suppression engine", LNCS 2316, 2002). */
export function cheapestMove(state: Protection, target: number, change: number, reader: Reader): Move | null {
  const { cube } = state
  const width = cube.kinds.codes.length
  const [area, kind] = [Math.floor(target / width), target % width]
  const price = (row: number | null, column: number | null, by: number): number =>
    row === null || column === null ? 0 : priceOf(state, row * width + column, by, reader)
  let best: Move | null = null
  for (const leafArea of cube.areas.leaves[area] ?? [])
    for (const leafKind of cube.kinds.leaves[kind] ?? []) {
      const persons = cube.cells[leafArea * width + leafKind]?.personDevices ?? 0
      if (persons === 0 && reader.tellsEmpty === 'everywhere') continue
      const own = price(leafArea, leafKind, change)
      if (own === Infinity) continue
      // Most moves are impossible in one of their four leaf cells already: a look at those instead of dozens.
      const across = steps(cube.kinds, leafKind, kind)
        .map((step) => ({ step, leaf: price(leafArea, step.partner, -change) }))
        .filter(({ leaf }) => leaf < Infinity)
      for (const along of steps(cube.areas, leafArea, area)) {
        const beside = own + price(along.partner, leafKind, -change)
        if (beside >= (best?.cost ?? Infinity)) continue
        for (const { step, leaf } of across) {
          if (beside + leaf + price(along.partner, step.partner, change) >= (best?.cost ?? Infinity)) continue
          best = cheaper(state, along, step, change, reader, best)
          if (best?.cost === 0) return best
        }
      }
    }
  return best
}

function steps(side: Cube['areas'], leaf: number, target: number): Step[] {
  const up = side.upward[leaf] ?? []
  const below = side.leaves[target] ?? []
  const found: Step[] = [{ at: up, signs: up.map(() => 1), partner: null }]
  side.upward.forEach((other, partner) => {
    if (other.length === 0 || below.includes(partner)) return
    const gain = up.filter((sum) => !other.includes(sum))
    const loss = other.filter((sum) => !up.includes(sum))
    found.push({
      at: [...gain, ...loss],
      signs: [...gain.map(() => 1), ...loss.map(() => -1)],
      partner,
    })
  })
  return found
}

function cheaper(
  state: Protection,
  along: Step,
  across: Step,
  change: number,
  reader: Reader,
  best: Move | null,
): Move | null {
  const width = state.cube.kinds.codes.length
  const limit = best?.cost ?? Infinity
  let cost = 0
  // Sums come last in a step, and cost most: from there most moves are given up at once.
  for (let i = along.at.length - 1; i >= 0; i--)
    for (let j = across.at.length - 1; j >= 0; j--) {
      const by = change * (along.signs[i] ?? 0) * (across.signs[j] ?? 0)
      cost += priceOf(state, (along.at[i] ?? 0) * width + (across.at[j] ?? 0), by, reader)
      if (cost >= limit) return best
    }
  return {
    cells: along.at.flatMap((area) => across.at.map((kind) => area * width + kind)),
    signs: along.signs.flatMap((one) => across.signs.map((other) => Math.sign(change) * one * other)),
    amount: Math.abs(change),
    cost,
  }
}

const DEPTH = { 'in-totals': 0, 'by-access': 1, everywhere: 2 }

/** Infinity: a reader would see that the cell cannot be so. */
function priceOf(state: Protection, at: number, change: number, reader: Reader): number {
  const { cube, k, isPrimary, isWithheld } = state
  const cell = cube.cells[at]
  const value = (cube.devices[at] ?? 0) + change
  const hides = (cube.depth[at % cube.kinds.codes.length] ?? 0) > DEPTH[reader.tellsEmpty]
  if (!cell) return value >= 0 && (hides || isUnpublished(state, at)) ? 0 : Infinity
  const own = state.known[at] ?? 0
  const primary = isPrimary[at] === 1
  const isSmall = primary && cell.personDevices < k
  const isLarge = !primary && cell.personDevices >= k && reader.knowsSecondaryIsLarge
  if (value < own + (primary && !hides ? 1 : isLarge ? k : 0)) return Infinity
  if (isSmall && reader.knowsPrimaryIsSmall && value > own + k - 1) return Infinity
  if (isWithheld[at] === 1) return 0
  return cube.grandTotals.has(at) && !reader.mayTakeGrandTotal ? Infinity : cell.devices
}

/** A sum of cells that no output has; or a cell that is zero in this count and withheld for another. */
const isUnpublished = ({ cube, isWithheld }: Protection, at: number): boolean =>
  (cube.devices[at] ?? 0) > 0 || isWithheld[at] === 1

/** Devices of a cell that one reader may know already: those of its largest organisation, or of all organisations where
 *  persons' devices cannot hide among the others'. */
export function knownToOwners(cell: CountedCell, k: number): number {
  const orgs = cell.devices - cell.personDevices
  const others = orgs - cell.topOrgDevices
  return others >= Math.max(k, leeway(cell.personDevices, k)) ? cell.topOrgDevices : orgs
}

/** How far from the truth a reader must be left about a number of persons' devices: k - 1 to either side, or a tenth of it. */
export const leeway = (personDevices: number, k: number): number =>
  Math.max(k - 1, Math.ceil(personDevices / 10))

/** The cells of one count laid out as a cube, areas × kinds, with what each is part of.
 *
 *  A kind is access, domain and class together, each of them perhaps `_T`. Leaves are the areas that are no sum and the kinds
 *  without `_T`: every other cell is a sum of leaf cells, and is checked to be. A sum that is not among the cells is not
 *  published; a leaf cell that is not among them is zero.
 *
 *      cubeOf(cells, [{ total: '66', parts: ['24133', '24328', '66_U'] }]) */
import type { InSteps } from '../../core/slices.ts'

export interface CountedCell {
  readonly area: string
  readonly access: string
  readonly domain: string
  readonly class: string
  readonly devices: number
  /** How many of them persons own, and how many different persons these are (more than ten need not be told apart). */
  readonly personDevices: number
  readonly personOwners: number
  /** Devices of the organisation that has the most in this cell. */
  readonly topOrgDevices: number
}

/** A province and all that it is made of, or a territory and its members. */
export interface AreaSum {
  readonly total: string
  readonly parts: readonly string[]
  /** Made so that a series goes on, and given up before a province is. */
  readonly isTerritory?: boolean
}

export type CellKey = string
export const cellKey = (cell: Pick<CountedCell, 'area' | 'access' | 'domain' | 'class'>): CellKey =>
  `${cell.area}|${cell.access}|${cell.domain}|${cell.class}`

/** One side of the cube. */
interface Side {
  readonly codes: readonly string[]
  readonly at: ReadonlyMap<string, number>
  /** Of a leaf: itself, then every sum it is part of. Of a sum: nothing. */
  readonly upward: readonly (readonly number[])[]
  /** The leaves that each is made of; of a leaf: itself. */
  readonly leaves: readonly (readonly number[])[]
}

export interface Cube {
  readonly areas: Side
  readonly kinds: Side
  /** The cell in row `area` and column `kind` is number area × kinds + kind. Undefined: zero, or a sum not published. */
  readonly cells: readonly (CountedCell | undefined)[]
  readonly devices: Float64Array
  /** Of each kind: 0 everything in an area, 1 by access alone, 2 in more detail. */
  readonly depth: readonly number[]
  /** Everything in an area that is part of no other but a territory: what people come for, and what other tables have too. */
  readonly grandTotals: ReadonlySet<number>
}

/** Throws where a cell is given twice or is not the sum of its leaves. `gatewaysApart`: the class GATEWAY is in no total. */
export function* cubeInSteps(
  cells: readonly CountedCell[],
  sums: readonly AreaSum[],
  gatewaysApart: boolean,
): InSteps<Cube> {
  const areas = areaSide(cells, sums)
  const kinds = kindSide(cells, gatewaysApart)
  const width = kinds.codes.length
  const given: (CountedCell | undefined)[] = new Array(areas.codes.length * width).fill(undefined)
  const devices = new Float64Array(given.length)
  for (const [i, cell] of cells.entries()) {
    if (i % CELLS_A_STEP === 0) yield
    if (cell.devices === 0) continue
    const [area, kind] = [areas.at.get(cell.area) ?? 0, kinds.at.get(kindOf(cell)) ?? 0]
    if (given[area * width + kind]) throw new RangeError(`cell ${cellKey(cell)} is given twice`)
    given[area * width + kind] = cell
    for (const up of areas.upward[area] ?? [])
      for (const across of kinds.upward[kind] ?? []) {
        const at = up * width + across
        devices[at] = (devices[at] ?? 0) + cell.devices
      }
  }
  given.forEach((cell, at) => {
    if (cell && cell.devices !== devices[at])
      throw new RangeError(`cell ${cellKey(cell)} says ${cell.devices}, its parts ${devices[at]}`)
  })
  const depth = kinds.codes.map((code) => (code === '_T|_T|_T' ? 0 : code.endsWith('|_T|_T') ? 1 : 2))
  const grandTotals = new Set(
    rootsOf(sums).flatMap((area) => (areas.at.get(area) ?? 0) * width + depth.indexOf(0)),
  )
  return { areas, kinds, cells: given, devices, depth, grandTotals }
}

/** Sums that are part of no other, territories left out. */
function rootsOf(sums: readonly AreaSum[]): string[] {
  const own = sums.filter(({ isTerritory = false }) => !isTerritory)
  const isPart = ({ total, parts }: AreaSum): boolean =>
    own.some(
      (other) =>
        other.total !== total &&
        other.parts.length > parts.length &&
        parts.every((part) => other.parts.includes(part)),
    )
  return own.filter((sum) => !isPart(sum)).map(({ total }) => total)
}

function areaSide(cells: readonly CountedCell[], sums: readonly AreaSum[]): Side {
  const codes = new Set(cells.map(({ area }) => area))
  for (const { total } of sums) codes.add(total)
  const totals = new Set(sums.map(({ total }) => total))
  const above = (code: string): string[] => {
    const found = new Set([code])
    for (const one of found) for (const { total, parts } of sums) if (parts.includes(one)) found.add(total)
    return [...found]
  }
  return side(
    [...codes].sort(),
    (code) => !totals.has(code),
    (code) => above(code).filter((total) => codes.has(total)),
  )
}

const CELLS_A_STEP = 1000

const DIMENSIONS = ['access', 'domain', 'class'] as const
const kindOf = (cell: CountedCell): string => `${cell.access}|${cell.domain}|${cell.class}`

function kindSide(cells: readonly CountedCell[], gatewaysApart: boolean): Side {
  const codes = new Set(cells.map(kindOf))
  // A dimension in which everything is `_T` is not broken down at all: there `_T` is a leaf.
  const isBroken = DIMENSIONS.map((dimension) => cells.some((cell) => cell[dimension] !== '_T'))
  const above = (kind: string): string[] =>
    kind
      .split('|')
      .map((code) => (code === '_T' || (gatewaysApart && code === 'GATEWAY') ? [code] : [code, '_T']))
      .reduce<string[][]>((made, choices) => made.flatMap((one) => choices.map((c) => [...one, c])), [[]])
      .map((one) => one.join('|'))
  for (const kind of [...codes]) for (const sum of above(kind)) codes.add(sum)
  return side(
    [...codes].sort(),
    (kind) => kind.split('|').every((code, i) => code !== '_T' || !isBroken[i]),
    above,
  )
}

function side(
  codes: readonly string[],
  isLeaf: (code: string) => boolean,
  above: (code: string) => readonly string[],
): Side {
  const at = new Map(codes.map((code, i) => [code, i]))
  const upward = codes.map((code) => (isLeaf(code) ? above(code).map((sum) => at.get(sum) ?? 0) : []))
  const leaves: number[][] = codes.map(() => [])
  upward.forEach((sums, leaf) => {
    for (const sum of sums) leaves[sum]?.push(leaf)
  })
  return { codes, at, upward, leaves }
}

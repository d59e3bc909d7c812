import { ACCESSES, type AccessCode, type ClassCode, type DomainCode } from './codes.ts'
import { emptyMarks, type Withheld, withholdAll } from './disclosure.ts'
import { countedCells } from './disclosure-cells.ts'
import { type CellKey, type CountedCell, cellKey } from './disclosure-cube.ts'
import type { PeriodInputs, Tally } from './inputs.ts'
import { type Place, placing } from './places.ts'

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
export function cellsOf(
  inputs: PeriodInputs,
  places: readonly Place[],
  before: ReadonlySet<CellKey>,
): Cell[] {
  const areasOf = placing(inputs)
  const of = (isCounted: (tally: Tally) => boolean): CountedCell[] =>
    countedCells(inputs.tallies.filter(isCounted), { areasOf, count: ({ devices }) => devices })
  const active = of(({ rule }) => rule === 'ACTIVE')
  const registered = of(({ rule }) => REGISTERED.has(rule))
  const sims = countedCells(inputs.tallies, { areasOf, count: ({ sims }) => sims, gatewaysApart: false })
  const withheld = withholdAll(
    [
      { cells: active, gatewaysApart: true },
      { cells: registered, gatewaysApart: true },
      { cells: sims, gatewaysApart: false },
    ],
    places.flatMap(({ area, members }) => (members ? [{ total: area, parts: [...members].sort() }] : [])),
    { before: countsNow(active, before) },
  )
  const counts = [active, registered, sims].map(
    (cells) => new Map(cells.map((cell) => [cellKey(cell), cell.devices])),
  )
  const marks = emptyMarks([...active, ...registered, ...sims], withheld, accessCodes)
  for (const key of marks) withheld.set(key, 'C')
  const names = new Map([
    ...[...active, ...registered, ...sims].map((cell) => [cellKey(cell), cell as CellName] as const),
    ...marks.map((key) => [key, nameOf(key)] as const),
  ])
  return [...names].map(([key, { area, access, domain, class: kind }]) => {
    const [nActive = 0, nRegistered = 0, nSims = 0] = counts.map((count) => count.get(key) ?? 0)
    return {
      ...{ area, access, domain, class: kind },
      ...{ active: nActive, registered: nRegistered, sims: nSims },
      withheld: withheld.get(key) ?? null,
    }
  })
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

import { atOnce, type InSteps } from '../../core/slices.ts'
import type { AccessCode, ClassCode, DomainCode } from './codes.ts'
import { type CellKey, type CountedCell, cellKey } from './disclosure-cube.ts'
import type { Tally } from './inputs.ts'

/** Every cell of the cube that is not zero, with who owns what is in it, from tallies.
 *
 *      countedCells(active, { areasOf: ({ area }) => [area ?? '66_U', '66'], count: ({ devices }) => devices })
 *
 *  Owners who are not told are different ones, persons and organisations alike: a household rarely has a second meter, and an
 *  organisation that is to be guarded against must be told. */
export const countedCells = (tallies: readonly Tally[], counting: Counting): CountedCell[] =>
  atOnce(countedCellsInSteps(tallies, counting))

export function* countedCellsInSteps(
  tallies: readonly Tally[],
  { areasOf, count, gatewaysApart = true }: Counting,
): InSteps<CountedCell[]> {
  const cells = new Map<CellKey, Owned>()
  const ownedOf = (cell: Owned['cell']): Owned => {
    const key = cellKey(cell)
    const owned = cells.get(key) ?? noneOwned(cell)
    cells.set(key, owned)
    return owned
  }
  // The cells that a tally is part of, and all others of its kind.
  const parts = new Map<string, Owned[]>()
  for (const [i, tally] of tallies.entries()) {
    if (i % TALLIES_A_STEP === 0) yield
    const amount = count(tally)
    if (amount === 0) continue
    const kind = `${tally.area}|${tally.access}|${tally.domain}|${tally.class}`
    let into = parts.get(kind)
    if (!into) {
      into = cellsOf(tally, areasOf(tally), gatewaysApart).map(ownedOf)
      parts.set(kind, into)
    }
    for (const owned of into) add(owned, tally, amount)
  }
  yield
  return [...cells.values()].map(({ cell, devices, persons, untoldPersons, people, orgs, hasUntoldOrg }) => ({
    ...cell,
    devices,
    personDevices: persons,
    personOwners: people.size + untoldPersons,
    topOrgDevices: Math.max(hasUntoldOrg ? 1 : 0, ...orgs.values()),
  }))
}

export interface Counting {
  /** The tally's own area and all it is part of. */
  readonly areasOf: (tally: Tally) => readonly string[]
  /** Of what: devices, or SIMs. */
  readonly count: (tally: Tally) => number
  readonly gatewaysApart?: boolean
}

const TALLIES_A_STEP = 500
/** No threshold tells more apart. */
const PEOPLE_MAX = 10

interface Owned {
  readonly cell: Pick<CountedCell, 'area' | 'access' | 'domain' | 'class'>
  devices: number
  persons: number
  untoldPersons: number
  readonly people: Set<string>
  readonly orgs: Map<string, number>
  hasUntoldOrg: boolean
}

const noneOwned = (cell: Owned['cell']): Owned => ({
  cell,
  devices: 0,
  persons: 0,
  untoldPersons: 0,
  people: new Set(),
  orgs: new Map(),
  hasUntoldOrg: false,
})

function add(owned: Owned, { ownerKind, owners }: Tally, amount: number): void {
  owned.devices += amount
  if (ownerKind === 'person') {
    owned.persons += amount
    for (const owner of owners) if (owned.people.size < PEOPLE_MAX) owned.people.add(owner)
    if (owners.length === 0) owned.untoldPersons += amount
    return
  }
  const [org] = owners
  if (org === undefined) owned.hasUntoldOrg = true
  else owned.orgs.set(org, (owned.orgs.get(org) ?? 0) + amount)
}

function cellsOf(tally: Tally, areas: readonly string[], gatewaysApart: boolean): Owned['cell'][] {
  const accesses = withTotal<AccessCode>(tally.access)
  const domains = withTotal<DomainCode>(tally.domain)
  const isApart = gatewaysApart && tally.class === 'GATEWAY'
  const classes = isApart ? [tally.class] : withTotal<ClassCode>(tally.class)
  return areas.flatMap((area) =>
    accesses.flatMap((access) =>
      domains.flatMap((domain) => classes.map((cls) => ({ area, access, domain, class: cls }))),
    ),
  )
}

const withTotal = <Code extends string>(code: Code): (Code | '_T')[] =>
  code === '_T' ? [code] : [code, '_T']

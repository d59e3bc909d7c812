import type { AccessCode, ClassCode, DomainCode } from './codes.ts'
import { type CellKey, type CountedCell, cellKey } from './disclosure-cube.ts'
import type { Tally } from './inputs.ts'

/** Every cell of the cube that is not zero, with who owns what is in it, from tallies.
 *
 *      countedCells(active, { areasOf: ({ area }) => [area ?? '66_U', '66'], count: ({ devices }) => devices })
 *
 *  Owners who are not told are different ones, persons and organisations alike: a household rarely has a second meter, and an
 *  organisation that is to be guarded against must be told. */
export function countedCells(
  tallies: readonly Tally[],
  { areasOf, count, gatewaysApart = true }: Counting,
): CountedCell[] {
  const cells = new Map<CellKey, Owned>()
  for (const tally of tallies) {
    const amount = count(tally)
    if (amount === 0) continue
    for (const cell of cellsOf(tally, areasOf(tally), gatewaysApart)) {
      const key = cellKey(cell)
      let owned = cells.get(key)
      if (!owned) {
        owned = {
          cell,
          devices: 0,
          persons: 0,
          untoldPersons: 0,
          people: new Set(),
          orgs: new Map(),
          hasUntoldOrg: false,
        }
        cells.set(key, owned)
      }
      add(owned, tally, amount)
    }
  }
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

interface Owned {
  readonly cell: Pick<CountedCell, 'area' | 'access' | 'domain' | 'class'>
  devices: number
  persons: number
  untoldPersons: number
  readonly people: Set<string>
  readonly orgs: Map<string, number>
  hasUntoldOrg: boolean
}

function add(owned: Owned, { ownerKind, owners }: Tally, amount: number): void {
  owned.devices += amount
  if (ownerKind === 'person') {
    owned.persons += amount
    for (const owner of owners) owned.people.add(owner)
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

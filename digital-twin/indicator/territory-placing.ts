import { type Crossing, hasPopulationWeight } from './territory.ts'

export interface Placed {
  /** An area of the geography in force; null: it cannot be told. */
  readonly area: string | null
  /** By its own word, by lying wholly in it, by coordinates, by where most people of the declared area live (status E), or not. */
  readonly how: 'declared' | 'whole' | 'located' | 'estimated' | 'unknown'
}

/** Puts devices that were declared in an area of another geography, before or after a change, into one in force.
 *
 *  In this order: the declared area is in force; it lies wholly in one that is; coordinates say which (and it is one that the
 *  declared area overlaps); most of its population lives there, an estimate. Shares of land are never used: without any of these
 *  the area is not known.
 *
 *      const place = placer(crossings, new Set(['22015', '22045']))
 *      place('22024') // { area: '22015', how: 'whole' }
 *      place('22018', '22045') // located in 22045
 *
 *  `lowest`: codes in force that no other is part of. `populationOf`: of a former area, where it is known: for the way back, from
 *  a commune to the former district that more of its people come from. */
export function placer(
  crossings: readonly Crossing[],
  lowest: ReadonlySet<string>,
  populationOf: (code: string, version: string) => number | null = () => null,
): (declared: string | null, located?: string | null) => Placed {
  const candidates = candidatesIn(crossings, lowest, populationOf)
  return (declared, located = null) => {
    if (declared === null) return located !== null && lowest.has(located) ? at(located, 'located') : UNKNOWN
    if (lowest.has(declared)) return at(declared, 'declared')
    const found = candidates.get(declared) ?? []
    const [only] = found
    if (only && found.length === 1 && only.isWhole) return at(only.area, 'whole')
    if (located !== null && lowest.has(located) && (!only || found.some(({ area }) => area === located)))
      return at(located, 'located')
    return likeliest(found)
  }
}

interface Candidate {
  readonly area: string
  readonly isWhole: boolean
  /** How many of the declared area's people are there, or what share of them; null: not known. */
  readonly people: number | null
}

const UNKNOWN: Placed = { area: null, how: 'unknown' }
const at = (area: string, how: Placed['how']): Placed => ({ area, how })

function candidatesIn(
  crossings: readonly Crossing[],
  lowest: ReadonlySet<string>,
  populationOf: (code: string, version: string) => number | null,
): Map<string, Candidate[]> {
  const found = new Map<string, Candidate[]>()
  const add = (declared: string, candidate: Candidate): void => {
    const known = found.get(declared)
    if (known) known.push(candidate)
    else found.set(declared, [candidate])
  }
  for (const crossing of crossings) {
    const { fromCode, fromVersion, toCode, overlap } = crossing
    const share = hasPopulationWeight(crossing) ? Number(crossing.weight) : null
    if (lowest.has(toCode)) add(fromCode, { area: toCode, isWhole: overlap === 'full', people: share })
    const before = populationOf(fromCode, fromVersion)
    const people = share === null || before === null ? null : share * before
    if (lowest.has(fromCode)) add(toCode, { area: fromCode, isWhole: overlap === 'full', people })
  }
  return found
}

/** Where most people are; of equals the lower code. Null where that is not known of every candidate. */
function likeliest(candidates: readonly Candidate[]): Placed {
  const known = candidates.flatMap(({ area, people }) => (people === null ? [] : [{ area, people }]))
  if (known.length === 0 || known.length < candidates.length) return UNKNOWN
  const [first] = known.sort((a, b) => b.people - a.people || (a.area < b.area ? -1 : 1))
  return first ? at(first.area, 'estimated') : UNKNOWN
}

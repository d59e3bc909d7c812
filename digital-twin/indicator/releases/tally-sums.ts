import type { InSteps } from '../../../core/slices.ts'
import type { IndicatorId, RuleId } from '../codes.ts'
import { cellKey } from '../disclosure-cube.ts'
import type { FigureName } from '../figure-key.ts'
import type { PeriodInputs, Tally } from '../inputs.ts'

/** Devices and SIMs of a cell by the rule that decided about them. */
export interface Sums {
  readonly devices: Map<RuleId, number>
  readonly persons: Map<RuleId, number>
  sims: number
}

export const noSums = (): Sums => ({ devices: new Map(), persons: new Map(), sims: 0 })

type Slice = Pick<FigureName, 'area' | 'access' | 'domain' | 'class'>

/** All areas, of whatever province: no code of one. */
export const EVERYWHERE = { area: '*' } as const

/** The area over all technologies, domains and classes. */
export const wholeOf = ({ area }: Pick<FigureName, 'area'>): Slice => ({
  ...{ area, access: '_T', domain: '_T', class: '_T' },
})

const TALLIES_A_STEP = 500

/** What lies below the wanted slices, totals (`_T`) and the areas that contain others included. */
export function* sumsInSteps(inputs: PeriodInputs, wanted: ReadonlySet<string>): InSteps<Map<string, Sums>> {
  const sums = new Map<string, Sums>()
  const containing = areasContaining(inputs)
  // The sums that a tally is part of, and all others of its kind.
  const parts = new Map<string, Sums[]>()
  for (const [i, tally] of inputs.tallies.entries()) {
    if (i % TALLIES_A_STEP === 0) yield
    const kind = cellKey({ ...tally, area: tally.area ?? '' })
    let into = parts.get(kind)
    if (!into) {
      const keys = slicesAround(tally, [...containing(tally.area), EVERYWHERE.area])
      into = keys
        .filter((key) => wanted.has(key))
        .map((key) => {
          const of = sums.get(key) ?? noSums()
          sums.set(key, of)
          return of
        })
      parts.set(kind, into)
    }
    for (const of of into) add(of, tally)
  }
  return sums
}

const slicesAround = ({ access, domain, class: kind }: Tally, areas: readonly string[]): string[] =>
  areas.flatMap((area) =>
    [access, '_T'].flatMap((a) =>
      [domain, '_T'].flatMap((d) => [kind, '_T'].map((k) => `${area}|${a}|${d}|${k}`)),
    ),
  )

function add(of: Sums, { rule, devices, sims, ownerKind }: Tally): void {
  of.devices.set(rule, (of.devices.get(rule) ?? 0) + devices)
  if (ownerKind === 'person') of.persons.set(rule, (of.persons.get(rule) ?? 0) + devices)
  of.sims += sims
}

/** By the area of a device: it and all that contain it, territories too. Where it is not known, the province alone and its line
 *  for that. */
export function areasContaining(inputs: PeriodInputs): (area: string | null) => readonly string[] {
  const { province, areas, territories } = inputs
  const unknown = [`${province}_U`, province]
  const parents = new Map(areas.map(({ code, parent }) => [code, parent]))
  const known = new Map<string, readonly string[]>()
  for (const { code } of areas) {
    const chain: string[] = []
    for (let at: string | null = code; at !== null && !chain.includes(at); at = parents.get(at) ?? null)
      chain.push(at)
    const within = territories.filter(({ members }) => members.some((member) => chain.includes(member)))
    known.set(code, [...chain, ...within.map(({ label }) => label.code)])
  }
  return (area) => (area === null ? unknown : (known.get(area) ?? unknown))
}

/** What an indicator counts; a ratio tells as much as its numerator, for the population is public. */
export function countOf(indicator: IndicatorId, { devices, sims }: Sums): number {
  const active = devices.get('ACTIVE') ?? 0
  if (indicator === 'M2M_SIM' || indicator === 'M2M_SIM_P100') return sims
  if (indicator !== 'IOT_REG') return active
  return active + (devices.get('INACTIVE') ?? 0) + (devices.get('NEVER_HEARD') ?? 0)
}

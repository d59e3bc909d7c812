import type { Neighbours } from '../../core/relation.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Entity } from '../../store/device.ts'
import { firstMeters } from '../relations/first-meters.ts'

export interface ZoneMeters {
  readonly inlets: readonly string[]
  readonly customers: readonly string[]
}

/** Why there is no balance, as data. */
export interface BalanceFault {
  readonly code:
    | 'not_a_zone'
    | 'zone_without_inlet'
    | 'zone_without_customers'
    | 'inlet_without_meter'
    | 'meter_shared'
    | 'meters_too_far'
    | 'window_too_large'
  readonly detail: string
}

const METERED = ['water-volume', 'water-flow'] as const

/** The meters that water comes into a zone through, and those that it leaves it through, by the relations as they are now. */
export function zoneMeters(
  zone: Entity,
  neighbours: Neighbours,
  latest: (entity: string) => Readonly<Record<string, unknown>>,
): Result<ZoneMeters, BalanceFault> {
  const fault = (code: BalanceFault['code'], detail: string) => err({ code, detail })
  if (zone.type !== 'water-zone')
    return fault('not_a_zone', `${zone.id} is a ${zone.type}: only a water-zone has a balance`)
  const thing = (id: string): Thing => ({
    id,
    related: (kind, side) => neighbours[side](id, kind).map(thing),
  })
  const isMeter = ({ id }: Thing) => METERED.some((quantity) => quantity in latest(id))
  const [above, below] = (['before', 'after'] as const).map((side) =>
    firstMeters(thing(zone.id), side, isMeter),
  )
  for (const found of [above, below]) {
    if (!found || found.ok) continue
    if (found.error.code === 'too_far')
      return fault('meters_too_far', `no meter within five steps of ${zone.id}`)
    const { meter } = found.error
    return fault(
      'meter_shared',
      `${meter} measures water of ${zone.id} and of others: it needs one of its own`,
    )
  }
  if (!above?.ok || !below?.ok) throw new Error('both sides were looked at')
  const ids = (things: readonly Thing[]) => things.map(({ id }) => id)
  const [open] = above.value.unmetered
  if (open) return fault('inlet_without_meter', `${open.id} feeds ${zone.id}, and no meter tells how much`)
  const inlets = ids(above.value.meters)
  const customers = ids([...below.value.meters, ...below.value.unmetered])
  if (inlets.length === 0) return fault('zone_without_inlet', `nothing that has told a flow feeds ${zone.id}`)
  if (customers.length === 0) return fault('zone_without_customers', `${zone.id} feeds nobody`)
  return ok({ inlets, customers })
}

interface Thing {
  readonly id: string
  related(kind: 'feeds', side: 'after' | 'before'): readonly Thing[]
}

import type { Neighbours } from '../../core/relation.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { DAY_US } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { type Balance, balanceOf, incomplete, type NightFlow, nightFlowOf, nightsIn } from './balance.ts'
import { type Metered, metered, type Window } from './metering.ts'
import { type BalanceFault, type ZoneMeters, zoneMeters } from './zone-meters.ts'

interface BalanceParts {
  readonly store: { readonly db: Db }
  readonly registry: { entity(id: string): Entity | undefined }
  readonly relations: Neighbours
  readonly twins: {
    latest(entity: string): Readonly<Record<string, unknown>>
    intervalS(entity: Entity): number
  }
}

interface WaterBalance extends Balance {
  readonly nightFlow: NightFlow
  /** Meters of which too little was told, and those that were set back or changed in the window. */
  readonly incomplete: { readonly inlets: readonly Metered[]; readonly customers: readonly Metered[] }
}

/** Bounds the readings that are looked at: 2,000 days of a meter at one in five minutes are 576,000, about 4 s of the embedded
 *  database. A single day is always looked at. */
const METER_DAYS_MAX = 2000

/** What a balance is found out of; cheap to tell. */
export interface BalanceAsk extends ZoneMeters {
  readonly window: Window
}

/** By the relations as they are now. */
export function balanceAsk(
  { relations, twins }: Pick<BalanceParts, 'relations' | 'twins'>,
  zone: Entity,
  window: Window,
): Result<BalanceAsk, BalanceFault> {
  const found = zoneMeters(zone, relations, (id) => twins.latest(id))
  if (!found.ok) return found
  const { inlets, customers } = found.value
  const days = (window.to - window.from) / DAY_US
  const daysMax = Math.floor(METER_DAYS_MAX / (inlets.length + customers.length))
  if (days > Math.max(1, daysMax))
    return err({
      code: 'window_too_large',
      detail: `with ${inlets.length + customers.length} meters it takes at most ${Math.max(1, daysMax)} days`,
    })
  return ok({ inlets, customers, window })
}

/** The water balance of a metered zone over a window, and its flow at night. */
export async function waterBalance(
  { store, registry, twins }: BalanceParts,
  { inlets, customers, window }: BalanceAsk,
  nightUseLPerConnection: number,
): Promise<WaterBalance> {
  const parts = {
    db: store.db,
    entity: (id: string) => registry.entity(id),
    intervalS: (entity: Entity) => twins.intervalS(entity),
  }
  const [atInlets = []] = await metered(parts, inlets, [window])
  const [atCustomers = []] = await metered(parts, customers, [window])
  const nights = nightsIn(window)
  const atNight = await metered(parts, inlets, nights)
  return {
    ...balanceOf(atInlets, atCustomers),
    nightFlow: nightFlowOf(nights, atNight, customers.length, nightUseLPerConnection),
    incomplete: { inlets: incomplete(atInlets), customers: incomplete(atCustomers) },
  }
}

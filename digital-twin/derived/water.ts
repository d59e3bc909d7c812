import type { Derived, DerivedInput, DerivedQuantity } from '../model.ts'
import { firstMeters } from '../relations/first-meters.ts'

/** Below this a tank does not empty: the level only wanders. */
const OUTFLOW_MIN_M3_H = 0.01

/** Volume by the level in an upright tank, m³: full volume · level / height, never more than full. */
function stored(input: DerivedInput): number | null {
  const volume = input.attribute('volume')
  const height = input.attribute('height')
  const level = input.value('water-level')
  const fill = input.value('fill-level')
  if (volume === undefined || volume <= 0) return null
  if (fill !== undefined) return (volume * within(fill, 100)) / 100
  if (height === undefined || height <= 0 || level === undefined) return null
  return (volume * within(level, height)) / height
}

const within = (value: number, max: number): number => Math.max(0, Math.min(max, value))

export const storedVolume: DerivedQuantity = { quantity: 'stored-volume', compute: stored }

/** Hours until a tank is empty at what flows out now, which the first flow meters below it tell; null where it does not
 *  empty, or one of them is not known. What flows in is not taken off: it is the time that is left once the inflow fails. */
export const timeToEmpty: DerivedQuantity = {
  quantity: 'time-to-empty',
  usesRelated: true,
  compute(input) {
    const volume = stored(input)
    const outlets = volume === null ? null : metersOf(input, 'after')
    if (volume === null || outlets === null || outlets.unmetered.length > 0) return null
    const flows = known(outlets.meters)
    if (flows.length < outlets.meters.length) return null
    const outflow = total(flows)
    return outflow < OUTFLOW_MIN_M3_H ? null : volume / outflow
  },
}

const FLOW = 'water-flow'
const metersOf = (from: DerivedInput, side: 'after' | 'before') => {
  const found = firstMeters<DerivedInput>(from, side, (one) => one.tells(FLOW))
  return found.ok ? found.value : null
}

const known = (meters: readonly DerivedInput[]): number[] => meters.flatMap((one) => one.value(FLOW) ?? [])
const total = (flows: readonly number[]): number => flows.reduce((sum, one) => sum + one, 0)

/** With fewer of the customers heard, what they draw is not known: their silence would look like a leak. */
const HEARD_SHARE_MIN = 0.95

interface ZoneFlows {
  /** Null: some inlet is not known. */
  readonly inflow: number | null
  /** Of all customers, by those who were heard; null: too few were. */
  readonly drawn: number | null
  /** The share of the customers that was heard. */
  readonly coverage: number
}

/** What flows into a metered zone and what its customers draw, m³/h, now. */
const flowsOf = (zone: DerivedInput): ZoneFlows =>
  zone.once('zone-flows', () => {
    const inlets = metersOf(zone, 'before')
    const inflows = known(inlets?.meters ?? [])
    const isInflowKnown =
      inlets !== null &&
      inlets.unmetered.length === 0 &&
      inflows.length > 0 &&
      inflows.length === inlets.meters.length
    const customers = metersOf(zone, 'after')
    const draws = known(customers?.meters ?? [])
    const count = (customers?.meters.length ?? 0) + (customers?.unmetered.length ?? 0)
    const coverage = count === 0 ? 0 : draws.length / count
    return {
      inflow: isInflowKnown ? total(inflows) : null,
      drawn: coverage < HEARD_SHARE_MIN ? null : total(draws) / coverage,
      coverage,
    }
  })

function lossOf(zone: DerivedInput, of: (loss: number, inflow: number) => number | null): Derived {
  const { inflow, drawn, coverage } = flowsOf(zone)
  const value = inflow === null || drawn === null ? null : of(inflow - drawn, inflow)
  return value === null ? null : { value, coverage }
}

/** What goes into a zone and reaches no meter, m³/h (real and apparent losses of the IWA water balance, as a rate). Where up to
 *  one customer of twenty is silent, he is taken to draw what the others do. */
export const waterLossFlow: DerivedQuantity = {
  quantity: 'water-loss-flow',
  usesRelated: true,
  compute: (zone) => lossOf(zone, (loss) => loss),
}

/** The same as a share of what goes in, %. */
export const waterLossRatio: DerivedQuantity = {
  quantity: 'water-loss-ratio',
  usesRelated: true,
  compute: (zone) => lossOf(zone, (loss, inflow) => (inflow <= 0 ? null : (100 * loss) / inflow)),
}

/** Of a zone, what flows into it. */
export const zoneInflow: DerivedQuantity = {
  quantity: FLOW,
  usesRelated: true,
  compute: (zone) => flowsOf(zone).inflow,
}

import type { Derived, DerivedInput, DerivedQuantity } from '../model.ts'

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
    if (volume === null || outlets === null || outlets.unmetered > 0) return null
    const flows = known(outlets.meters)
    if (flows.length < outlets.meters.length) return null
    const outflow = total(flows)
    return outflow < OUTFLOW_MIN_M3_H ? null : volume / outflow
  },
}

const FLOW = 'water-flow'
/** A meter is looked for so far: past pumps and valves that measure nothing. */
const LEVELS = 5

interface Meters {
  readonly meters: readonly DerivedInput[]
  /** Ways that end without one. */
  readonly unmetered: number
}

/**
 * The first flow meters below (or above) a thing, each once, however many ways lead to it: two pumps into one main are one flow.
 * One that lies above another of them is looked past, for the other counts the same water again. Null where one of them also
 * has water from elsewhere (or gives some elsewhere), so that its flow says nothing of this thing, and where they are too far.
 */
function metersOf(from: DerivedInput, side: 'after' | 'before'): Meters | null {
  const past = new Map([[from.id, from]])
  for (let level = 0; level < LEVELS; level++) {
    const next = beyond(past, side)
    const more = next.filter((one) => !isEnd(one, side) && (!one.tells(FLOW) || leadsTo(one, next, side)))
    if (more.length === 0) return metersAmong(next, past, side)
    for (const one of more) past.set(one.id, one)
  }
  return null
}

/** Right behind what was looked past. */
function beyond(past: ReadonlyMap<string, DerivedInput>, side: 'after' | 'before'): readonly DerivedInput[] {
  const next = new Map<string, DerivedInput>()
  for (const one of past.values())
    for (const other of one.related('feeds', side)) if (!past.has(other.id)) next.set(other.id, other)
  return [...next.values()]
}

const isEnd = (one: DerivedInput, side: 'after' | 'before'): boolean =>
  one.related('feeds', side).length === 0

function leadsTo(one: DerivedInput, others: readonly DerivedInput[], side: 'after' | 'before'): boolean {
  if (others.length === 1) return false
  const ids = new Set(others.map(({ id }) => id))
  let reached = one.related('feeds', side)
  for (let level = 0; level < LEVELS && reached.length > 0; level++) {
    if (reached.some(({ id }) => ids.has(id))) return true
    reached = [...new Set(reached.flatMap((other) => other.related('feeds', side)))]
  }
  return false
}

function metersAmong(
  found: readonly DerivedInput[],
  past: ReadonlyMap<string, DerivedInput>,
  side: 'after' | 'before',
): Meters | null {
  const meters = found.filter((one) => one.tells(FLOW))
  const back = side === 'after' ? 'before' : 'after'
  const isShared = meters.some((one) => one.related('feeds', back).some(({ id }) => !past.has(id)))
  return isShared ? null : { meters, unmetered: found.length - meters.length }
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
      inlets.unmetered === 0 &&
      inflows.length > 0 &&
      inflows.length === inlets.meters.length
    const customers = metersOf(zone, 'after')
    const draws = known(customers?.meters ?? [])
    const count = (customers?.meters.length ?? 0) + (customers?.unmetered ?? 0)
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

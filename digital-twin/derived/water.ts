import type { DerivedInput, DerivedQuantity } from '../model.ts'

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
 *  empty. What flows in is not taken off: it is the time that is left once the inflow fails. */
export const timeToEmpty: DerivedQuantity = {
  quantity: 'time-to-empty',
  usesRelated: true,
  compute(input) {
    const volume = stored(input)
    const outflow = outflowBelow(input)
    return volume === null || outflow < OUTFLOW_MIN_M3_H ? null : volume / outflow
  },
}

const LEVELS_DOWN = 5

function outflowBelow(input: DerivedInput, levels = LEVELS_DOWN): number {
  if (levels === 0) return 0
  return input
    .related('feeds', 'after')
    .reduce((sum, next) => sum + (next.value('water-flow') ?? outflowBelow(next, levels - 1)), 0)
}

/** What flows into a metered zone and what its customers draw, m³/h, now; null unless every inlet and some customer tells. */
function flows(zone: DerivedInput): { inflow: number; drawn: number } | null {
  const inlets = zone.related('feeds', 'before').map((inlet) => inlet.value('water-flow'))
  const customers = zone.related('feeds', 'after').flatMap((meter) => meter.value('water-flow') ?? [])
  if (inlets.length === 0 || inlets.includes(undefined) || customers.length === 0) return null
  const sum = (values: readonly (number | undefined)[]) =>
    values.reduce<number>((all, one) => all + (one ?? 0), 0)
  return { inflow: sum(inlets), drawn: sum(customers) }
}

/** What goes into a zone and reaches no meter, m³/h (real and apparent losses of the IWA water balance, as a rate). */
export const waterLossFlow: DerivedQuantity = {
  quantity: 'water-loss-flow',
  usesRelated: true,
  compute(zone) {
    const now = flows(zone)
    return now && now.inflow - now.drawn
  },
}

/** The same as a share of what goes in, %. */
export const waterLossRatio: DerivedQuantity = {
  quantity: 'water-loss-ratio',
  usesRelated: true,
  compute(zone) {
    const now = flows(zone)
    return now === null || now.inflow <= 0 ? null : (100 * (now.inflow - now.drawn)) / now.inflow
  },
}

/** Of a zone, what flows into it. */
export const zoneInflow: DerivedQuantity = {
  quantity: 'water-flow',
  usesRelated: true,
  compute: (zone) => flows(zone)?.inflow ?? null,
}

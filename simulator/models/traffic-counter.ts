import { counterAt } from '../counter.ts'
import { bump, peakOf, shapeOf } from '../curves.ts'
import { between, gauss, wander } from '../random.ts'
import { cut, round } from '../rounding.ts'
import type { Model } from '../world.ts'

const SHAPE = shapeOf(
  (h) =>
    0.08 + bump(h, 7.2, 0.7) + 1.1 * bump(h, 17.4, 0.85) + 0.5 * bump(h, 12, 3.4) + 0.25 * bump(h, 20, 1.4),
  (h) => 0.1 + 0.6 * bump(h, 9, 1.8) + 0.7 * bump(h, 18, 2) + 0.3 * bump(h, 13, 3),
  0.78,
)
const PEAK = peakOf(SHAPE)
/** Mean space one vehicle takes over a loop, metres: most are motorcycles. */
const VEHICLE_M = 4
const LANE_PER_HOUR = 900

/** Flow from the day's curve; speed falls with flow; occupancy follows from both. */
export const trafficCounter: Model = (_world, { seed }, tMs) => {
  const perDay = Math.min(40_000, Math.max(800, 6000 * Math.exp(0.6 * gauss(seed, 1))))
  const capacity = (perDay / 24) * PEAK * 1.4
  const { total, perHour } = counterAt({ seed, perDay, shape: SHAPE, roughness: 0.35 }, tMs)
  const freeSpeed = between(38, 60, seed, 2)
  const load = Math.min(1, perHour / capacity)
  const speed = freeSpeed * (1 - 0.55 * load ** 1.6) * (1 + 0.03 * wander(seed, tMs, 60_000))
  const lanes = Math.ceil(capacity / LANE_PER_HOUR)
  const perLaneKm = perHour / speed / lanes
  return {
    'vehicle-flow': round(perHour, 0),
    'mean-speed': round(speed, 1),
    occupancy: round(Math.min(100, (perLaneKm * VEHICLE_M) / 10), 1),
    'vehicle-count': cut(total + between(0, 500_000, seed, 3), 0),
  }
}

import { demandAt, peakOf } from '../curves.ts'
import { EPOCH_MS, localHour } from '../local-time.ts'
import { pressureLeft } from '../network/supply.ts'
import { between, wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { Model } from '../world.ts'
import { WATER_DEMAND } from './water.ts'

const YEAR_MS = 365.25 * 86_400_000
const PEAK = peakOf(WATER_DEMAND)

/** Pressure in a main: what the pumps hold, less what the flow at that hour takes. */
export const pressurePoint: Model = (world, device, tMs) => {
  const { seed } = device
  const staticKpa = between(260, 420, seed, 1)
  const dropKpa = between(50, 110, seed, 2) * (demandAt(WATER_DEMAND, tMs) / PEAK)
  const noiseKpa = 3 * wander(seed, tMs, 300_000) + 1.5 * wander(seed + 1, tMs, 20_000)
  const ageYears = Math.max(0, tMs - EPOCH_MS) / YEAR_MS
  // A lithium cell gives a little more when the day warms it.
  const warmthV = 0.015 * Math.sin(((localHour(tMs) - 8) / 24) * 2 * Math.PI)
  return {
    'water-pressure': round((staticKpa - dropKpa + noiseKpa) * pressureLeft(world, device, tMs), 1),
    'battery-voltage': round(Math.max(3, 3.66 - 0.03 * ageYears * between(0.6, 1.4, seed, 3) + warmthV), 3),
  }
}

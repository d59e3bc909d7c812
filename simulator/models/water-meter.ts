import { counterAt } from '../counter.ts'
import { EPOCH_MS } from '../local-time.ts'
import { between, gauss } from '../random.ts'
import { cut, round } from '../rounding.ts'
import type { Model } from '../world.ts'
import { WATER_DEMAND } from './water.ts'

const YEAR_MS = 365.25 * 86_400_000

/** A household's meter: flow is the slope of the volume, so both always agree. */
export const waterMeter: Model = (_world, { seed }, tMs) => {
  const perDay = Math.min(6, Math.max(0.15, 0.6 * Math.exp(0.5 * gauss(seed, 1))))
  const { total, perHour } = counterAt({ seed, perDay, shape: WATER_DEMAND, roughness: 0.9 }, tMs)
  const installedMs = EPOCH_MS + between(0, 1.5, seed, 2) * YEAR_MS
  const ageYears = Math.max(0, tMs - installedMs) / YEAR_MS
  return {
    'water-volume': cut(total + between(5, 1500, seed, 3), 3),
    'water-flow': round(perHour, 4),
    'battery-level': round(Math.max(5, 100 - ageYears * between(7, 11, seed, 4)), 1),
  }
}

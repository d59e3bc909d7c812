import { localHour } from '../local-time.ts'
import { between, wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { Model } from '../world.ts'

/** A reservoir: full at five in the morning, lowest after the evening's demand, m. */
export const tank: Model = (_world, { seed }, tMs) => {
  const swing = between(0.5, 0.9, seed, 1) * Math.cos(((localHour(tMs) - 5) / 24) * 2 * Math.PI)
  const level = between(2.4, 2.9, seed, 2) + swing + 0.03 * wander(seed, tMs, 600_000)
  return { 'water-level': round(level, 3) }
}

import { inflow } from '../network/supply.ts'
import { wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { Model } from '../world.ts'

/** At the inlet of a zone: what its customers draw, what is lost, and what a burst takes. */
export const flowMeter: Model = (world, device, tMs) => ({
  'water-flow': round(inflow(world, device, tMs) * (1 + 0.01 * wander(device.seed, tMs, 40_000)), 3),
})

import { inflow } from '../network/supply.ts'
import { between, wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { Model } from '../world.ts'

const SPECIFIC_KW_H_M3 = 0.35
const IDLE_KW = 0.4

/** A pump that follows the flow: its power is what lifting that water takes. */
export const pump: Model = (world, device, tMs) => {
  const flow = inflow(world, device, tMs)
  const kw = IDLE_KW + flow * SPECIFIC_KW_H_M3 * between(0.9, 1.15, device.seed, 1)
  return {
    switch: flow > 0 ? 1 : 0,
    'active-power': round(flow > 0 ? kw * (1 + 0.02 * wander(device.seed, tMs, 30_000)) : 0, 3),
  }
}

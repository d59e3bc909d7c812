import { bump, shapeOf } from '../curves.ts'
import { wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { World } from '../world.ts'

/** Demand for power: fans and cooling at noon, everything in the evening. */
export const POWER_DEMAND = shapeOf(
  (h) =>
    0.4 + 0.25 * bump(h, 6.5, 1) + 0.4 * bump(h, 12.5, 2.2) + bump(h, 19.3, 1.7) + 0.35 * bump(h, 22, 1.8),
  (h) =>
    0.45 + 0.2 * bump(h, 7.5, 1.5) + 0.5 * bump(h, 12.5, 2.6) + bump(h, 19.2, 1.9) + 0.4 * bump(h, 22, 1.8),
  1.08,
)

/** The grid has one frequency: every device of the world sees the same, Hz. */
export const gridFrequency = ({ seed }: World, tMs: number): number =>
  round(50 + 0.04 * wander(seed, tMs, 240_000) + 0.015 * wander(seed + 1, tMs, 15_000), 3)

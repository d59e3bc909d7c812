import { demandAt, peakOf } from '../curves.ts'
import { loadTimes } from '../network/supply.ts'
import { between, mix, unit, wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { Device, Model, Values, World } from '../world.ts'
import { gridFrequency, POWER_DEMAND } from './power.ts'

const RATED_KVA = [100, 160, 250, 400, 560, 630]
const PHASES = ['L1', 'L2', 'L3']
const PEAK = peakOf(POWER_DEMAND)

export const ratedKvaOf = ({ seed }: Device): number =>
  RATED_KVA[Math.floor(unit(seed, 1) * RATED_KVA.length)] ?? 250

/** What it draws, kW. */
export function transformerKw(world: World, device: Device, tMs: number): number {
  const values = transformer(world, device, tMs)
  return PHASES.reduce((sum, phase) => sum + (values[`active-power/${phase}`] ?? 0), 0)
}

/** A distribution transformer, 22/0.4 kV: three unequal phases, loaded to 55–85 % of its rating at the peak. */
export const transformer: Model = (world, device, tMs) => {
  const { seed } = device
  const ratedKva = ratedKvaOf(device)
  const load =
    (demandAt(POWER_DEMAND, tMs) / PEAK) * between(0.55, 0.85, seed, 2) * loadTimes(world, device, tMs)
  const phases = PHASES.map((phase, i) => phaseAt(mix(seed, 3, i), phase, ratedKva / 3, load, tMs))
  return Object.assign({ frequency: gridFrequency(world, tMs) }, ...phases) as Values
}

function phaseAt(seed: number, phase: string, ratedKva: number, load: number, tMs: number): Values {
  const apparentKva = ratedKva * load * between(0.85, 1.15, seed, 1) * (1 + 0.05 * wander(seed, tMs, 180_000))
  const voltage = round(233 - 7 * load + 1.2 * wander(seed + 1, tMs, 90_000), 1)
  const powerFactor = 0.92 + 0.03 * wander(seed + 2, tMs, 900_000)
  const current = round((apparentKva * 1000) / voltage, 2)
  return {
    [`active-power/${phase}`]: round((voltage * current * powerFactor) / 1000, 4),
    [`voltage/${phase}`]: voltage,
    [`current/${phase}`]: current,
  }
}

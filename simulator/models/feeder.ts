import { drawnFrom, loadTimes, OVERLOAD_SHARE } from '../network/supply.ts'
import { between, wander } from '../random.ts'
import { round } from '../rounding.ts'
import type { Device, Model, World } from '../world.ts'
import { transformerKw } from './transformer.ts'

const LINE_KV = 22
const POWER_FACTOR = 0.93
/** Of a feeder without a transformer of its own in the simulation. */
const ALONE_KW = [200, 900] as const
const KW_PER_AMPERE = Math.sqrt(3) * LINE_KV * POWER_FACTOR

/** What leaves the substation, kW. */
function sentKw(world: World, device: Device, tMs: number): number {
  const drawn = drawnFrom(device, (one) => transformerKw(world, one, tMs))
  const times = loadTimes(world, device, tMs)
  const other = between(...ALONE_KW, device.seed, 1) * times
  // Also at night, and on a feeder that is hardly used: more than it is rated for.
  const atLeast = times > 1 ? OVERLOAD_SHARE * (device.attributes?.['rated-current'] ?? 0) * KW_PER_AMPERE : 0
  return Math.max((drawn + other) * 1.03, atLeast)
}

/** The head of a 22 kV feeder. */
export const feeder: Model = (world, device, tMs) => {
  const voltage = LINE_KV * 1000 * (1 + 0.01 * wander(device.seed, tMs, 120_000))
  const kw = sentKw(world, device, tMs)
  return {
    'active-power': round(kw, 2),
    voltage: round(voltage, 0),
    current: round((kw * 1000) / (Math.sqrt(3) * voltage * POWER_FACTOR), 2),
  }
}

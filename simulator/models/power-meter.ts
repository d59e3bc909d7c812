import { counterAt } from '../counter.ts'
import { between, gauss, wander } from '../random.ts'
import { cut, round } from '../rounding.ts'
import type { Model } from '../world.ts'
import { gridFrequency, POWER_DEMAND } from './power.ts'

/** A single-phase meter. Voltage, current and power factor are rounded first and power is made from what is
 *  shown, so that P = V·I·pf and Q = P·tan(acos pf) hold in the message itself. */
export const powerMeter: Model = (world, { seed }, tMs) => {
  const perDay = Math.min(60, Math.max(1, 8 * Math.exp(0.55 * gauss(seed, 1))))
  const { total, perHour } = counterAt({ seed, perDay, shape: POWER_DEMAND, roughness: 0.6 }, tMs)
  const meanKw = perDay / 24
  const dropV = 3 * Math.min(3, perHour / meanKw)
  const voltage = round(between(226, 233, seed, 2) - dropV + 1.5 * wander(seed, tMs, 120_000), 1)
  const powerFactor = round(between(0.88, 0.97, seed, 3) + 0.02 * wander(seed + 1, tMs, 600_000), 3)
  const askedKw = perHour * (1 + 0.02 * wander(seed + 2, tMs, 30_000))
  const current = round((askedKw * 1000) / (voltage * powerFactor), 3)
  const activeKw = (voltage * current * powerFactor) / 1000
  return {
    'active-energy': cut(total + between(50, 20_000, seed, 4), 2),
    'active-power': round(activeKw, 5),
    'reactive-power': round(activeKw * Math.tan(Math.acos(powerFactor)), 5),
    voltage,
    current,
    'power-factor': powerFactor,
    frequency: gridFrequency(world, tMs),
  }
}

import { counterAt } from '../counter.ts'
import { EPOCH_MS } from '../local-time.ts'
import { between, gauss } from '../random.ts'
import { cut, round } from '../rounding.ts'
import type { Device, Model, World } from '../world.ts'
import { WATER_DEMAND } from './water.ts'

const YEAR_MS = 365.25 * 86_400_000

/** What a household draws: the total since the epoch, m3, and the rate, m3/h; nothing while its zone is shut. */
function drawn({ shut }: World, { seed, supply }: Device, tMs: number): { total: number; perHour: number } {
  const perDay = Math.min(6, Math.max(0.15, 0.6 * Math.exp(0.5 * gauss(seed, 1))))
  const at = (ms: number) => counterAt({ seed, perDay, shape: WATER_DEMAND, roughness: 0.9 }, ms)
  const { total, perHour } = at(tMs)
  if (!shut || supply === undefined) return { total, perHour }
  let missed = 0
  for (const { fromMs, toMs } of shut.of(supply))
    if (fromMs < tMs) missed += at(Math.min(toMs, tMs)).total - at(fromMs).total
  const isShut = shut.of(supply).some(({ fromMs, toMs }) => tMs >= fromMs && tMs < toMs)
  return { total: total - missed, perHour: isShut ? 0 : perHour }
}

export const waterFlow = (world: World, device: Device, tMs: number): number =>
  drawn(world, device, tMs).perHour

/** A household's meter: flow is the slope of the volume, so both always agree. */
export const waterMeter: Model = (world, device, tMs) => {
  const { seed } = device
  const { total, perHour } = drawn(world, device, tMs)
  const installedMs = EPOCH_MS + between(0, 1.5, seed, 2) * YEAR_MS
  const ageYears = Math.max(0, tMs - installedMs) / YEAR_MS
  return {
    'water-volume': cut(total + between(5, 1500, seed, 3), 3),
    'water-flow': round(perHour, 4),
    'battery-level': round(Math.max(5, 100 - ageYears * between(7, 11, seed, 4)), 1),
  }
}

import { type Reading, readingAt } from './readings.ts'
import type { Device, World } from './world.ts'

/** A device's readings from `fromMs` up to, not including, `toMs`, without faults. They lie on whole steps of
 *  the clock, so a second run gives the same instants; values go on into the live readings without a break. */
export function* historyOf(
  world: World,
  device: Device,
  fromMs: number,
  toMs: number,
  stepMs: number,
): Generator<Reading> {
  for (let tMs = Math.ceil(fromMs / stepMs) * stepMs; tMs < toMs; tMs += stepMs) {
    yield readingAt(world, device, tMs)
  }
}

import { TYPES } from './models/index.ts'
import type { Device, Values, World } from './world.ts'

export interface Reading {
  readonly time: string
  readonly values: Values
}

/** Readings in one array payload, at most. */
export const ARRAY_READINGS_MAX = 100
export const isoTime = (tMs: number): string => new Date(tMs).toISOString()

export const readingAt = (world: World, device: Device, tMs: number): Reading => ({
  time: isoTime(tMs),
  values: TYPES[device.type].model(world, device, tMs),
})

/** Readings as payloads of arrays. */
export function* arrays(readings: Iterable<Reading>): Generator<string> {
  let part: Reading[] = []
  for (const reading of readings) {
    part.push(reading)
    if (part.length < ARRAY_READINGS_MAX) continue
    yield JSON.stringify(part)
    part = []
  }
  if (part.length > 0) yield JSON.stringify(part)
}

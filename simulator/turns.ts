import type { Device } from './world.ts'

/** A device reads at fixed instants, the same ones whenever the simulator starts; `turn` counts them. */
export const dueMs = (device: Device, turn: number): number =>
  Math.round(turn * device.intervalMs + (device.seed % 1000) * (device.intervalMs / 1000))

/** The first turn that is due after an instant. */
export function turnAfter(device: Device, tMs: number): number {
  let turn = Math.floor(tMs / device.intervalMs) - 1
  while (dueMs(device, turn) <= tMs) turn++
  return turn
}

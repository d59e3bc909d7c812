import { isUnderWay } from '../incidents.ts'
import { waterFlow } from '../models/water-meter.ts'
import type { Device, World } from '../world.ts'

/** A sum over very many draws from so many of them, and is scaled. */
const SUMMED_MAX = 200

/** Of what a device feeds, summed; what `of` gives for each. */
export function drawnFrom({ feeds = [] }: Device, of: (device: Device) => number): number {
  const some = feeds.length <= SUMMED_MAX ? feeds : feeds.slice(0, SUMMED_MAX)
  const sum = some.reduce((total, device) => total + of(device), 0)
  return some.length === 0 ? 0 : (sum * feeds.length) / some.length
}

/** A share of what goes in that nobody draws: old joints. */
const LOST_SHARE = 0.16
const BURST_M3_H_MIN = 8
const BURST_TIMES = 2.5

/** What flows into a zone, m3/h: what its customers draw, what is lost, and what a burst takes; nothing through a shut valve. */
export function inflow(world: World, inlet: Device, tMs: number): number {
  const demand = drawnFrom(inlet, (device) => waterFlow(world, device, tMs))
  const usual = demand * (1 + LOST_SHARE) + 0.02
  const burst = isUnderWay(world, 'pipe-burst', inlet.supply, tMs)
    ? Math.max(BURST_M3_H_MIN, usual * BURST_TIMES)
    : 0
  const open = (world.shut?.position(inlet.supply ?? '') ?? 100) / 100
  return open === 0 ? 0 : usual + burst * open
}

/** What is left of the pressure in a zone: a burst takes most of it, a shut valve nearly all. */
export function pressureLeft(world: World, { supply }: Device, tMs: number): number {
  if (supply === undefined) return 1
  const open = (world.shut?.position(supply) ?? 100) / 100
  const burst = isUnderWay(world, 'pipe-burst', supply, tMs) ? 0.35 : 1
  return burst * (open === 0 ? 0.05 : 0.5 + 0.5 * open)
}

const OVERLOAD_TIMES = 1.9
/** Of what a feeder is rated for, at least. */
export const OVERLOAD_SHARE = 1.2

/** How much more than usual is drawn below a feeder. */
export const loadTimes = (world: World, { supply }: Device, tMs: number): number =>
  isUnderWay(world, 'feeder-overload', supply, tMs) ? OVERLOAD_TIMES : 1

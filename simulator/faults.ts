import { between, unit } from './random.ts'
import type { Device, World } from './world.ts'

export const FAULT_KINDS = [
  /** Quiet and disconnected; what it measured meanwhile is lost. */
  'silence',
  /** Quiet and disconnected; what it measured is sent as arrays afterwards. */
  'store-and-forward',
  /** One quantity moves away slowly. */
  'drift',
  /** The same values again and again. */
  'stuck',
  /** Many readings at once. */
  'burst',
  /** Each message is sent a second time, the same to the byte. */
  'resend',
  /** One impossible value. */
  'spike',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

export interface Fault {
  readonly kind: FaultKind
  readonly fromMs: number
  readonly toMs: number
  /** How strong a drift ends, as a share of the value; may be negative. */
  readonly strength: number
}

const WINDOW_MIN_MS = 20 * 60_000
/** A device that speaks rarely needs longer faults, or nobody would notice one. */
const WINDOW_INTERVALS = 8
const SALT = 31

/** What is wrong with a device at an instant, or null. Time is divided into windows; each window of a device
 *  has, with the world's fault rate, one fault that begins and ends inside it. */
export function faultAt(world: World, device: Device, tMs: number): Fault | null {
  const windowMs = Math.max(WINDOW_MIN_MS, WINDOW_INTERVALS * device.intervalMs)
  const window = Math.floor(tMs / windowMs)
  if (unit(device.seed, window, SALT) >= world.faultRate) return null
  const fromMs = (window + between(0.1, 0.4, device.seed, window, SALT + 1)) * windowMs
  const toMs = fromMs + between(0.2, 0.5, device.seed, window, SALT + 2) * windowMs
  if (tMs < fromMs || tMs >= toMs) return null
  const kind = FAULT_KINDS[Math.floor(unit(device.seed, window, SALT + 3) * FAULT_KINDS.length)] ?? 'silence'
  return { kind, fromMs, toMs, strength: between(-0.2, 0.2, device.seed, window, SALT + 4) }
}

export const isOutage = (fault: Fault | null): boolean =>
  fault?.kind === 'silence' || fault?.kind === 'store-and-forward'

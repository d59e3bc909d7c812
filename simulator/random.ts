/** Everything random here is a hash of a seed and a place in time, never a generator with a position: the
 *  value for one device and instant does not depend on what was asked before. */

const scramble = (value: number): number => {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** A new 32-bit seed from a seed and up to two numbers. */
export const mix = (seed: number, a: number, b = 0): number =>
  scramble(scramble(scramble(seed) ^ Math.imul(a, 0x9e3779b1)) ^ Math.imul(b, 0x85ebca77))

/** Uniform in [0, 1). */
export const unit = (seed: number, a: number, b = 0): number => mix(seed, a, b) / 0x1_0000_0000

export const between = (low: number, high: number, seed: number, a: number, b = 0): number =>
  low + (high - low) * unit(seed, a, b)

/** Standard normal by Box and Muller. */
export const gauss = (seed: number, a: number): number =>
  Math.sqrt(-2 * Math.log(1 - unit(seed, a, 1))) * Math.cos(2 * Math.PI * unit(seed, a, 2))

/** A smooth wander in [-1, 1) that has a new target every period. */
export function wander(seed: number, tMs: number, periodMs: number): number {
  const at = tMs / periodMs
  const step = Math.floor(at)
  const x = at - step
  const from = unit(seed, step)
  return 2 * (from + (unit(seed, step + 1) - from) * x * x * (3 - 2 * x)) - 1
}

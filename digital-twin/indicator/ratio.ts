/** n/p as a decimal text, rounded half away from zero, from integers only: floor((2·n·10^d + p) / (2p)).
 *  Binary floats would round 1.005 down. */
export function ratio(n: number, p: number, decimals: number): string {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(p) || n < 0 || p <= 0)
    throw new RangeError(`ratio of ${n} and ${p}`)
  const scale = 10n ** BigInt(decimals)
  const scaled = (2n * BigInt(n) * scale + BigInt(p)) / (2n * BigInt(p))
  const fraction = (scaled % scale).toString().padStart(decimals, '0')
  return decimals === 0 ? String(scaled) : `${scaled / scale}.${fraction}`
}

/** Connections still needed for n ≥ target·p, judged on integers: a ratio that merely prints as the target is not met.
 *  `target` is a decimal text. */
export function gap(n: number, p: number, target: string): number {
  const [whole = '0', fraction = ''] = target.split('.')
  const scale = 10n ** BigInt(fraction.length)
  const needed = (BigInt(whole + fraction) * BigInt(p) + scale - 1n) / scale
  const missing = needed - BigInt(n)
  return missing > 0n ? Number(missing) : 0
}

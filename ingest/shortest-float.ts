/** The shortest decimal number that a 32-bit float stands for: 12.3 and not 12.300000190734863. A sender that measured with
 *  one digit put that digit in; what the wider type shows behind it was never measured. Six to nine digits always do. */
export function shortestFloat(value: number): number {
  if (!Number.isFinite(value)) return value
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}

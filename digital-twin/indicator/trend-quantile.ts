/** The value that Student's t with `degrees` of freedom exceeds on either side with probability 1 - level together:
 *  `studentT(10, 0.95)` is 2.228. */
export function studentT(degrees: number, level: number): number {
  if (!Number.isInteger(degrees) || degrees < 1 || !(level > 0 && level < 1))
    throw new RangeError(`Student's t with ${degrees} degrees of freedom at ${level}`)
  let [low, high] = [0, 1]
  while (within(high, degrees) < level) high *= 2
  for (let step = 0; step < 100 && low < high; step++) {
    const middle = (low + high) / 2
    if (within(middle, degrees) < level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(|T| ≤ t), for whole degrees of freedom a finite sum: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 (odd)
 *  and 26.7.4 (even). */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const cos2 = Math.cos(angle) ** 2
  const isOdd = degrees % 2 === 1
  let term = isOdd ? Math.cos(angle) : 1
  let sum = degrees === 1 ? 0 : term
  for (let i = isOdd ? 3 : 2; i <= degrees - 2; i += 2) {
    term *= (cos2 * (i - 1)) / i
    sum += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}

/** The time so many points before or after a time: how the arrow keys move the cursor. Times ascend. */
export function movedBy(timesS: readonly number[], atS: number | null, by: number): number | null {
  const last = timesS.length - 1
  if (last < 0) return null
  if (atS === null) return timesS[by < 0 ? last : 0] ?? null
  const after = timesS.findIndex((timeS) => timeS > atS + 1e-6)
  const beyond = after === -1 ? last + 1 : after
  const isOn = Math.abs((timesS[beyond - 1] ?? -Infinity) - atS) <= 1e-6
  const index = by > 0 ? beyond - 1 + by : beyond - (isOn ? 1 : 0) + by
  return timesS[Math.min(Math.max(index, 0), last)] ?? null
}

/** The nearest of the times, if it is not farther away than `reachS`; else the time itself. Times ascend. */
export function snapped(timesS: readonly number[], timeS: number, reachS: number): number {
  const after = timesS.findIndex((one) => one >= timeS)
  const beyond = after === -1 ? timesS.length : after
  const [before = -Infinity, next = Infinity] = [timesS[beyond - 1], timesS[beyond]]
  const nearest = timeS - before <= next - timeS ? before : next
  return Math.abs(nearest - timeS) <= reachS ? nearest : timeS
}

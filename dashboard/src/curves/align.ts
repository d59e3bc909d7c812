import type { Curve } from './curve.ts'
import type { Span } from './gaps.ts'
import { STEP_S } from './resolution.ts'

type Column = (number | null | undefined)[]

export interface Line {
  readonly curve: Curve
  /** Where the line must break. */
  readonly gaps: readonly Span[]
}

/** One time axis for all lines, as uPlot wants it: times, then value, low and high of each. A bucket is drawn at its middle;
 *  undefined where a line says nothing at a time of another, null where it breaks: a line over hours without data would
 *  invent them. */
export function align(lines: readonly Line[]): [times: number[], ...columns: Column[]] {
  const placed = lines.map(placedPoints)
  const times = [...new Set(placed.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b)
  const columns = placed.flatMap((points) => {
    const values = broken(times.map((timeS) => points.get(timeS)))
    return ([0, 1, 2] as const).map((column) =>
      values.map((value) => (Array.isArray(value) ? value[column] : value)),
    )
  })
  return [times, ...columns]
}

type Values = [value: number, low: number, high: number]

/** From point to point a line either goes on or breaks: uPlot would otherwise draw it up to the next time of another line. */
function broken(values: (Values | null | undefined)[]): (Values | null | undefined)[] {
  let begin = 0
  for (let end = 0; end <= values.length; end++) {
    if (end < values.length && !Array.isArray(values[end])) continue
    if (values.slice(begin, end).includes(null)) values.fill(null, begin, end)
    begin = end + 1
  }
  return values
}

function placedPoints({ curve, gaps }: Line): Map<number, Values | null> {
  const halfS = STEP_S[curve.resolution] / 2
  const points = new Map<number, Values | null>()
  for (const { fromS, toS } of gaps) points.set((fromS + toS) / 2, null)
  for (const { timeS, value, low, high } of curve.points) points.set(timeS + halfS, [value, low, high])
  return points
}

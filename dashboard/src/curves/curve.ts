import { beginOf } from '../text/province-time.ts'
import type { Plausible } from '../wire/catalogue.ts'
import type { RawPoint, RollupPoint } from '../wire/entity.ts'
import { type Resolution, STEP_S } from './resolution.ts'

export interface CurvePoint {
  /** Epoch seconds at which it was measured, or its bucket begins. */
  readonly timeS: number
  /** The average of a bucket. */
  readonly value: number
  readonly low: number
  readonly high: number
  readonly count: number
}

/** The history of one quantity, oldest first. */
export interface Curve {
  readonly resolution: Resolution
  readonly points: readonly CurvePoint[]
  /** Implausible or bad observations: kept by the platform, but one of them would flatten the curve. */
  readonly doubtful: readonly { readonly timeS: number; readonly value: number | null }[]
  /** What is newer than this is not in it. */
  readonly heardToS: number
}

const isTrusted = ({ quality }: Pick<RawPoint, 'quality'>): boolean =>
  quality !== 'implausible' && quality !== 'bad'

export function rawCurve(items: readonly RawPoint[]): Curve {
  return {
    resolution: 'raw',
    heardToS: Date.parse(items.at(-1)?.time ?? '') / 1_000 || -Infinity,
    points: items.filter(isTrusted).flatMap(({ time, value }) => pointOf(Date.parse(time) / 1_000, value)),
    doubtful: items
      .filter((item) => !isTrusted(item))
      .map(({ time, value }) => ({ timeS: Date.parse(time) / 1_000, value })),
  }
}

export function rollupCurve(resolution: Resolution, items: readonly RollupPoint[], heardToS: number): Curve {
  const points = items.flatMap(({ time, avg, min, max, count }) =>
    avg === null
      ? []
      : [{ timeS: Date.parse(time) / 1_000, value: avg, low: min ?? avg, high: max ?? avg, count }],
  )
  return { resolution, points, doubtful: [], heardToS }
}

/** Without what such a thing cannot show: marked, like what the platform found implausible. */
export function believed(curve: Curve, { min, max }: Plausible): Curve {
  const isBelieved = ({ value }: CurvePoint): boolean => value >= min && value <= max
  if (curve.points.every(isBelieved)) return curve
  const beyond = curve.points.filter((point) => !isBelieved(point))
  return {
    ...curve,
    points: curve.points.filter(isBelieved),
    doubtful: [...curve.doubtful, ...beyond].sort((a, b) => a.timeS - b.timeS),
  }
}

const pointOf = (timeS: number, value: number | null): CurvePoint[] =>
  value === null ? [] : [{ timeS, value, low: value, high: value, count: 1 }]

/** With what the stream told, and without what left the window. What is older than what is in it is late data: it comes with
 *  the next answer of the server. */
export function appended(curve: Curve, state: RawPoint, fromS: number): Curve {
  const timeS = Date.parse(state.time) / 1_000
  if (timeS <= curve.heardToS) return curve
  const { resolution } = curve
  const first = curve.points.findIndex((point) => point.timeS + STEP_S[resolution] > fromS)
  const kept = {
    resolution,
    heardToS: timeS,
    // One before the window stays, so that the line comes in from the edge.
    points: first === -1 ? curve.points.slice(-1) : curve.points.slice(Math.max(0, first - 1)),
    doubtful: curve.doubtful.filter((point) => point.timeS >= fromS),
  }
  return isTrusted(state)
    ? { ...kept, points: withPoint(kept.points, timeS, state.value, STEP_S[resolution]) }
    : { ...kept, doubtful: [...kept.doubtful, { timeS, value: state.value }] }
}

function withPoint(points: CurvePoint[], timeS: number, value: number | null, stepS: number): CurvePoint[] {
  if (value === null || stepS === 0) return [...points, ...pointOf(timeS, value)]
  const beginS = beginOf(timeS * 1_000, stepS * 1_000) / 1_000
  const last = points.at(-1)
  if (last === undefined || last.timeS < beginS) return [...points, ...pointOf(beginS, value)]
  const count = last.count + 1
  const merged = {
    timeS: last.timeS,
    value: last.value + (value - last.value) / count,
    low: Math.min(last.low, value),
    high: Math.max(last.high, value),
    count,
  }
  return [...points.slice(0, -1), merged]
}

/** Moved on in time: yesterday's, to lie under today's. */
export function shifted({ resolution, points, doubtful, heardToS }: Curve, byS: number): Curve {
  return {
    resolution,
    heardToS: heardToS + byS,
    points: points.map((point) => ({ ...point, timeS: point.timeS + byS })),
    doubtful: doubtful.map((point) => ({ ...point, timeS: point.timeS + byS })),
  }
}

/** The point nearest to a time; a bucket is at its middle. */
export function nearest({ points, resolution }: Curve, timeS: number): CurvePoint | null {
  const beginS = timeS - STEP_S[resolution] / 2
  let from = 0
  let to = points.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((points[middle]?.timeS ?? 0) < beginS) from = middle + 1
    else to = middle
  }
  const [before, after] = [points[from - 1], points[from]]
  const far = (point: CurvePoint | undefined): number =>
    point === undefined ? Infinity : Math.abs(point.timeS - beginS)
  return (far(before) <= far(after) ? before : after) ?? null
}

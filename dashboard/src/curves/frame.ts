import type { Severity } from '../wire/alarm.ts'
import type { Plausible } from '../wire/catalogue.ts'
import type { Line } from './align.ts'
import type { Curve } from './curve.ts'
import { commonGaps, gapsIn, type Span } from './gaps.ts'
import { STEP_S } from './resolution.ts'

/** What a chart shows at one moment. */
export interface Frame {
  readonly window: Span
  readonly lines: readonly Line[]
  readonly scale: { readonly min: number; readonly max: number }
  readonly overlay: Overlay
}

export interface AlarmSpan extends Span {
  readonly severity: Severity
}

export interface Bound {
  readonly value: number
  readonly text: string
  readonly severity: Severity
}

/** What is said beside the lines. */
export interface Overlay {
  /** Where nothing was heard, and the words for it. */
  readonly silences: readonly Span[]
  readonly silenceText: string
  readonly alarms: readonly AlarmSpan[]
  /** What the alarms' readings passed. */
  readonly bounds: readonly Bound[]
  /** Times of observations that are not drawn. */
  readonly doubtfulS: readonly number[]
}

export interface DrawnLine {
  readonly curve: Curve
  readonly plausible: Plausible
  /** Of an earlier day, to compare with. */
  readonly isEarlier: boolean
}

export interface Surroundings {
  readonly window: Span
  /** How often the device is expected to speak. */
  readonly intervalS: number
  readonly alarms: readonly AlarmSpan[]
  readonly bounds: readonly Bound[]
  readonly silenceText: string
}

/** One chart at one moment; null: there is nothing to draw. */
export function frameOf(lines: readonly DrawnLine[], around: Surroundings): Frame | null {
  const { window, intervalS, alarms, bounds, silenceText } = around
  const scale = scaleOf(lines, window, bounds)
  if (scale === null) return null
  const gapsOf = (timesS: readonly number[], stepS: number) => gapsIn(timesS, { stepS, intervalS, window })
  const current = lines.filter(({ isEarlier }) => !isEarlier).map(({ curve }) => curve)
  return {
    window,
    scale,
    lines: lines.map(({ curve }) => ({
      curve,
      gaps: gapsOf(
        curve.points.map(({ timeS }) => timeS),
        STEP_S[curve.resolution],
      ),
    })),
    overlay: {
      alarms,
      bounds,
      silenceText,
      silences: commonGaps(current.map((curve) => gapsOf(heardS(curve), STEP_S[curve.resolution]))),
      doubtfulS: current.flatMap(({ doubtful }) => doubtful.map(({ timeS }) => timeS)),
    },
  }
}

/** Lowest and highest; of a bucket as far as it may be believed. A bound is in sight with what passed it. */
function scaleOf(
  lines: readonly DrawnLine[],
  { fromS, toS }: Span,
  bounds: readonly Bound[],
): Frame['scale'] | null {
  let [min, max] = [Infinity, -Infinity]
  for (const { curve, plausible } of lines)
    for (const { timeS, low, high } of curve.points) {
      if (timeS + STEP_S[curve.resolution] < fromS || timeS > toS) continue
      min = Math.min(min, Math.max(low, plausible.min))
      max = Math.max(max, Math.min(high, plausible.max))
    }
  if (min > max) return null
  const values = bounds.map(({ value }) => value)
  return { min: Math.min(min, ...values), max: Math.max(max, ...values) }
}

/** An implausible value is not drawn, but the device was heard. */
function heardS({ points, doubtful }: Curve): number[] {
  return [...points, ...doubtful].map(({ timeS }) => timeS).sort((a, b) => a - b)
}

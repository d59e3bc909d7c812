import { type Curve, type CurvePoint, nearest } from '../curves/curve.ts'
import type { Span } from '../curves/gaps.ts'
import { type Resolution, STEP_S } from '../curves/resolution.ts'
import { formatDay, formatHourMinute, formatMoment, formatValue } from '../text/format.ts'
import { formatUnit } from '../text/units.ts'

/** What a line says at the cursor, or at its end if there is none. Null within a gap. */
export function pointAt(curve: Curve, gaps: readonly Span[], cursorS: number | null): CurvePoint | null {
  if (cursorS === null) return curve.points.at(-1) ?? null
  if (gaps.some(({ fromS, toS }) => cursorS > fromS && cursorS < toS)) return null
  return nearest(curve, cursorS)
}

export function valueWithUnit(value: number, unit: string): string {
  return `${formatValue(value)} ${formatUnit(unit)}`.trim()
}

/** With its sign, and no more decimals than the values it lies between are shown with. */
export function difference(value: number, earlier: number, unit: string): string {
  const size = Math.max(Math.abs(value), Math.abs(earlier))
  const decimals = size < 1 ? 3 : size < 100 ? 2 : size < 10_000 ? 1 : 0
  const rounded = Number((value - earlier).toFixed(decimals))
  const sign = rounded > 0 ? '+' : rounded < 0 ? '−' : '±'
  return `${sign}${valueWithUnit(Math.abs(rounded), unit)}`
}

const DAY_OFFSET_S = 7 * 3_600

/** When: the instant, or the stretch that a bucket stands for. */
export function whenText(timeS: number, resolution: Resolution): string {
  const stepS = STEP_S[resolution]
  if (stepS === 0) return formatMoment(timeS * 1_000)
  const fromMs = (Math.floor((timeS + DAY_OFFSET_S) / stepS) * stepS - DAY_OFFSET_S) * 1_000
  if (resolution === '1d') return formatDay(fromMs)
  return `${formatHourMinute(fromMs)}–${formatHourMinute(fromMs + stepS * 1_000)} ${formatDay(fromMs)}`
}

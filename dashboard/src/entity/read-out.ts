import { type Curve, type CurvePoint, nearest } from '../curves/curve.ts'
import type { Span } from '../curves/gaps.ts'
import { type Resolution, STEP_S } from '../curves/resolution.ts'
import {
  formatDay,
  formatExact,
  formatHourMinute,
  formatMoment,
  formatRounded,
  formatValue,
} from '../text/format.ts'
import { beginOf } from '../text/province-time.ts'
import { formatUnit } from '../text/units.ts'

/** What a line says at the cursor, or at its end if there is none. Null within a gap. */
export function pointAt(curve: Curve, gaps: readonly Span[], cursorS: number | null): CurvePoint | null {
  if (cursorS === null) return curve.points.at(-1) ?? null
  if (gaps.some(({ fromS, toS }) => cursorS > fromS && cursorS < toS)) return null
  return nearest(curve, cursorS)
}

export type NumberFormat = (value: number) => string

/** What was measured as it is; an average with as many digits as can be told apart on its chart. */
export function formatFor(resolution: Resolution, scale: { min: number; max: number } | null): NumberFormat {
  if (resolution === 'raw' || scale === null || scale.max <= scale.min) return formatExact
  const decimals = 3 - Math.floor(Math.log10(scale.max - scale.min))
  return (value) => formatRounded(value, Math.min(Math.max(decimals, 0), 6))
}

export function valueWithUnit(value: number, unit: string, format: NumberFormat = formatValue): string {
  return `${format(value)} ${formatUnit(unit)}`.trim()
}

/** With its sign, as a difference is said. */
export function difference(value: number, earlier: number, unit: string, format: NumberFormat): string {
  const size = Math.abs(value - earlier)
  const sign = format(size) === format(0) ? '±' : value > earlier ? '+' : '−'
  return `${sign}${valueWithUnit(size, unit, format)}`
}

/** When: the instant, or the stretch that a bucket stands for. */
export function whenText(timeS: number, resolution: Resolution): string {
  const stepS = STEP_S[resolution]
  if (stepS === 0) return formatMoment(timeS * 1_000)
  const fromMs = beginOf(timeS * 1_000, stepS * 1_000)
  if (resolution === '1d') return formatDay(fromMs)
  return `${formatHourMinute(fromMs)}–${formatHourMinute(fromMs + stepS * 1_000)} ${formatDay(fromMs)}`
}

import { midnight } from '../text/province-time.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export const RANGES = ['hour', 'today', 'yesterday'] as const
export type Range = (typeof RANGES)[number]

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export function spanOf(range: Range, nowMs: number): Span {
  const today = midnight(nowMs)
  const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  if (range === 'hour') return { fromMs: minute - HOUR_MS, toMs: minute }
  if (range === 'yesterday') return { fromMs: today - DAY_MS, toMs: today }
  return { fromMs: today, toMs: Math.max(minute, today + MINUTE_MS) }
}

/** What an address asks for; an instant alone stands in the middle of an hour. */
export function spanFrom(query: URLSearchParams, nowMs: number): Span {
  const time = (name: string): number | null => {
    const ms = Date.parse(query.get(name) ?? '')
    return Number.isFinite(ms) ? ms : null
  }
  const at = time('at')
  const fromMs = time('from') ?? (at === null ? null : at - HOUR_MS / 2)
  if (fromMs === null) return spanOf('hour', nowMs)
  return { fromMs, toMs: Math.min(time('to') ?? fromMs + HOUR_MS, nowMs) }
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200]
const STEPS_MAX = 600
/** Entities × steps: more takes too long to wait for. */
const CELLS_MAX = 400_000
const RAW_MS_MAX = 6 * HOUR_MS

/** The shortest step with which a window is neither too long to read nor too fine to move through. */
export function stepFor({ fromMs, toMs }: Span, entities: number): number {
  const stepsMax = Math.min(STEPS_MAX, Math.max(10, CELLS_MAX / Math.max(1, entities)))
  const leastS = toMs - fromMs > RAW_MS_MAX ? 60 : 1
  const fits = (stepS: number) => stepS >= leastS && (toMs - fromMs) / 1000 / stepS < stepsMax
  return STEPS_S.find(fits) ?? 86_400
}

import { type Micros, parseRfc3339 } from '../../core/time.ts'

export interface Instant {
  readonly kind: 'instant'
  readonly us: Micros
}
interface Duration {
  readonly kind: 'duration'
  readonly us: number
}
export interface Shape {
  readonly kind: 'shape'
  readonly type: 'Point' | 'LineString' | 'Polygon'
  /** Longitude and latitude; a polygon has its rings one after the other. */
  readonly rings: readonly (readonly (readonly [number, number])[])[]
}

/** What an expression of $filter is about; a JSON object stands for itself. */
export type Value = number | string | boolean | null | Instant | Duration | Shape | object

export const instant = (us: Micros): Instant => ({ kind: 'instant', us })

const kindOf = (value: Value): string | null =>
  typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : null
export const isInstant = (value: Value): value is Instant => kindOf(value) === 'instant'
export const isDuration = (value: Value): value is Duration => kindOf(value) === 'duration'
export const isShape = (value: Value): value is Shape => kindOf(value) === 'shape'

/** A time, also as a text in quotes; null: none. */
export function asInstant(value: Value): Instant | null {
  if (typeof value !== 'string') return isInstant(value) ? value : null
  const us = parseRfc3339(value)
  return us === null ? null : instant(us)
}

/** RFC 3339 in UTC; with microseconds where there are any, so that a reader can ask for what comes after. */
export function timeText(us: Micros): string {
  const text = new Date(Math.floor(us / 1000)).toISOString()
  const rest = ((us % 1000) + 1000) % 1000
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

const DURATION = /^(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{1,6})?)S)?)?$/

/** ISO 8601 of days to seconds; null: it is none. */
export function parseDuration(text: string): Duration | null {
  const match = DURATION.exec(text)
  if (!match || /[PT]$/.test(text)) return null
  const [, sign, days = 0, hours = 0, minutes = 0, seconds = 0] = match
  const total = Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return { kind: 'duration', us: Math.round(total * 1_000_000) * (sign ? -1 : 1) }
}

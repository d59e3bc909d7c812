import { AHEAD_MAX_US, type Micros, parseRfc3339 } from '../core/time.ts'

/** 2010-01-01T00:00Z. A clock that was never set tells 1970, 1980 (GPS) or 2000, and nothing real is older than this. */
const UNSET_BEFORE_US = 1_262_304_000_000_000
/** 2100-01-01T00:00Z. */
const BEYOND_US = 4_102_444_800_000_000

const US_PER = { s: 1_000_000, ms: 1000, us: 1, ns: 0.001 } as const

/** An instant from a count since 1970; null where it is no number, or outside 2010 to 2100. Digits as text are a number. */
export function epochMicros(value: unknown, unit: keyof typeof US_PER): Micros | null {
  const count = typeof value === 'string' && /^\d{1,20}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof count !== 'number') return null
  const micros = Math.round(count * US_PER[unit])
  return micros >= UNSET_BEFORE_US && micros <= BEYOND_US ? micros : null
}

/** The same where the message does not say the unit. From 2010 to 2100 the ranges of the four units do not meet. */
export function epochOfAnyUnit(value: unknown): Micros | null {
  for (const unit of ['s', 'ms', 'us', 'ns'] as const) {
    const micros = epochMicros(value, unit)
    if (micros !== null) return micros
  }
  return null
}

const LOCAL = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d(?:\.\d{1,9})?))?$/

/** An instant from a local date and time without a zone, `2026-01-02[T ]03:04[:05[.678]]`. */
export function localMicros(text: string, utcOffsetMinutes: number): Micros | null {
  const [, date, minutes, seconds = '00'] = LOCAL.exec(text) ?? []
  const asUtc = date && minutes ? parseRfc3339(`${date}T${minutes}:${seconds}Z`) : null
  return asUtc === null ? null : asUtc - utcOffsetMinutes * 60_000_000
}

/** The first of the given times that can be meant: neither from a clock that was never set, nor ahead of `now`. */
export const firstPlausible = (
  candidates: Iterable<Micros | null | undefined>,
  now: Micros,
): Micros | undefined => {
  for (const time of candidates)
    if (time !== null && time !== undefined && time >= UNSET_BEFORE_US && time <= now + AHEAD_MAX_US)
      return time
  return undefined
}

/** RFC 3339 if it is that, else null: for members that may hold anything. */
export const rfc3339Micros = (value: unknown): Micros | null =>
  typeof value === 'string' ? parseRfc3339(value) : null

/** RFC 3339, or local time without a zone of a clock that is so many minutes ahead of UTC; undefined where it is neither, or
 *  of a clock that was never set. */
export function isoTime(value: unknown, utcOffsetMinutes: number): Micros | undefined {
  if (typeof value !== 'string') return undefined
  const time = parseRfc3339(value) ?? localMicros(value, utcOffsetMinutes)
  return time !== null && time >= UNSET_BEFORE_US && time <= BEYOND_US ? time : undefined
}

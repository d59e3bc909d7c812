import { type Micros, parseRfc3339 } from '../core/time.ts'

/** Epoch units, as microseconds in one. */
const EPOCH_UNIT_US = { s: 1_000_000, ms: 1000, us: 1, ns: 0.001 } as const

/** 2010-01-01T00:00Z. A clock that was never set starts at an epoch or at the day of the firmware's build. */
const SET_CLOCK_MIN_US = 1_262_304_000_000_000
/** 2100-01-01T00:00Z. */
const SET_CLOCK_MAX_US = 4_102_444_800_000_000

/** An instant as a number since 1970, also where it came as text. Undefined where it is none, or one of a clock that was
 *  never set. */
export function epochTime(value: unknown, unit: keyof typeof EPOCH_UNIT_US): Micros | undefined {
  const number = typeof value === 'string' && /^\d{1,20}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  return typeof number === 'number' ? setClock(Math.round(number * EPOCH_UNIT_US[unit])) : undefined
}

/** An RFC 3339 instant, or local time without a zone (`T` or a blank between, seconds may be absent) of a clock that is so
 *  many minutes ahead of UTC. Undefined where it is none, or one of a clock that was never set. */
export function isoTime(value: unknown, utcOffsetMinutes: number): Micros | undefined {
  if (typeof value !== 'string') return undefined
  const text = /^[^T ]{10}[T ]\d\d:\d\d$/.test(value) ? `${value}:00` : value
  const withZone = parseRfc3339(text)
  if (withZone !== null) return setClock(withZone)
  const asUtc = parseRfc3339(`${text}Z`)
  return asUtc === null ? undefined : setClock(asUtc - utcOffsetMinutes * 60_000_000)
}

const setClock = (time: Micros): Micros | undefined =>
  time >= SET_CLOCK_MIN_US && time <= SET_CLOCK_MAX_US ? time : undefined

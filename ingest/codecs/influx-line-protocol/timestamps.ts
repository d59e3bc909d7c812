import type { Micros } from '../../../core/time.ts'
import { epochOfAnyUnit } from '../../times.ts'

/** What a unit of the precision is in nanoseconds, by the names that InfluxDB's write APIs use. */
const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  n: 1n,
  us: 1000n,
  u: 1000n,
  µ: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const TIMESTAMP = /^-?\d{1,20}$/

/** What one unit of a line's time is: by a last topic level `precision=<p>`, else a nanosecond. Undefined: no known precision. */
export function nanosPerUnit(topic: string): bigint | undefined {
  const last = topic.slice(topic.lastIndexOf('/') + 1)
  if (!last.startsWith('precision=')) return 1n
  const precision = last.slice('precision='.length)
  return Object.hasOwn(NANOS, precision) ? NANOS[precision] : undefined
}

/** Digits of a line as an instant: whole microseconds, rounded down. Nanoseconds since 1970 do not fit a double. */
export function instantOf(digits: string, nanos: bigint): Micros | undefined {
  if (!TIMESTAMP.test(digits)) return undefined
  const total = BigInt(digits) * nanos
  const micros = total / 1000n - (total < 0n && total % 1000n !== 0n ? 1n : 0n)
  const time = Number(micros)
  return Number.isSafeInteger(time) ? time : undefined
}

/** Words for who reads the refusal, where digits are no time of now in the precision of the topic, and are one in another. */
export function otherPrecision(digits: string, nanos: bigint): string | undefined {
  const asGiven = instantOf(digits, nanos)
  const meant = epochOfAnyUnit(digits)
  if (meant === null || (asGiven !== undefined && asGiven >= LONG_AGO_US && asGiven <= FAR_AHEAD_US))
    return undefined
  const unit = ['s', 'ms', 'us', 'ns'].find((name) => instantOf(digits, NANOS[name] ?? 1n) === meant)
  return unit === undefined ? undefined : `${digits} counts ${unit}: let the topic end in /precision=${unit}`
}

/** 2010 and 2100. */
const FAR_AHEAD_US = 4_102_444_800_000_000
const LONG_AGO_US = 1_262_304_000_000_000

import type { Micros } from '../../../core/time.ts'

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

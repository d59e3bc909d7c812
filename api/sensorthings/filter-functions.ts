import { microsNow } from '../../core/time.ts'
import { asShape, distance, intersects, lengthOf, within } from './geometry.ts'
import { asInstant, instant, type Shape, type Value } from './value.ts'

type Call = (...args: Value[]) => Value

const onTexts =
  (call: (a: string, b: string) => Value): Call =>
  (a = null, b = null) =>
    typeof a === 'string' && typeof b === 'string' ? call(a, b) : null
const onText =
  (call: (text: string) => Value): Call =>
  (text = null) =>
    typeof text === 'string' ? call(text) : null
const onNumber =
  (call: (x: number) => number): Call =>
  (x = null) =>
    typeof x === 'number' ? call(x) : null
const onTime =
  (call: (date: Date, us: number) => Value): Call =>
  (value = null) => {
    const time = asInstant(value)
    return time && call(new Date(Math.floor(time.us / 1000)), time.us)
  }
const onShapes =
  (call: (a: Shape, b: Shape) => Value): Call =>
  (left = null, right = null) => {
    const [a, b] = [asShape(left), asShape(right)]
    return a && b && call(a, b)
  }
const negated = (value: boolean | null): boolean | null => (value === null ? null : !value)

const substring: Call = (text = null, start = null, length = null) =>
  typeof text === 'string' && typeof start === 'number'
    ? text.slice(
        Math.max(0, start),
        typeof length === 'number' ? Math.max(0, start) + Math.max(0, length) : undefined,
      )
    : null

/** OGC 18-088 §9.3.3.5.2, Table 23; what does not fit gives null, which nothing equals or exceeds. All in UTC. */
const FUNCTIONS: Readonly<Record<string, [call: Call, min: number, max?: number]>> = {
  substringof: [onTexts((part, whole) => whole.includes(part)), 2],
  contains: [onTexts((whole, part) => whole.includes(part)), 2],
  startswith: [onTexts((text, start) => text.startsWith(start)), 2],
  endswith: [onTexts((text, end) => text.endsWith(end)), 2],
  indexof: [onTexts((text, part) => text.indexOf(part)), 2],
  concat: [onTexts((a, b) => (a.length + b.length > 10_000 ? null : a + b)), 2],
  length: [onText((text) => text.length), 1],
  tolower: [onText((text) => text.toLowerCase()), 1],
  toupper: [onText((text) => text.toUpperCase()), 1],
  trim: [onText((text) => text.trim()), 1],
  substring: [substring, 2, 3],
  year: [onTime((date) => date.getUTCFullYear()), 1],
  month: [onTime((date) => date.getUTCMonth() + 1), 1],
  day: [onTime((date) => date.getUTCDate()), 1],
  hour: [onTime((date) => date.getUTCHours()), 1],
  minute: [onTime((date) => date.getUTCMinutes()), 1],
  second: [onTime((date) => date.getUTCSeconds()), 1],
  fractionalseconds: [onTime((_, us) => (((us % 1_000_000) + 1_000_000) % 1_000_000) / 1_000_000), 1],
  date: [onTime((date) => date.toISOString().slice(0, 10)), 1],
  time: [onTime((date) => date.toISOString().slice(11, 23)), 1],
  totaloffsetminutes: [onTime(() => 0), 1],
  now: [() => instant(microsNow()), 0],
  mindatetime: [() => instant(-62_135_596_800_000_000), 0],
  maxdatetime: [() => instant(253_402_300_799_000_000), 0],
  round: [onNumber((x) => Math.sign(x) * Math.round(Math.abs(x))), 1],
  floor: [onNumber(Math.floor), 1],
  ceiling: [onNumber(Math.ceil), 1],
  'geo.distance': [onShapes(distance), 2],
  'geo.length': [(line = null) => (asShape(line) ? lengthOf(asShape(line) as Shape) : null), 1],
  'geo.intersects': [onShapes(intersects), 2],
  st_intersects: [onShapes(intersects), 2],
  st_disjoint: [onShapes((a, b) => negated(intersects(a, b))), 2],
  st_within: [onShapes(within), 2],
  st_contains: [onShapes((a, b) => within(b, a)), 2],
  st_equals: [onShapes((a, b) => JSON.stringify(a) === JSON.stringify(b)), 2],
}

/** Of the standard, about lines and areas, which the platform has none of. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  'st_touches',
  'st_overlaps',
  'st_crosses',
  'st_relate',
])

/** By name, how many arguments at least and at most. */
export const ARITIES: ReadonlyMap<string, readonly [min: number, max: number]> = new Map(
  Object.entries(FUNCTIONS).map(([name, [, min, max = min]]) => [name, [min, max] as const]),
)

export function callFunction(name: string, args: readonly Value[]): Value {
  const found = FUNCTIONS[name]
  if (!found) throw new Error(`the parser let a function through: ${name}`)
  return found[0](...args)
}

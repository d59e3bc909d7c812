const OBJECT_BYTES = 48
const SLOT_BYTES = 16

/** About what a value takes in memory, in bytes, rounded up; counted no further than `max`. */
export function weightOf(value: unknown, max: number): number {
  const waiting: unknown[] = [value]
  let bytes = 0
  while (waiting.length > 0 && bytes <= max) {
    const next = waiting.pop()
    bytes += SLOT_BYTES
    if (typeof next === 'string') bytes += 2 * next.length
    else if (next instanceof Uint8Array) bytes += OBJECT_BYTES + next.length
    else if (typeof next === 'object' && next !== null) bytes += OBJECT_BYTES + within(next, waiting)
  }
  return bytes
}

/** Puts what an object holds with what is to be weighed; gives the weight of the names of its members. */
function within(object: object, waiting: unknown[]): number {
  if (object instanceof Map || object instanceof Set) {
    for (const [key, value] of object.entries()) waiting.push(key, value)
    return 0
  }
  if (Array.isArray(object)) {
    for (const value of object) waiting.push(value)
    return 0
  }
  let bytes = 0
  for (const [name, value] of Object.entries(object)) {
    // Names of members are mostly shared.
    bytes += SLOT_BYTES + name.length
    waiting.push(value)
  }
  return bytes
}

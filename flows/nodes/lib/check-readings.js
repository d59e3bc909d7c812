/** Checks readings against the platform's catalogue before they are sent, with the platform's own codes for faults. */

const VALUES_MAX = 1000
const BYTES_MAX = 200 * 1024
const CHANNEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/
const LABEL_CHARS_MAX = 200

/**
 * Takes the canonical form, an array of it, or plain `{quantity: value}`.
 * Gives the canonical objects and every fault `{path, code, detail}`; with a fault nothing may be sent.
 */
function checkReadings(payload, quantities) {
  const faults = []
  const given = Array.isArray(payload) ? payload : [payload]
  if (given.length === 0) faults.push(fault('', 'wrong_shape', 'an empty array'))
  const objects = given.map((item, i) => {
    const path = Array.isArray(payload) ? `/${i}` : ''
    const object = isRecord(item) && !('values' in item) && !Array.isArray(payload) ? { values: item } : item
    checkObject(object, path, quantities, faults)
    return object
  })
  return { objects, faults }
}

function checkObject(object, path, quantities, faults) {
  if (!isRecord(object) || !isRecord(object.values))
    return faults.push(fault(path, 'wrong_shape', 'takes {"time"?, "values": {"<quantity>": value}}'))
  const names = Object.keys(object.values)
  if (names.length === 0) faults.push(fault(path, 'wrong_shape', '"values" is empty'))
  if (names.length > VALUES_MAX)
    faults.push(fault(path, 'too_many_values', `${names.length} values in one object`))
  if (!isTime(object.time))
    faults.push(
      fault(
        path,
        'invalid_time',
        `time ${shown(object.time)}: takes RFC 3339 with a zone, or epoch milliseconds`,
      ),
    )
  for (const name of names) {
    const found = checkValue(name, object.values[name], quantities)
    if (found)
      faults.push(fault(`${path}/values/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, ...found))
  }
}

/** Null, or why not: `[code, detail]`. */
function checkValue(name, raw, quantities) {
  const [id, channel] = name.split(/\/(.*)/s)
  const quantity = quantities.get(id)
  if (!quantity) return ['unknown_quantity', `no quantity ${shown(id)}${near(id, [...quantities.keys()])}`]
  if (channel && !CHANNEL.test(channel))
    return ['unknown_quantity', `${shown(channel)} is no channel name (32 letters, digits, ".", "_", "-")`]
  const withUnit = isRecord(raw) ? raw : null
  const value = withUnit ? withUnit.value : raw
  const unit = withUnit?.unit
  if (value === null) return null
  if (typeof value === 'string') {
    if (quantity.kind !== 'state') return ['wrong_type', `${id} takes a number, got the text ${shown(value)}`]
    return value.length > LABEL_CHARS_MAX ? ['label_too_long', `${value.length} characters`] : null
  }
  if (typeof value !== 'number' && typeof value !== 'boolean')
    return [
      'wrong_type',
      `${id} takes a number, a boolean or null, got ${value === undefined ? 'nothing' : `a ${typeof value}`}`,
    ]
  if (!Number.isFinite(Number(value))) return ['not_finite', `${id} is ${value}, which JSON cannot hold`]
  if (unit !== undefined && !quantity.accepts.includes(unit))
    return [
      'unit_not_convertible',
      `${id} does not take ${shown(unit)}${near(String(unit), quantity.accepts)}; it takes ${quantity.accepts.join(', ')}`,
    ]
  return null
}

/** Packs the objects into messages that keep to the platform's limits. */
function packReadings(objects) {
  const packs = []
  let pack = []
  let values = 0
  let bytes = 2
  for (const object of objects) {
    const text = JSON.stringify(object)
    const count = Object.keys(object.values).length
    const size = Buffer.byteLength(text) + 1
    if (pack.length > 0 && (values + count > VALUES_MAX || bytes + size > BYTES_MAX)) {
      packs.push(`[${pack.join(',')}]`)
      pack = []
      values = 0
      bytes = 2
    }
    pack.push(text)
    values += count
    bytes += size
  }
  if (pack.length > 0) packs.push(objects.length === 1 ? pack[0] : `[${pack.join(',')}]`)
  return packs
}

/** `; near: …`, the names that a misspelt one may have meant. */
function near(name, candidates) {
  const close = candidates
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(2, candidate.length / 3) || related(name, candidate))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
  return close.length === 0 ? '' : `; near: ${close.map(({ candidate }) => candidate).join(', ')}`
}

/** One of the words of both names is the same: `power` and `active-power`. */
const related = (name, candidate) =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => word.length > 2 && candidate.split('-').includes(word))

/** Levenshtein's distance, of names bounded to 64 characters. */
function distance(a, b) {
  const [from, to] = [a.slice(0, 64), b.slice(0, 64)]
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1))
    row = next
  }
  return row[to.length]
}

const isTime = (time) =>
  time === undefined ||
  time === null ||
  (typeof time === 'number' && Math.abs(time) <= 8.64e15) ||
  (typeof time === 'string' && RFC3339.test(time) && !Number.isNaN(Date.parse(time)))

const fault = (path, code, detail) => ({ path, code, detail })
const shown = (value) => JSON.stringify(value)?.slice(0, 80) ?? typeof value
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

module.exports = { checkReadings, packReadings }

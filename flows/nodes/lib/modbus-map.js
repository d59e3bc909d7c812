/** Registers of Eastron SDM630 as float32 input registers, addresses from 0 (30001 in the manual's numbers). */
const SDM630 = [
  { quantity: 'voltage/L1', register: 0 },
  { quantity: 'voltage/L2', register: 2 },
  { quantity: 'voltage/L3', register: 4 },
  { quantity: 'current/L1', register: 6 },
  { quantity: 'current/L2', register: 8 },
  { quantity: 'current/L3', register: 10 },
  { quantity: 'active-power', register: 52, unit: 'W' },
  { quantity: 'power-factor', register: 62 },
  { quantity: 'frequency', register: 70 },
  { quantity: 'active-energy', register: 72, unit: 'kW.h' },
]

const READERS = {
  float32: [2, (view) => view.getFloat32(0)],
  int16: [1, (view) => view.getInt16(0)],
  uint16: [1, (view) => view.getUint16(0)],
  int32: [2, (view) => view.getInt32(0)],
  uint32: [2, (view) => view.getUint32(0)],
}
/** At most so many registers in one request: 125 by the standard, and this many of an SDM630. */
const REGISTERS_MAX = 80

/** The register map from its JSON; empty: an SDM630. Throws with what is wrong. */
function parseMap(text) {
  const map = text?.trim() ? JSON.parse(text) : SDM630
  if (!Array.isArray(map) || map.length === 0) throw new Error('the registers must be a list')
  return map.map((entry, i) => {
    const { quantity, register, type = 'float32', scale = 1, unit, swap = false } = entry
    if (typeof quantity !== 'string' || !Number.isInteger(register) || register < 0 || register > 65_534)
      throw new Error(
        `register ${i + 1} of the list: takes {"quantity", "register", "type"?, "scale"?, "unit"?, "swap"?}`,
      )
    if (!Object.hasOwn(READERS, type))
      throw new Error(`${quantity}: type ${type} is none of ${Object.keys(READERS).join(', ')}`)
    return { quantity, register, type, scale, unit, swap, length: READERS[type][0] }
  })
}

/** Requests that read the map: neighbours together, and nothing that is not asked for, which meters refuse. */
function blocksOf(map) {
  const blocks = []
  for (const entry of [...map].sort((a, b) => a.register - b.register)) {
    const last = blocks.at(-1)
    const end = entry.register + entry.length
    if (last && entry.register <= last.start + last.count && end - last.start <= REGISTERS_MAX) {
      last.count = Math.max(last.count, end - last.start)
      last.entries.push(entry)
    } else blocks.push({ start: entry.register, count: entry.length, entries: [entry] })
  }
  return blocks
}

/** The values of one block's bytes. What a meter gives as NaN is no measurement. */
function valuesOf({ start, count, entries }, bytes) {
  if (bytes.length < count * 2) throw new Error(`${bytes.length} bytes for ${count} registers`)
  return entries.flatMap(({ quantity, register, type, scale, unit, swap, length }) => {
    const at = (register - start) * 2
    const own = Buffer.from(bytes.subarray(at, at + length * 2))
    if (swap && length === 2) own.swap32().swap16()
    const raw = READERS[type][1](new DataView(own.buffer, own.byteOffset, own.byteLength))
    if (!Number.isFinite(raw)) return []
    // A float32 has 7 digits: more would be digits that the meter does not have.
    const value = Number((type === 'float32' ? Number(raw.toPrecision(7)) : raw) * scale)
    return [[quantity, unit === undefined ? value : { value, unit }]]
  })
}

module.exports = { parseMap, blocksOf, valuesOf }

import { shortestFloat } from '../../shortest-float.ts'
import type { DataSet, Metric, Raw } from './payload.ts'

/** Sparkplug 3.0 §6.4.16: the index of each datatype. */
const TYPE = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  boolean: 11,
} as const
const ARRAY_FIRST = 22
const BOOLEAN_ARRAY = 32
/** Longer arrays are waveforms and tables, not channels. */
const ELEMENTS_MAX = 64

type Scalar = number | boolean | string
/** null: no value; undefined: it cannot be said without the datatype. */
type Read = Scalar | null | undefined

/** What a raw value is by its datatype. Integers are two's complement in the width of the type, in either integer field and
 *  padded to it or not (§6.4.17): encoders differ. NaN is no measurement. */
export function scalarOf(raw: Raw, datatype: number | undefined): Read {
  switch (raw.as) {
    case 'integer':
      return integerOf(raw, datatype)
    case 'single':
      return Number.isNaN(raw.number) ? null : shortestFloat(raw.number)
    case 'double':
      return Number.isNaN(raw.number) ? null : raw.number
    case 'boolean':
      return raw.isTrue
    case 'text':
      return raw.text
    default:
      return null
  }
}

function integerOf({ unsigned, signed }: Raw & { as: 'integer' }, datatype: number | undefined): Read {
  switch (datatype) {
    case TYPE.int8:
      return (signed << 24) >> 24
    case TYPE.int16:
      return (signed << 16) >> 16
    case TYPE.int32:
      return signed | 0
    case TYPE.int64:
      return signed
    case TYPE.uint8:
      return signed & 0xff
    case TYPE.uint16:
      return signed & 0xffff
    case TYPE.uint32:
      return signed >>> 0
    case TYPE.boolean:
      return unsigned !== 0
    case undefined:
    case 0:
      return undefined
    default:
      return unsigned
  }
}

/** The parts of a value that is not one number, each by its step below the metric's name; null where they are no readings. */
export function partsOf(raw: Raw, datatype = 0): { step: string; value: Read }[] | null {
  if (raw.as === 'dataset') return cellsOf(raw.dataset)
  if (raw.as !== 'bytes' || datatype < ARRAY_FIRST) return null
  const elements = datatype === BOOLEAN_ARRAY ? bitsOf(raw.bytes) : numbersOf(raw.bytes, datatype)
  return elements?.map((value, i) => ({ step: String(i), value })) ?? null
}

/** A data set of one row is a record with named fields; more rows are a table, whose meaning only its maker knows. */
function cellsOf({ columns, types, rows: [row, ...more] }: DataSet): { step: string; value: Read }[] | null {
  if (row === undefined || more.length > 0 || columns.length > ELEMENTS_MAX) return null
  return columns.map((step, i) => {
    const cell = row[i]
    return { step, value: cell === undefined ? null : scalarOf(cell, types[i]) }
  })
}

/** By datatype from Int8Array on: bytes of one element and how to read it; §6.4.17: packed, little-endian. */
const ELEMENTS: readonly (readonly [bytes: number, read: (view: DataView, at: number) => number])[] = [
  [1, (view, at) => view.getInt8(at)],
  [2, (view, at) => view.getInt16(at, true)],
  [4, (view, at) => view.getInt32(at, true)],
  [8, (view, at) => Number(view.getBigInt64(at, true))],
  [1, (view, at) => view.getUint8(at)],
  [2, (view, at) => view.getUint16(at, true)],
  [4, (view, at) => view.getUint32(at, true)],
  [8, (view, at) => Number(view.getBigUint64(at, true))],
  [4, (view, at) => shortestFloat(view.getFloat32(at, true))],
  [8, (view, at) => view.getFloat64(at, true)],
]

function numbersOf(bytes: Uint8Array, datatype: number): Read[] | null {
  const element = ELEMENTS[datatype - ARRAY_FIRST]
  if (!element) return null
  const [size, read] = element
  const count = bytes.length / size
  if (!Number.isInteger(count) || count > ELEMENTS_MAX) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: count }, (_, i) => {
    const value = read(view, i * size)
    return Number.isNaN(value) ? null : value
  })
}

/** A count in four bytes, then the bits, the first one highest. */
function bitsOf(bytes: Uint8Array): Read[] | null {
  if (bytes.length < 4) return null
  const count = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  if (count > ELEMENTS_MAX || Math.ceil(count / 8) !== bytes.length - 4) return null
  return Array.from({ length: count }, (_, i) => (((bytes[4 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1) === 1)
}

const UNIT_KEYS: ReadonlySet<string> = new Set([
  'engunit',
  'engunits',
  'engineeringunit',
  'engineeringunits',
  'unit',
  'units',
  'uom',
])

/** The engineering unit among a metric's properties, under any of the names in use. */
export function unitOf({ properties }: Metric): string | undefined {
  const at = properties?.keys.findIndex((key) => UNIT_KEYS.has(key.toLowerCase().replace(/[^a-z]/g, '')))
  const raw = at === undefined || at < 0 ? undefined : properties?.values[at]?.value
  return raw?.as === 'text' && raw.text !== '' ? raw.text : undefined
}

const STALE = 500

/** §6.4.9.1: the property `Quality` is 192 (good), 0 (bad) or 500 (stale). Others in use are OPC's, whose upper two bits of eight
 *  say good, uncertain or bad. Absent means good. A stale value is an old one shown again: bad as a measurement of now. */
export function qualityOf({ properties }: Metric): 'estimated' | 'bad' | undefined {
  const at = properties?.keys.indexOf('Quality')
  const raw = at === undefined || at < 0 ? undefined : properties?.values[at]?.value
  if (raw?.as !== 'integer') return undefined
  if (raw.unsigned === STALE) return 'bad'
  if (raw.unsigned > 0xff || raw.unsigned >= 0xc0) return undefined
  return raw.unsigned >= 0x40 ? 'estimated' : 'bad'
}

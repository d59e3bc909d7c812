import { unzipSync } from 'node:zlib'
import { PbfReader } from 'pbf'

/** Sparkplug 3.0 §6.4.1, as in Tahu's sparkplug_b.proto: one `Payload` with its metrics. What measures nothing (metadata,
 *  template parameters) is passed over. */
export interface Payload {
  /** Milliseconds since 1970. */
  timestamp?: number | undefined
  seq?: number | undefined
  readonly metrics: Metric[]
  uuid?: string
  body?: Uint8Array
}

export interface Metric {
  name?: string
  /** As text: 64 bits do not fit a number. */
  alias?: string
  timestamp?: number
  datatype?: number
  isTransient?: boolean
  isNull?: boolean
  value?: Raw | undefined
  properties?: Properties
}

/** A value by the field that it came in; what it means is for the datatype to say, which data messages may leave out. */
export type Raw =
  | { readonly as: 'integer'; readonly unsigned: number; readonly signed: number }
  | { readonly as: 'single' | 'double'; readonly number: number }
  | { readonly as: 'boolean'; readonly isTrue: boolean }
  | { readonly as: 'text'; readonly text: string }
  | { readonly as: 'bytes'; readonly bytes: Uint8Array }
  | { readonly as: 'dataset'; readonly dataset: DataSet }
  | { readonly as: 'template'; readonly template: Template }

export interface DataSet {
  readonly columns: string[]
  readonly types: number[]
  readonly rows: (Raw | undefined)[][]
}

interface Template {
  readonly metrics: Metric[]
  isDefinition: boolean
}

interface Properties {
  readonly keys: string[]
  readonly values: { value?: Raw | undefined }[]
}

/** Templates may hold templates. */
const NESTING_MAX = 8
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** As Tahu's PayloadUtil writes it: the whole payload, deflated or zipped, is the body of another. */
const COMPRESSED = 'SPBV1.0_COMPRESSED'
const INFLATED_BYTES_MAX = 1 << 20

/** Null where the bytes are no such message, or are cut short. */
export function parsePayload(bytes: Uint8Array): Payload | null {
  const payload = parsePlain(bytes)
  if (payload?.uuid !== COMPRESSED || payload.body === undefined) return payload
  try {
    const inner = parsePlain(unzipSync(payload.body, { maxOutputLength: INFLATED_BYTES_MAX }))
    return inner && { timestamp: payload.timestamp, seq: payload.seq, ...inner }
  } catch {
    // Whatever zlib says of it: no deflated bytes, or too many.
    return null
  }
}

function parsePlain(bytes: Uint8Array): Payload | null {
  try {
    const wire = new Wire(bytes)
    const payload = wire.readFields(readPayload, { metrics: [] } as Payload)
    return wire.pos === bytes.length ? payload : null
  } catch {
    // Wire throws on what does not fit, pbf on what it cannot read at all: each way it is no payload.
    return null
  }
}

/** A reader that does not read past the end of what it is in, nor a field as another type than it has on the wire: pbf trusts
 *  its input in both. */
class Wire extends PbfReader {
  limit: number
  depth = 0

  constructor(bytes: Uint8Array) {
    super(bytes)
    this.limit = bytes.length
  }

  of(type: number): this {
    if (this.type !== type) throw new RangeError('another type on the wire')
    return this
  }

  end(): number {
    const end = this.of(BYTES).readVarint() + this.pos
    if (!(end <= this.limit)) throw new RangeError('longer than what it is in')
    return end
  }

  within<T>(result: T, field: (tag: number, result: T, wire: PbfReader) => void): T {
    const end = this.end()
    const outer = this.limit
    if (++this.depth > 3 * NESTING_MAX) throw new RangeError('nested too deep')
    this.limit = end
    this.readFields(field, result, end)
    if (this.pos !== end) throw new RangeError('a field is longer than what it is in')
    this.limit = outer
    this.depth--
    return result
  }

  bytes(): Uint8Array {
    const end = this.end()
    const bytes = this.buf.subarray(this.pos, end)
    this.pos = end
    return bytes
  }

  text(): string {
    return Buffer.from(this.bytes()).toString('utf8')
  }

  uint(): number {
    return this.of(VARINT).readVarint()
  }

  integer(): Raw {
    const start = this.pos
    const unsigned = this.uint()
    this.pos = start
    return { as: 'integer', unsigned, signed: this.readVarint(true) }
  }

  /** Every bit of a uint64 counts in an alias. */
  alias(): string {
    const start = this.pos
    const alias = this.uint()
    if (alias <= Number.MAX_SAFE_INTEGER) return String(alias)
    let exact = 0n
    for (let at = this.pos - 1; at >= start; at--) exact = (exact << 7n) | BigInt((this.buf[at] ?? 0) & 0x7f)
    return String(BigInt.asUintN(64, exact))
  }

  /** int, long, float, double, boolean and string stand in this order wherever there is a value. */
  scalar(place: number): Raw | undefined {
    if (place === 0 || place === 1) return this.integer()
    if (place === 2) return { as: 'single', number: this.of(FIXED32).readFloat() }
    if (place === 3) return { as: 'double', number: this.of(FIXED64).readDouble() }
    if (place === 4) return { as: 'boolean', isTrue: this.uint() !== 0 }
    if (place === 5) return { as: 'text', text: this.text() }
    return undefined
  }
}

type Reader<T> = (tag: number, into: T, wire: PbfReader) => void
const reader =
  <T>(read: (tag: number, into: T, wire: Wire) => void): Reader<T> =>
  (tag, into, wire) =>
    read(tag, into, wire as Wire)

const readPayload = reader<Payload>((tag, payload, wire) => {
  if (tag === 1) payload.timestamp = wire.uint()
  else if (tag === 2) payload.metrics.push(wire.within({}, readMetric))
  else if (tag === 3) payload.seq = wire.uint()
  else if (tag === 4) payload.uuid = wire.text()
  else if (tag === 5) payload.body = wire.bytes()
})

const readMetric = reader<Metric>((tag, metric, wire) => {
  if (tag === 1) metric.name = wire.text()
  else if (tag === 2) metric.alias = wire.alias()
  else if (tag === 3) metric.timestamp = wire.uint()
  else if (tag === 4) metric.datatype = wire.uint()
  else if (tag === 6) metric.isTransient = wire.uint() !== 0
  else if (tag === 7) metric.isNull = wire.uint() !== 0
  else if (tag === 9) metric.properties = wire.within({ keys: [], values: [] }, readProperties)
  else if (tag >= 10 && tag <= 15) metric.value = wire.scalar(tag - 10)
  else if (tag === 16) metric.value = { as: 'bytes', bytes: wire.bytes() }
  else if (tag === 17)
    metric.value = { as: 'dataset', dataset: wire.within({ columns: [], types: [], rows: [] }, readDataSet) }
  else if (tag === 18)
    metric.value = {
      as: 'template',
      template: wire.within({ metrics: [], isDefinition: false }, readTemplate),
    }
})

const readProperties = reader<Properties>((tag, properties, wire) => {
  if (tag === 1) properties.keys.push(wire.text())
  else if (tag === 2) properties.values.push(wire.within({}, readProperty))
})

const readProperty = reader<Properties['values'][number]>((tag, property, wire) => {
  if (tag >= 3 && tag <= 8) property.value = wire.scalar(tag - 3)
})

const readDataSet = reader<DataSet>((tag, dataset, wire) => {
  if (tag === 2) dataset.columns.push(wire.text())
  else if (tag === 3) readTypes(dataset, wire)
  else if (tag === 4) dataset.rows.push(wire.within([], readRow))
})

/** proto2 writes them one by one; a packed list is as valid. */
function readTypes({ types }: DataSet, wire: Wire): void {
  if (wire.type === VARINT) return void types.push(wire.uint())
  const end = wire.end()
  while (wire.pos < end) types.push(wire.readVarint())
}

const readRow = reader<(Raw | undefined)[]>((tag, row, wire) => {
  if (tag === 1) row.push(wire.within<{ value?: Raw | undefined }>({}, readCell).value)
})

const readCell = reader<{ value?: Raw | undefined }>((tag, cell, wire) => {
  if (tag >= 1 && tag <= 6) cell.value = wire.scalar(tag - 1)
})

const readTemplate = reader<Template>((tag, template, wire) => {
  if (tag === 2) template.metrics.push(wire.within({}, readMetric))
  else if (tag === 5) template.isDefinition = wire.uint() !== 0
})

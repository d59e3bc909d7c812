import { PbfWriter } from 'pbf'

type Value =
  | { readonly int: number }
  | { readonly long: bigint }
  | { readonly float: number }
  | { readonly double: number }
  | { readonly boolean: boolean }
  | { readonly string: string }

/** A metric to be encoded; `value` in the field that is named, as encoders differ in which they take. */
export interface TestMetric {
  readonly name?: string
  readonly alias?: bigint | number
  readonly timestamp?: bigint | number
  readonly datatype?: number
  readonly isHistorical?: boolean
  readonly isTransient?: boolean
  readonly isNull?: boolean
  readonly properties?: Readonly<Record<string, Value>>
  readonly value?: Value
  readonly bytes?: Uint8Array
  readonly dataset?: {
    readonly columns: readonly string[]
    readonly types: readonly number[]
    readonly rows: readonly (readonly Value[])[]
  }
  readonly template?: { readonly metrics: readonly TestMetric[]; readonly isDefinition?: boolean }
}

export interface TestPayload {
  readonly timestamp?: bigint | number
  readonly metrics?: readonly TestMetric[]
  readonly seq?: number
  readonly uuid?: string
  readonly body?: Uint8Array
}

/** Sparkplug B as an edge node writes it (sparkplug_b.proto of Eclipse Tahu); made for tests. */
export function sparkplugPayload({ timestamp, metrics = [], seq, uuid, body }: TestPayload): Uint8Array {
  const out = new PbfWriter()
  varint(out, 1, timestamp)
  for (const metric of metrics) out.writeMessage(2, writeMetric, metric)
  varint(out, 3, seq)
  text(out, 4, uuid)
  if (body) {
    out.writeTag(5, 2)
    out.writeBytes(body)
  }
  return out.finish()
}

function writeMetric(metric: TestMetric, out: PbfWriter): void {
  text(out, 1, metric.name)
  varint(out, 2, metric.alias)
  varint(out, 3, metric.timestamp)
  varint(out, 4, metric.datatype)
  varint(out, 5, metric.isHistorical === undefined ? undefined : Number(metric.isHistorical))
  varint(out, 6, metric.isTransient === undefined ? undefined : Number(metric.isTransient))
  varint(out, 7, metric.isNull === undefined ? undefined : Number(metric.isNull))
  if (metric.properties) out.writeMessage(9, writeProperties, metric.properties)
  if (metric.value) writeValue(metric.value, out, 10)
  if (metric.bytes) {
    out.writeTag(16, 2)
    out.writeBytes(metric.bytes)
  }
  if (metric.dataset) out.writeMessage(17, writeDataSet, metric.dataset)
  if (metric.template) out.writeMessage(18, writeTemplate, metric.template)
}

function writeValue(value: Value, out: PbfWriter, first: number): void {
  if ('int' in value) varint(out, first, BigInt.asUintN(32, BigInt(value.int)))
  else if ('long' in value) varint(out, first + 1, value.long)
  else if ('float' in value) {
    out.writeTag(first + 2, 5)
    out.writeFloat(value.float)
  } else if ('double' in value) {
    out.writeTag(first + 3, 1)
    out.writeDouble(value.double)
  } else if ('boolean' in value) varint(out, first + 4, Number(value.boolean))
  else text(out, first + 5, value.string)
}

function writeProperties(properties: NonNullable<TestMetric['properties']>, out: PbfWriter): void {
  for (const key of Object.keys(properties)) text(out, 1, key)
  for (const value of Object.values(properties))
    out.writeMessage(2, (each, inner) => writeValue(each, inner, 3), value)
}

function writeDataSet({ columns, types, rows }: NonNullable<TestMetric['dataset']>, out: PbfWriter): void {
  varint(out, 1, columns.length)
  for (const column of columns) text(out, 2, column)
  for (const type of types) varint(out, 3, type)
  for (const row of rows)
    out.writeMessage(
      4,
      (cells, inner) => {
        for (const cell of cells)
          inner.writeMessage(1, (each, innermost) => writeValue(each, innermost, 1), cell)
      },
      row,
    )
}

function writeTemplate(template: NonNullable<TestMetric['template']>, out: PbfWriter): void {
  for (const metric of template.metrics) out.writeMessage(2, writeMetric, metric)
  if (template.isDefinition) varint(out, 5, 1)
}

function text(out: PbfWriter, tag: number, value: string | undefined): void {
  if (value === undefined) return
  out.writeTag(tag, 2)
  out.writeString(value)
}

/** By hand: 64 bits do not fit the writer's numbers. */
function varint(out: PbfWriter, tag: number, value: bigint | number | undefined): void {
  if (value === undefined) return
  out.writeTag(tag, 0)
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    writeByte(out, Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  writeByte(out, Number(rest))
}

function writeByte(out: PbfWriter, byte: number): void {
  out.realloc(1)
  out.buf[out.pos++] = byte
}

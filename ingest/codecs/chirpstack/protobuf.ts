import { PbfReader } from 'pbf'
import { isRecord } from '../../json.ts'

/** What a field of a message is, and its name in the JSON of the same event. */
type Kind = 'text' | 'count' | 'signed' | 'float' | 'double' | 'flag' | 'bytes' | 'time' | 'object' | Schema
interface Field {
  readonly name: string
  readonly kind: Kind
  readonly isList?: boolean
}
type Schema = Readonly<Record<number, Field>>

const field = (name: string, kind: Kind): Field => ({ name, kind })
const list = (name: string, kind: Kind): Field => ({ name, kind, isList: true })

// Field numbers of chirpstack/chirpstack, api/proto/integration/integration.proto, gw/gw.proto and common/common.proto (v4).
const DEVICE: Schema = { 7: field('deviceName', 'text'), 8: field('devEui', 'text') }
const LOCATION: Schema = {
  1: field('latitude', 'double'),
  2: field('longitude', 'double'),
  3: field('altitude', 'double'),
}
const RECEPTION: Schema = {
  3: field('gwTime', 'time'),
  6: field('rssi', 'signed'),
  7: field('snr', 'float'),
  17: field('nsTime', 'time'),
}
const MODULATION: Schema = { 3: field('lora', { 2: field('spreadingFactor', 'count') }) }
const COMMON: Schema = { 2: field('time', 'time'), 3: field('deviceInfo', DEVICE) }
const LOG: Schema = {
  1: field('time', 'time'),
  2: field('deviceInfo', DEVICE),
  5: field('description', 'text'),
}

const EVENTS: Readonly<Record<string, Schema>> = {
  up: {
    ...COMMON,
    8: field('fPort', 'count'),
    10: field('data', 'bytes'),
    11: field('object', 'object'),
    12: list('rxInfo', RECEPTION),
    13: field('txInfo', { 2: field('modulation', MODULATION) }),
  },
  status: {
    ...COMMON,
    5: field('margin', 'signed'),
    6: field('externalPowerSource', 'flag'),
    7: field('batteryLevelUnavailable', 'flag'),
    8: field('batteryLevel', 'float'),
  },
  location: { ...COMMON, 4: field('location', LOCATION) },
  integration: { ...COMMON, 4: field('integrationName', 'text'), 6: field('object', 'object') },
  join: COMMON,
  ack: COMMON,
  txack: COMMON,
  log: LOG,
}

type Json = Record<string, unknown>

/** An event of version 4 in Protobuf, as the JSON of the same event; null where the bytes are none. */
export function eventOfProtobuf(payload: Uint8Array, event: string): Json | null {
  const schema = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined
  if (!schema) return null
  try {
    const json = readMessage(new PbfReader(payload), payload.length, schema, 0)
    return json.deviceInfo === undefined ? null : json
  } catch {
    // The reader throws at bytes that are no message, by any kind of error.
    return null
  }
}

/** Three messages to a level of an object: the struct, its member, the member's value. */
const DEPTH_MAX = 48
const WIRE_TYPE_OF: Readonly<Record<Exclude<Kind, Schema>, number>> = {
  text: 2,
  bytes: 2,
  time: 2,
  object: 2,
  count: 0,
  signed: 0,
  flag: 0,
  float: 5,
  double: 1,
}

function readMessage(pbf: PbfReader, end: number, schema: Schema, depth: number): Json {
  if (end > pbf.length || depth > DEPTH_MAX) throw new RangeError('longer than the message, or too deep')
  const json: Json = {}
  pbf.readFields(
    (number) => {
      const known = Object.hasOwn(schema, number) ? schema[number] : undefined
      if (!known) return
      const value = readValue(pbf, known.kind, depth)
      const before = json[known.name]
      if (Array.isArray(before)) before.push(value)
      else json[known.name] = known.isList ? [value] : value
    },
    json,
    end,
  )
  if (pbf.pos !== end) throw new RangeError('cut')
  return json
}

function readValue(pbf: PbfReader, kind: Kind, depth: number): unknown {
  if (pbf.type !== (typeof kind === 'string' ? WIRE_TYPE_OF[kind] : 2)) throw new RangeError('wire type')
  switch (kind) {
    case 'text':
      return pbf.readString()
    case 'count':
      return pbf.readVarint()
    case 'signed':
      return pbf.readVarint(true)
    case 'flag':
      return pbf.readBoolean()
    case 'float':
      // The digits that a float holds, not those of the double around it.
      return Number(pbf.readFloat().toPrecision(7))
    case 'double':
      return pbf.readDouble()
    case 'bytes':
      return Buffer.from(pbf.readBytes()).toString('base64')
    case 'time':
      return timeOf(readMessage(pbf, endOf(pbf), TIMESTAMP, depth + 1))
    case 'object':
      return structOf(readMessage(pbf, endOf(pbf), STRUCT, depth + 1))
    default:
      return readMessage(pbf, endOf(pbf), kind, depth + 1)
  }
}

const endOf = (pbf: PbfReader): number => pbf.readVarint() + pbf.pos

// google/protobuf/timestamp.proto and struct.proto.
const TIMESTAMP: Schema = { 1: field('seconds', 'signed'), 2: field('nanos', 'signed') }

function timeOf({ seconds = 0, nanos = 0 }: Json): string {
  const second = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(nanos).padStart(9, '0')}Z`
}

// A value may hold a struct or a list of values again, so the tables are closed after they are made.
const VALUE: Record<number, Field> = {
  1: field('nothing', 'count'),
  2: field('double', 'double'),
  3: field('text', 'text'),
  4: field('flag', 'flag'),
}
const STRUCT: Schema = { 1: list('members', { 1: field('name', 'text'), 2: field('value', VALUE) }) }
VALUE[5] = field('struct', STRUCT)
VALUE[6] = field('list', { 1: list('values', VALUE) })

function structOf({ members }: Json): Json {
  return Object.fromEntries(
    recordsOf(members).map(({ name, value }) => [
      String(name ?? ''),
      isRecord(value) ? plainOf(value) : null,
    ]),
  )
}

function plainOf(value: Json): unknown {
  if (isRecord(value.struct)) return structOf(value.struct)
  if (isRecord(value.list)) return recordsOf(value.list.values).map(plainOf)
  return value.double ?? value.text ?? value.flag ?? null
}

const recordsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : [])

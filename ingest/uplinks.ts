import type { Reading } from '../core/message.ts'
import type { Micros } from '../core/time.ts'
import { type FieldRules, readField } from './fields.ts'
import { type Findings, VALUES_MAX } from './findings.ts'
import { isRecord, pointerOf } from './json.ts'
import { senseCapMeasurement } from './sensecap.ts'
import { epochOfAnyUnit, firstPlausible, localMicros, rfc3339Micros } from './times.ts'
import { ucumOf } from './unit-names.ts'
import { isKnownUnit } from './vocabulary.ts'

/** Where a decoder's output stands: `time` is when the network received the frame. */
export interface DecodedAt {
  readonly path: string
  readonly source?: string | undefined
  readonly time?: Micros | undefined
  /** For times that the decoder wrote without a zone; UTC where it is absent. */
  readonly utcOffsetMinutes?: number
  /** Readings of the same device that the message gave already, such as the radio's. */
  readonly beside?: readonly Reading[]
}

/**
 * Readings out of what a decoder made of a device's bytes: the `data` of a payload decoder (LoRa Alliance TS013 §5), ours or a
 * network server's own. Decoders write as they please; what is read is
 * - nested objects of scalars, each a field named by its steps (`soil/moisture`);
 * - measures `{"value", "unit"?}`, as Decentlab's decoders write them, and text with a unit, `"3.38 V"`, as Dragino's do;
 * - arrays of records, each with its name and value (`{"Type", "Value", "Unit", "Timestamp"}`, M-Bus) or with a time of its own.
 *
 * A record's own time goes before the network's, if it is a plausible instant: RFC 3339, local without a zone, or a count since
 * 1970; after 2009 and not ahead of the network's. A rule of null for its name leaves a clock that is wrong out.
 * null, `"null"`, `"NULL"`, `"N/A"`, NaN and empty text are no values. Of two fields that would be one observation the first is
 * read, and the other is noted as unmapped.
 */
export function readDecoded(found: Findings, rules: FieldRules, data: unknown, at: DecodedAt): void {
  if (typeof data !== 'object' || data === null)
    return found.reject(at.path, 'wrong_shape', 'the decoder gave no object')
  const seen = new Set([...(at.beside ?? []), ...found.readings].map(keyOf))
  const walk: Walk = { found, rules, at, seen, fields: { left: FIELDS_MAX } }
  readMembers(walk, data, { path: at.path, name: undefined, time: at.time, depth: 0 })
}

/** A frame has at most 242 bytes, and no decoder makes more of it; each field costs several look-ups. */
const FIELDS_MAX = 4 * VALUES_MAX
const LIST_MAX = 64

interface Walk {
  readonly found: Findings
  readonly rules: FieldRules
  readonly at: DecodedAt
  readonly seen: Set<string>
  readonly fields: { left: number }
}

interface Place {
  readonly path: string
  readonly name: string | undefined
  readonly time: Micros | undefined
  readonly depth: number
}

const DEPTH_MAX = 16

function readMembers(walk: Walk, json: object, place: Place): void {
  if (place.depth > DEPTH_MAX) return walk.found.unmapped(place.path, walk.at.source)
  if (Array.isArray(json)) return readArray(walk, json, place)
  const clock = clockOf(walk, json, place.name)
  const time = clock.time ?? place.time
  for (const [step, value] of Object.entries(json)) {
    if (walk.fields.left < 0) return
    if (clock.names.has(step)) continue
    readMember(walk, value, { ...place, ...within(place, step), time })
  }
}

function readMember(walk: Walk, value: unknown, place: Place & { name: string }): void {
  if (typeof value !== 'object' || value === null) return readScalar(walk, value, undefined, place)
  if (walk.rules(place.name) === null) return walk.found.ignore('unmapped')
  if (isRecord(value) && isMeasure(value)) return readMeasure(walk, value, place)
  readMembers(walk, value, { ...place, depth: place.depth + 1 })
}

/** Records with a name and a value are fields; others are read one after the other. What only an index tells apart keeps it in
 *  its name; records with times of their own need none. */
function readArray(walk: Walk, items: readonly unknown[], place: Place): void {
  if (isList(walk, items, place)) return walk.found.unmapped(place.path, walk.at.source)
  for (const [i, item] of items.entries()) {
    if (walk.fields.left < 0) return
    const path = `${place.path}/${i}`
    const named = isRecord(item) ? namedOf(item) : undefined
    if (named && isRecord(item))
      readMeasure(walk, item, { ...place, path, name: meantBy(walk, item, join(place.name, named)) })
    else if (isRecord(item) && clockOf(walk, item, place.name).time !== undefined)
      readMembers(walk, item, { ...place, path, depth: place.depth + 1 })
    else readMember(walk, item, { ...place, ...within(place, String(i)) })
  }
}

/** The name, or what its maker's number stands for where the name says nothing. */
const meantBy = ({ rules }: Walk, record: Readonly<Record<string, unknown>>, name: string): string =>
  (rules(name) === undefined ? senseCapMeasurement(record)?.words : undefined) ?? name

/** Bytes, codes: one field, of which no place means anything. */
const isList = ({ rules }: Walk, items: readonly unknown[], { name }: Place): boolean =>
  items.length > 0 &&
  items.every(isScalar) &&
  (items.length > LIST_MAX || items.every((_, i) => rules(join(name, String(i))) === undefined))

function readMeasure(
  walk: Walk,
  record: Readonly<Record<string, unknown>>,
  place: Place & { name: string },
): void {
  const time = clockOf(walk, record, place.name).time ?? place.time
  const unit = memberOf(record, UNIT_KEYS) ?? senseCapMeasurement(record)?.unit
  readScalar(walk, memberOf(record, VALUE_KEYS), typeof unit === 'string' ? unit : undefined, {
    ...place,
    time,
  })
}

const NO_VALUE: ReadonlySet<string> = new Set([
  '',
  'null',
  'nan',
  'n/a',
  'na',
  'none',
  'undefined',
  'invalid',
])
const isNothing = (text: string): boolean => NO_VALUE.has(text.trim().toLowerCase())
const WITH_UNIT = /^\s*([+-]?\d{1,20}(?:\.\d{1,20})?)\s*([^\s\d.][^\s]{0,11})\s*$/

function readScalar(
  { found, rules, at: { source }, seen, fields }: Walk,
  given: unknown,
  givenUnit: string | undefined,
  { path, name, time }: Place & { name: string },
): void {
  if (fields.left-- === 0) return found.onlyReject('too_many_values', `more than ${FIELDS_MAX} fields`)
  if (typeof given === 'string' ? isNothing(given) : given == null || Number.isNaN(given))
    return found.ignore('null')
  const [, number, textUnit = ''] = typeof given === 'string' ? (WITH_UNIT.exec(given) ?? []) : []
  const isText = number === undefined || !isKnownUnit(ucumOf(textUnit))
  const unit = isText ? (givenUnit && !isNothing(givenUnit) ? givenUnit : undefined) : textUnit
  const rule = rules(name, unit)
  const key = rule && keyOf({ ...rule, time })
  if (key && seen.has(key)) return found.unmapped(path, source)
  if (key) seen.add(key)
  if (rule && found.isFull) return found.onlyReject('too_many_values', `more than ${VALUES_MAX} values`)
  readField(found, rules, { path, name, value: isText ? given : number, unit, time, source })
}

interface Identity {
  readonly quantity: string
  readonly channel?: string
  readonly time?: Micros | undefined
}
const keyOf = ({ quantity, channel = '', time }: Identity): string => `${quantity}/${channel}/${time}`

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null
const join = (name: string | undefined, step: string): string =>
  name === undefined ? step : `${name}/${step}`
const within = (place: Place, step: string) => ({
  path: `${place.path}/${pointerOf(step)}`,
  name: join(place.name, step),
})

const NAME_KEYS = ['name', 'variable', 'field', 'type', 'parameter', 'measurement', 'key']
const VALUE_KEYS = ['value', 'measurementvalue']
const UNIT_KEYS = ['unit', 'units', 'unitid']

function memberOf(record: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  const names = Object.keys(record)
  for (const key of keys) {
    const name = names.find((candidate) => candidate.toLowerCase() === key)
    if (name !== undefined) return record[name]
  }
  return undefined
}

const isMeasure = (record: Readonly<Record<string, unknown>>): boolean =>
  Object.hasOwn(record, 'value') && isScalar(record.value)

/** The name of a record that is one field: it says so beside its value. */
function namedOf(record: Readonly<Record<string, unknown>>): string | undefined {
  const type = memberOf(record, NAME_KEYS)
  // Older decoders of SenseCAP call everything that, and have only the number of the measurement.
  const name = type === 'report_telemetry' ? String(memberOf(record, ['measurementid'])) : type
  const value = memberOf(record, VALUE_KEYS)
  return typeof name === 'string' && value !== undefined && isScalar(value) ? name : undefined
}

const CLOCK_NAMES: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  'timestampunix',
  'timestamputc',
  'timestampms',
  'ts',
  'date',
  'datetime',
  'datatime',
  'unixtime',
  'epoch',
  'devicetime',
  'measuredat',
  'measurementtime',
  'meterdatetime',
  'recordedat',
  'sampletime',
])

/** The time that an object has of its own, and the members that say it. */
function clockOf(
  { rules, at }: Walk,
  json: object,
  name: string | undefined,
): { time: Micros | undefined; names: ReadonlySet<string> } {
  const names = new Set<string>()
  let time: Micros | undefined
  for (const [step, value] of Object.entries(json)) {
    if (!CLOCK_NAMES.has(step.toLowerCase().replaceAll('_', ''))) continue
    const read = rules(join(name, step)) === undefined ? instantOf(value, at) : null
    if (read === null) continue
    names.add(step)
    time ??= read
  }
  return { time, names }
}

function instantOf(value: unknown, { time, utcOffsetMinutes = 0 }: DecodedAt): Micros | null {
  const read =
    rfc3339Micros(value) ??
    (typeof value === 'string' ? localMicros(value, utcOffsetMinutes) : null) ??
    epochOfAnyUnit(value)
  return firstPlausible([read], time ?? Infinity) ?? null
}

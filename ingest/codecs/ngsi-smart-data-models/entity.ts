import type { Micros } from '../../../core/time.ts'
import { channelName, joinedChannel } from '../../channel-name.ts'
import type { CodecContext } from '../../codec.ts'
import { addReading, type FieldRule, type FieldRules } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { attributesOf, plain, targetOf } from './attribute.ts'
import {
  type AttributeRule,
  CONTROLLED_PROPERTIES,
  IN_EVERY_MODEL,
  MODELS,
  type ModelRules,
} from './models.ts'
import { type At, readDescribedField } from './reading.ts'
import { isoInstantOrEnd } from './times.ts'

/** An entity, and where it is in the message. */
export function readEntity(
  entity: Record<string, unknown>,
  path: string,
  found: Findings,
  context: CodecContext,
): void {
  const type = typeOf(entity.type ?? entity['@type'])
  const id = targetOf(plain(entity.id ?? entity['@id']))
  if (id === undefined || type === undefined)
    return found.reject(path, 'wrong_shape', 'an entity has a text "id" and a text "type"')
  if (entity.deletedAt !== undefined) return found.ignore('life_cycle')
  const members = new Map(Object.entries(entity).map(([name, raw]) => [shortName(name), { name, raw }]))
  const raw = (name: string): unknown => members.get(name)?.raw
  const isMeasurement = type === 'DeviceMeasurement'
  const source = (isMeasurement ? targetOf(raw('refDevice')) : undefined) ?? id
  const lane = plain(raw('laneId'))
  const about: About = {
    raw,
    path,
    found,
    source,
    time: timeOf(raw),
    lane: typeof lane === 'number' || typeof lane === 'string' ? String(lane) : undefined,
    model: (Object.hasOwn(MODELS, type) ? MODELS[type] : undefined) ?? IN_EVERY_MODEL,
    rules: context.rulesOf(source),
    taken: new Set(),
  }
  if (isMeasurement) return readMeasurement(about)
  if (type === 'Vehicle') readPlace(about)
  for (const name of members.keys()) for (const rule of rulesFor(about, name)) about.taken.add(seriesOf(rule))
  for (const [name, member] of members) {
    if (found.isFull) return
    if (DESCRIPTIVE.has(name) || isReference(name, member.raw)) continue
    if (name === 'measurand') readMeasurands(about, members)
    else if (type === 'Device' && name === 'value') readDeviceValue(about)
    else readAttribute(about, name, `${path}/${pointerOf(member.name)}`, member.raw)
  }
}

interface About {
  readonly raw: (name: string) => unknown
  readonly path: string
  readonly found: Findings
  readonly source: string
  readonly time: Micros | undefined
  readonly lane: string | undefined
  readonly model: ModelRules
  readonly rules: FieldRules
  /** The series of what the model describes: no other attribute may meet them at the same time. */
  readonly taken: Set<string>
}

const seriesOf = ({ quantity, channel = '' }: FieldRule): string => `${quantity}/${channel}`

function readAttribute(about: About, name: string, path: string, raw: unknown): void {
  for (const { value, unit, time, datasetId } of attributesOf(raw)) {
    if (value === undefined) continue
    const channel = joinedChannel(about.lane, datasetId?.slice(datasetId.lastIndexOf(':') + 1))
    const at: At = { path, unit, channel, source: about.source, time: time ?? about.time }
    readDescribedField(about.found, rulesFor(about, name), notTaken(about), name, value, at)
  }
}

const notTaken =
  ({ rules, taken }: About): FieldRules =>
  (name, unit) => {
    const rule = rules(name, unit)
    return rule && taken.has(seriesOf(rule)) ? undefined : rule
  }

const rulesFor = ({ model }: About, name: string): readonly AttributeRule[] => {
  const known = Object.hasOwn(model, name) ? model[name] : undefined
  return known === undefined ? [] : 'quantity' in known ? [known] : known
}

/** Where a vehicle is: a GeoJSON point, longitude first (RFC 7946 §3.1.1). Of things that stand still it is no measurement. */
function readPlace({ raw, path, found, source, time }: About): void {
  const location = raw('location')
  const geometry = isRecord(location) && isRecord(location.value) ? location.value : location
  const at = attributesOf(isRecord(location) ? { ...location, type: 'Property' } : location)[0]?.time ?? time
  if (!isRecord(geometry) || geometry.type !== 'Point' || !Array.isArray(geometry.coordinates)) return
  const [longitude, latitude] = geometry.coordinates as unknown[]
  if (typeof longitude !== 'number' || typeof latitude !== 'number')
    return found.reject(
      `${path}/location`,
      'wrong_type',
      'a point has two numbers as coordinates, longitude first',
    )
  const place = { path: `${path}/location`, source, time: at }
  addReading(found, { quantity: 'longitude', unit: 'deg' }, { ...place, value: longitude })
  addReading(found, { quantity: 'latitude', unit: 'deg' }, { ...place, value: latitude })
}

/** Says which device measured what: one value, named by `controlledProperty`. */
function readMeasurement({ raw, path, found, source, time, rules }: About): void {
  const property = targetOf(plain(raw('controlledProperty'))) ?? ''
  const numbers = attributesOf(raw('numValue'))[0]
  const texts = attributesOf(raw('textValue'))[0]
  const hasNumber = numbers?.value !== undefined && numbers.value !== null && numbers.value !== ''
  const measured = hasNumber ? numbers : texts
  if (measured?.value === undefined || measured.value === null || measured.value === '')
    return found.ignore('null')
  const unit = measured.unit ?? targetOf(plain(raw('unit')))
  const at: At = {
    path: `${path}/${hasNumber ? 'numValue' : 'textValue'}`,
    unit,
    channel: '',
    source,
    time: measured.time ?? time,
    ...(plain(raw('outlier')) === true ? { quality: 'bad' as const } : {}),
  }
  readDescribedField(found, controlled(property), rules, property, measured.value, at)
}

const controlled = (property: string): readonly AttributeRule[] => {
  const rule = Object.hasOwn(CONTROLLED_PROPERTIES, property) ? CONTROLLED_PROPERTIES[property] : undefined
  return rule === undefined ? [] : [rule]
}

/** The `value` of a Device: one value, or `l=0.22;t=21.2`, `l|0.22#t|21.2`, percent-encoded where the broker forbids such
 *  signs; in the order of `controlledProperty`. Where the counts differ, the keys are all there is to go by. */
function readDeviceValue({ raw, path, found, source, time, rules }: About): void {
  const { value, time: ownTime, unit } = attributesOf(raw('value'))[0] ?? { value: undefined }
  const items =
    typeof value === 'string' ? valuesIn(value) : Array.isArray(value) ? value.map(bare) : [bare(value)]
  const named = plain(raw('controlledProperty'))
  const properties = (Array.isArray(named) ? named : [named]).map(String)
  for (const [i, item] of items.entries()) {
    if (found.isFull) return
    const name = properties.length === items.length ? (properties[i] ?? '') : item.key
    const at: At = { path: `${path}/value/${i}`, unit, channel: '', source, time: ownTime ?? time }
    readDescribedField(found, controlled(name), rules, name, item.value, at)
  }
}

const bare = (value: unknown): { key: string; value: unknown } => ({ key: 'value', value })

function valuesIn(encoded: string): { key: string; value: unknown }[] {
  const text = decoded(encoded)
  const parts = text.split(/[;#]/).flatMap((part) => pairsOf(part))
  return parts.map((part) => {
    const [key = '', value] = part
    return value === undefined ? bare(key) : { key, value }
  })
}

function pairsOf(part: string): string[][] {
  if (!part.includes('|')) {
    const equals = part.indexOf('=')
    return [equals < 0 ? [part.trim()] : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()]]
  }
  const words = part.split('|')
  return words.flatMap((word, i) => (i % 2 === 0 ? [[word.trim(), (words[i + 1] ?? '').trim()]] : []))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Extra measurands, `<name>, <value>, <unit code>, <description>`; those that are attributes too are read there. */
function readMeasurands(about: About, members: ReadonlyMap<string, unknown>): void {
  const listed = attributesOf(about.raw('measurand'))[0]
  const texts = Array.isArray(listed?.value) ? listed.value : [listed?.value]
  for (const [i, text] of texts.entries()) {
    if (about.found.isFull) return
    const [name = '', value = '', unit = ''] = String(text)
      .split(',', 3)
      .map((word) => word.trim())
    if (name === '' || value === '' || members.has(name)) continue
    const at: At = {
      path: `${about.path}/measurand/${i}`,
      unit: unit === '' ? undefined : unit,
      channel: about.lane === undefined ? '' : channelName(about.lane),
      source: about.source,
      time: listed?.time ?? about.time,
    }
    readDescribedField(about.found, rulesFor(about, name), about.rules, name, value, at)
  }
}

/** When the entity was observed: `dateObserved`, at its end where it is an interval; else the end of the interval that two
 *  attributes give; else what IoT Agents and the other models call it. One without a zone, or garbled, is passed over. */
function timeOf(raw: (name: string) => unknown): Micros | undefined {
  for (const name of TIMES) {
    const time = isoInstantOrEnd(plain(raw(name)))
    if (time !== undefined) return time
  }
  return undefined
}

const TIMES = [
  'dateObserved',
  'dateObservedTo',
  'observationDateTime',
  'TimeInstant',
  'observedAt',
  'dateLastValueReported',
]

/** Attributes that describe the entity and measure nothing. */
const DESCRIPTIVE: ReadonlySet<string> = new Set([
  ...['id', 'type', '@id', '@type', '@context', 'name', 'alternateName', 'description', 'category', 'owner'],
  ...['address', 'areaServed', 'location', 'seeAlso', 'source', 'dataProvider', 'scope', 'annotations'],
  ...['createdAt', 'modifiedAt', 'dateCreated', 'dateModified', 'dateObservedFrom', 'timestamp', 'laneId'],
  ...[
    'laneDirection',
    'reversedLane',
    'reverseLane',
    'vehicleType',
    'vehicleSubType',
    'itemType',
    'itemSubType',
  ],
  ...['controlledProperty', 'controlledAsset', 'deviceCategory', 'serialNumber', 'ipAddress', 'mcc', 'mnc'],
  ...['phaseType', 'dateEnergyMeteringStarted', 'dateFirstUsed', 'dateInstalled', 'totalSpotNumber'],
  ...['componentAnalyzed', 'componentName', 'typeOfLocation', 'typeofLocation', 'stationCode', 'stationName'],
  ...TIMES,
])

const isReference = (name: string, raw: unknown): boolean =>
  /^ref[A-Z]/.test(name) || (isRecord(raw) && (raw.type === 'Relationship' || raw.type === 'GeoProperty'))

/** Names come as full IRIs where the broker did not compact them: the last step is the short name. */
const shortName = (name: string): string =>
  name.includes('://') ? name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('#')) + 1) : name

function typeOf(raw: unknown): string | undefined {
  const types = (Array.isArray(raw) ? raw : [raw]).filter((type) => typeof type === 'string').map(shortName)
  return types.find((type) => Object.hasOwn(MODELS, type)) ?? types[0]
}

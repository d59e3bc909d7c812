import type { Micros } from '../../../core/time.ts'
import { isRecord } from '../../json.ts'
import { isoInstant } from './times.ts'

/** An attribute of an entity, out of any of the representations. */
export interface Attribute {
  readonly value: unknown
  /** As the entity has it, e.g. a UN/CEFACT common code. */
  readonly unit?: string
  readonly time?: Micros
  /** Several instances of one attribute are told apart by it (ETSI GS CIM 009 §4.5.5). */
  readonly datasetId?: string
}

/** The instances of an attribute, nearly always one: NGSI-LD normalized or concise (ETSI GS CIM 009 §4.5.2, §4.5.16), NGSIv2
 *  normalized,
 *  the history of the temporal representation, or the bare value of key-values. A relationship has no value. */
export function attributesOf(raw: unknown): Attribute[] {
  if (isRecord(raw) && Array.isArray(raw.values)) return raw.values.map((pair) => historic(pair, raw))
  if (!Array.isArray(raw) || !raw.every(isReified)) return [attributeOf(raw)]
  return raw.map(attributeOf)
}

/** `[value, time]` of the simplified temporal representation (ETSI GS CIM 009 §4.5.9). */
function historic(pair: unknown, { unitCode }: Record<string, unknown>): Attribute {
  const [value, at] = Array.isArray(pair) ? (pair as unknown[]) : [undefined]
  const time = isoInstant(at)
  return {
    value: plain(value),
    ...(typeof unitCode === 'string' ? { unit: unitCode } : {}),
    ...(time === undefined ? {} : { time }),
  }
}

const isReified = (raw: unknown): boolean => isRecord(raw) && ('value' in raw || 'object' in raw)

const LD_NULL = 'urn:ngsi-ld:null'

function attributeOf(raw: unknown): Attribute {
  if (!isRecord(raw)) return { value: plain(raw) }
  if (raw.type === 'Relationship' || raw.type === 'GeoProperty' || 'object' in raw)
    return { value: undefined }
  if (!('value' in raw))
    return { value: raw.type === 'Property' ? undefined : (raw.json ?? raw.vocab ?? plain(raw)) }
  const metadata = isRecord(raw.metadata) ? raw.metadata : {}
  const unit = plain(raw.unitCode ?? raw.unitText ?? metadata.unitCode ?? metadata.unit ?? raw.unit)
  const time =
    isoInstant(plain(raw.observedAt)) ??
    isoInstant(plain(metadata.TimeInstant)) ??
    isoInstant(plain(metadata.timestamp)) ??
    isoInstant(plain(metadata.observedAt)) ??
    isoInstant(plain(raw.timestamp ?? raw.TimeInstant))
  return {
    value: plain(raw),
    ...(typeof unit === 'string' && unit !== '' ? { unit } : {}),
    ...(time === undefined ? {} : { time }),
    ...(typeof raw.datasetId === 'string' ? { datasetId: raw.datasetId } : {}),
  }
}

/** What a value is without its wrappings: `{"type", "value"}`, and JSON-LD's `{"@type", "@value"}` in it. */
export function plain(raw: unknown): unknown {
  const value = isRecord(raw) && 'value' in raw ? raw.value : raw
  const bare = isRecord(value) && '@value' in value ? value['@value'] : value
  return bare === LD_NULL ? null : bare
}

/** The target of a relationship, or the text of a property that names one. Lists name the first. */
export function targetOf(raw: unknown): string | undefined {
  const target = isRecord(raw) ? (raw.object ?? plain(raw)) : raw
  const first = Array.isArray(target) ? target[0] : target
  return typeof first === 'string' && first !== '' ? first : undefined
}

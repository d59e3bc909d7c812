import type { Codec, CodecContext } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson } from '../json.ts'
import { readEntity } from './ngsi-smart-data-models/entity.ts'

/**
 * Entities of NGSI context brokers after the Smart Data Models: NGSI-LD normalized, concise and simplified (ETSI GS CIM 009
 * §4.5), NGSIv2 normalized and keyValues; one entity, an array of them, a notification (`data`), a notification over MQTT
 * (`body` beside `metadata`, ETSI GS CIM 009 §7.2), a batch update (`entities`), or GeoJSON features.
 *
 * Whose reading: the entity's id; of a DeviceMeasurement, its `refDevice`. Units: `unitCode` (UN/CEFACT Rec. 20), else the
 * model's own. Time: the attribute's `observedAt`, or its metadata `TimeInstant` or `timestamp`; else the entity's
 * `dateObserved`, or `dateObservedTo`; else that of receipt. Times without a zone, and garbled ones, are passed over: no
 * value is lost for them. Attributes that a model does not describe are read by the device's profile and the vocabulary.
 * Brokers have no topics of their own: a device's profile chooses this format.
 */
export const ngsiSmartDataModels: Codec = {
  format: 'ngsi-smart-data-models',
  matches: () => false,
  decode(payload, _topic, context) {
    const found = new Findings()
    const json = parseJson(payload, found)
    if (json !== undefined) readMessage(json, '', found, context)
    return found.decoded()
  },
  examples: [
    {
      name: 'NGSI-LD: each attribute has its unit and its time',
      topic: 'ngsi',
      payload:
        '{"id":"urn:ngsi-ld:WaterConsumptionObserved:17","type":"WaterConsumptionObserved","waterConsumption":{"type":"Property","value":5120,"unitCode":"LTR","observedAt":"2026-01-02T03:00:00Z"},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[108,12.7]}}}',
      gives: {
        readings: [
          {
            path: '/waterConsumption',
            source: 'urn:ngsi-ld:WaterConsumptionObserved:17',
            quantity: 'water-volume',
            channel: '',
            value: 5120,
            unit: 'L',
            time: 1_767_322_800_000_000,
          },
        ],
      },
    },
    {
      name: 'an NGSIv2 notification of key-values: a lane, an interval',
      topic: 'ngsi',
      payload:
        '{"subscriptionId":"6","data":[{"id":"tfo-1","type":"TrafficFlowObserved","laneId":2,"dateObserved":"2026-01-02T03:00:00Z/2026-01-02T03:05:00Z","intensity":31,"occupancy":null}]}',
      gives: {
        readings: [
          {
            path: '/data/0/intensity',
            source: 'tfo-1',
            quantity: 'vehicle-count',
            channel: '2',
            value: 31,
            unit: '{vehicle}',
            time: 1_767_323_100_000_000,
          },
        ],
        ignored: { null: 1 },
      },
    },
    {
      name: 'phases; a time without zone is none',
      topic: 'ngsi',
      payload:
        '{"id":"ac-1","type":"ACMeasurement","dateObserved":"2026-01-02T03:00:00","current":{"type":"StructuredValue","value":{"L1":5.5,"N":0}}}',
      gives: {
        readings: [
          { path: '/current/L1', source: 'ac-1', quantity: 'current', channel: 'L1', value: 5.5, unit: 'A' },
          { path: '/current/N', source: 'ac-1', quantity: 'current', channel: 'N', value: 0, unit: 'A' },
        ],
      },
    },
    {
      name: 'a boolean where a number is due is not read as 1',
      topic: 'ngsi',
      payload: '{"id":"wq-1","type":"WaterQualityObserved","TKN":{"type":"Boolean","value":true}}',
      gives: { rejections: [{ path: '/TKN', code: 'wrong_type' }] },
    },
    {
      name: 'no entity',
      topic: 'ngsi',
      payload: '[{"temperature":21}]',
      gives: { rejections: [{ path: '/0', code: 'wrong_shape' }] },
    },
  ],
}

function readMessage(json: unknown, path: string, found: Findings, context: CodecContext): void {
  const wrapped = isRecord(json) ? wrappedIn(json) : undefined
  if (wrapped !== undefined) return readMessage(wrapped.json, `${path}/${wrapped.name}`, found, context)
  const entities = Array.isArray(json) ? [...json.entries()] : [[undefined, json] as const]
  for (const [i, entity] of entities) {
    if (found.isFull) return
    const at = i === undefined ? path : `${path}/${i}`
    if (isRecord(entity)) readOne(entity, at, found, context)
    else found.reject(at, 'wrong_shape', 'an entity is an object with "id", "type" and attributes')
  }
  found.ignoreIfEmpty('life_cycle')
}

/** GeoJSON has the attributes in `properties` (ETSI GS CIM 009 §4.5.17). */
function readOne(
  entity: Record<string, unknown>,
  path: string,
  found: Findings,
  context: CodecContext,
): void {
  if (entity.type !== 'Feature' || !isRecord(entity.properties))
    return readEntity(entity, path, found, context)
  readEntity({ ...entity.properties, id: entity.id }, `${path}/properties`, found, context)
}

const WRAPPINGS = ['data', 'body', 'entities', 'features']

/** The entities in an envelope; an entity itself has an id, and a notification's type says what it is. */
function wrappedIn(json: Record<string, unknown>): { name: string; json: unknown } | undefined {
  const isEntity = typeof json.id === 'string' && json.type !== 'Notification'
  const name = isEntity
    ? undefined
    : WRAPPINGS.find((wrapping) => typeof json[wrapping] === 'object' && json[wrapping] !== null)
  return name === undefined ? undefined : { name, json: json[name] }
}

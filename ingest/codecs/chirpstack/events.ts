import type { Micros } from '../../../core/time.ts'
import type { CodecContext } from '../../codec.ts'
import { addReading } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isDeeperThan, isRecord } from '../../json.ts'
import { addFrame, addMargin } from '../../lorawan.ts'
import { bytesOfBase64, euiOf, numberOf, recordsOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'
import { readDecoded } from '../../uplinks.ts'

type Json = Readonly<Record<string, unknown>>

interface Arrival {
  readonly found: Findings
  readonly context: CodecContext
  /** As the topic names them. */
  readonly event: string | undefined
  readonly device: string | undefined
}

interface Event extends Arrival {
  readonly json: Json
  readonly source: string
  readonly time: Micros | undefined
  readonly isV4: boolean
}

const OBJECT_DEPTH_MAX = 16

/** What one event says. Joins, acknowledgements and logs are of the device's life. */
export function readEvent(json: Json, arrival: Arrival): void {
  const { found, context } = arrival
  const info = isRecord(json.deviceInfo) ? json.deviceInfo : undefined
  const source = euiOf(info?.devEui) ?? euiOfVersion3(json.devEUI) ?? euiOf(arrival.device)
  if (source === undefined)
    return found.reject('', 'wrong_shape', 'no DevEUI in "deviceInfo" (v4), "devEUI" (v3) or the topic')
  const time = firstPlausible(timesOf(json), context.receivedAt)
  const event: Event = { ...arrival, json, source, time, isV4: info !== undefined }
  const kind = arrival.event ?? kindOf(json)
  switch (kind) {
    case 'up':
      return readUp(event)
    case 'status':
      return readStatus(event)
    case 'location':
      return readLocation(event)
    case 'integration':
      return readIntegration(event)
    case 'join':
    case 'ack':
    case 'txack':
    case 'log':
    case 'error':
      return found.ignore('life_cycle')
    default:
      return found.reject('', 'wrong_shape', `no event of ChirpStack: ${kind ?? 'none of its members'}`)
  }
}

/** Any of them may be left out, being zero. */
const STATUS_MEMBERS = ['margin', 'batteryLevel', 'batteryLevelUnavailable', 'externalPowerSource']

/** Where no topic says it: by members that only this event has. */
function kindOf(json: Json): string | undefined {
  if ('integrationName' in json) return 'integration'
  if ('location' in json) return 'location'
  if (STATUS_MEMBERS.some((name) => name in json)) return 'status'
  if ('acknowledged' in json || 'queueItemId' in json) return 'ack'
  if ('level' in json || 'error' in json) return 'log'
  if ('rxInfo' in json || 'data' in json || 'fPort' in json) return 'up'
  return 'devAddr' in json ? 'join' : undefined
}

function* timesOf(json: Json): Generator<Micros | null> {
  yield rfc3339Micros(json.time)
  const receptions = recordsOf(json.rxInfo)
  for (const reception of receptions) yield rfc3339Micros(reception.gwTime ?? reception.time)
  for (const reception of receptions) yield rfc3339Micros(reception.nsTime)
  yield rfc3339Micros(json.publishedAt)
}

function readUp({ json, found, source, time, isV4 }: Event): void {
  const hasData = json.data !== undefined && json.data !== null
  const bytes = hasData ? bytesOfBase64(json.data) : undefined
  if (hasData && !bytes) return found.reject('/data', 'wrong_shape', '"data" is no base64')
  const tx = isRecord(json.txInfo) ? json.txInfo : {}
  const { path, lora } = loraOf(tx)
  addFrame(found, {
    source,
    path: bytes?.length ? '/data' : '/object',
    time,
    fPort: json.fPort,
    bytes,
    decoded: objectOf(json, found),
    receptions: recordsOf(json.rxInfo).map((reception, i) => ({
      rssi: { path: `/rxInfo/${i}/rssi`, value: reception.rssi },
      snr: snrOf(reception, `/rxInfo/${i}`, isV4 && lora !== undefined),
    })),
    spreadingFactor: { path, value: lora?.spreadingFactor ?? lora?.spreadFactor },
  })
}

/** Version 4: `txInfo.modulation.lora`; version 3: `txInfo.loRaModulationInfo`, and `txInfo.dataRate` before that. */
function loraOf(tx: Json): { path: string; lora: Json | undefined } {
  const modulation = isRecord(tx.modulation) ? tx.modulation : {}
  if (isRecord(modulation.lora))
    return { path: '/txInfo/modulation/lora/spreadingFactor', lora: modulation.lora }
  const name = isRecord(tx.loRaModulationInfo) ? 'loRaModulationInfo' : 'dataRate'
  const lora = tx[name]
  const factor = name === 'dataRate' ? 'spreadFactor' : 'spreadingFactor'
  return { path: `/txInfo/${name}/${factor}`, lora: isRecord(lora) ? lora : undefined }
}

function snrOf(reception: Json, path: string, isZeroLeftOut: boolean): { path: string; value: unknown } {
  if (reception.loRaSNR !== undefined) return { path: `${path}/loRaSNR`, value: reception.loRaSNR }
  const isZero = isZeroLeftOut && reception.snr === undefined && reception.rssi !== undefined
  return { path: `${path}/snr`, value: isZero ? 0 : reception.snr }
}

/** What the server's own decoder gave: an object, or in version 3 its JSON in a text. */
function objectOf(json: Json, found: Findings): unknown {
  if (typeof json.objectJSON !== 'string') return json.object ?? undefined
  if (json.objectJSON === '') return undefined
  try {
    const object: unknown = JSON.parse(json.objectJSON)
    if (!isDeeperThan(object, OBJECT_DEPTH_MAX)) return object
    found.reject('/objectJSON', 'too_deep', `deeper than ${OBJECT_DEPTH_MAX} levels`)
  } catch {
    found.reject('/objectJSON', 'not_json', '"objectJSON" is no JSON text; the bytes in "data" are used')
  }
  return undefined
}

/** Battery and margin that the device answered with; `batteryLevel` is in percent already. Beside a flag that there is none it is 0
 *  and means nothing; without one it is a level, and in version 4 one that is left out is 0: an empty battery. */
function readStatus({ json, found, source, time, isV4 }: Event): void {
  const margin = isV4 ? (json.margin ?? 0) : json.margin
  addMargin(found, { path: '/margin', value: margin }, { source, time })
  const level = numberOf(isV4 ? (json.batteryLevel ?? 0) : json.batteryLevel)
  const isPowered = json.externalPowerSource === true || json.batteryLevelUnavailable === true
  if (isPowered || level === undefined) return found.ignore('null')
  addReading(
    found,
    { quantity: 'battery-level', unit: '%' },
    { path: '/batteryLevel', value: level, time, source },
  )
}

function readLocation({ json, found, source, time }: Event): void {
  const location = isRecord(json.location) ? json.location : undefined
  const [latitude, longitude] = [numberOf(location?.latitude), numberOf(location?.longitude)]
  if (!location || (latitude === undefined && longitude === undefined))
    return found.reject('/location', 'wrong_shape', 'no "latitude" and "longitude"')
  const add = (quantity: string, value: number, unit: string) =>
    addReading(found, { quantity, unit }, { path: `/location/${quantity}`, value, time, source })
  add('latitude', latitude ?? 0, 'deg')
  add('longitude', longitude ?? 0, 'deg')
  const altitude = numberOf(location.altitude)
  if (altitude !== undefined && altitude !== 0) add('altitude', altitude, 'm')
}

/** What another service made of the device's frames (LoRa Cloud …): objects with times of their own. */
function readIntegration({ json, found, context, source, time }: Event): void {
  const { object } = json
  if (!isRecord(object) || Object.keys(object).length === 0) return found.ignore('life_cycle')
  const utcOffsetMinutes = context.utcOffsetMinutes(source)
  readDecoded(found, context.rulesOf(source), object, { path: '/object', source, time, utcOffsetMinutes })
}

/** Version 3 writes bytes in base64 by Protobuf's JSON mapping, and hex in its own older form. */
function euiOfVersion3(value: unknown): string | undefined {
  if (typeof value === 'string' && value.length === 12) {
    const bytes = bytesOfBase64(value)
    return bytes?.length === 8 ? Buffer.from(bytes).toString('hex') : undefined
  }
  return euiOf(value)
}

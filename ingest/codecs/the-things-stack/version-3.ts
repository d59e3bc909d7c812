import type { Micros } from '../../../core/time.ts'
import type { CodecContext } from '../../codec.ts'
import { addReading } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord } from '../../json.ts'
import { addFrame, addRadio, type Frame } from '../../lorawan.ts'
import { bytesOfBase64, euiOf, numberOf, recordsOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'
import { readDecoded } from '../../uplinks.ts'
import { readNormalized } from './normalized.ts'

type Json = Readonly<Record<string, unknown>>

interface Arrival {
  readonly found: Findings
  readonly context: CodecContext
  readonly message: Json
  readonly source: string
  readonly eui: string | undefined
}

/** One message of v3: the member beside the identifiers says what happened. */
export function readVersion3(message: Json, found: Findings, context: CodecContext): void {
  const ids = isRecord(message.end_device_ids) ? message.end_device_ids : {}
  const source = ids.device_id
  if (typeof source !== 'string' || source === '')
    return found.reject('/end_device_ids/device_id', 'wrong_shape', '"device_id" is no text')
  const eui = euiOf(ids.dev_eui)
  found.alias(source, eui ?? '')
  const arrival = { found, context, message, source, eui }
  const { uplink_message, uplink_normalized, location_solved, service_data } = message
  if (isRecord(uplink_message)) return readUplink(arrival, uplink_message)
  if (isRecord(uplink_normalized)) return readNormalizedUplink(arrival, uplink_normalized)
  if (isRecord(location_solved)) return readLocation(arrival, location_solved)
  if (isRecord(service_data)) return readService(arrival, service_data)
  const isLife = 'join_accept' in message || Object.keys(message).some((name) => name.startsWith('downlink_'))
  if (isLife) return found.ignore('life_cycle')
  found.reject('', 'wrong_shape', 'no "uplink_message", "join_accept", "downlink_…", "location_solved" …')
}

function readUplink(arrival: Arrival, uplink: Json): void {
  const { found, context, message, source } = arrival
  const hasBytes = uplink.frm_payload !== undefined && uplink.frm_payload !== null
  const bytes = hasBytes ? bytesOfBase64(uplink.frm_payload) : undefined
  if (hasBytes && !bytes)
    return found.reject('/uplink_message/frm_payload', 'wrong_shape', '"frm_payload" is no base64')
  const frame = frameOf(message, uplink, { context, source, name: 'uplink_message' })
  const { normalized_payload: normalized, decoded_payload: decoded } = uplink
  const path = '/uplink_message/normalized_payload'
  if (Array.isArray(normalized) && normalized.some(isRecord)) {
    readNormalized(found, normalized, { path, source, time: frame.time })
    if (isRecord(decoded)) readBeyond(arrival, decoded, frame.time)
    addRadio(found, frame)
  } else
    addFrame(found, {
      ...frame,
      path: bytes?.length ? '/uplink_message/frm_payload' : '/uplink_message/decoded_payload',
      bytes,
      decoded,
    })
  readLastBattery(found, uplink.last_battery_percentage, source)
}

/** What the decoder gives beyond the normalised: a battery, an input. What both have is not read twice. */
function readBeyond({ found, context, source, eui }: Arrival, decoded: Json, time: Micros | undefined): void {
  const known = new Set(found.readings.map(({ quantity }) => quantity))
  const rules = context.rulesOf(source, eui)
  const beyond: typeof rules = (name, unit) => {
    const rule = rules(name, unit)
    return rule && known.has(rule.quantity) ? null : rule
  }
  const utcOffsetMinutes = context.utcOffsetMinutes(source, eui)
  readDecoded(found, beyond, decoded, {
    path: '/uplink_message/decoded_payload',
    source,
    time,
    utcOffsetMinutes,
  })
}

/** The same as in `uplink_message`, one measurement a message, on `up/normalized`. */
function readNormalizedUplink({ found, context, message, source }: Arrival, uplink: Json): void {
  const frame = frameOf(message, uplink, { context, source, name: 'uplink_normalized' })
  const path = '/uplink_normalized/normalized_payload'
  if (!isRecord(uplink.normalized_payload)) return found.reject(path, 'wrong_shape', 'no object')
  readNormalized(found, [uplink.normalized_payload], { path, source, time: frame.time, isOne: true })
  addRadio(found, frame)
}

function readLocation({ found, context, message, source }: Arrival, solved: Json): void {
  const location = isRecord(solved.location) ? solved.location : undefined
  const time = firstPlausible([rfc3339Micros(message.received_at)], context.receivedAt)
  const [latitude, longitude] = [numberOf(location?.latitude), numberOf(location?.longitude)]
  if (!location || (latitude === undefined && longitude === undefined))
    return found.reject('/location_solved/location', 'wrong_shape', 'no "latitude" and "longitude"')
  const add = (quantity: string, value: number, unit: string) =>
    addReading(
      found,
      { quantity, unit },
      { path: `/location_solved/location/${quantity}`, value, time, source },
    )
  // Empty fields are left out of messages, and zero is empty.
  add('latitude', latitude ?? 0, 'deg')
  add('longitude', longitude ?? 0, 'deg')
  const altitude = numberOf(location.altitude)
  if (altitude !== undefined) add('altitude', altitude, 'm')
}

/** What an application package made of the device's frames. */
function readService({ found, context, message, source, eui }: Arrival, service: Json): void {
  if (!isRecord(service.data) || Object.keys(service.data).length === 0) return found.ignore('life_cycle')
  readDecoded(found, context.rulesOf(source, eui), service.data, {
    path: '/service_data/data',
    source,
    time: firstPlausible([rfc3339Micros(message.received_at)], context.receivedAt),
    utcOffsetMinutes: context.utcOffsetMinutes(source, eui),
  })
}

function frameOf(
  message: Json,
  uplink: Json,
  { context, source, name }: { context: CodecContext; source: string; name: string },
): Omit<Frame, 'path'> {
  const settings = isRecord(uplink.settings) ? uplink.settings : {}
  const rate = isRecord(settings.data_rate) ? settings.data_rate : {}
  const lora = isRecord(rate.lora) ? rate.lora : undefined
  const receptions = recordsOf(uplink.rx_metadata)
  return {
    source,
    time: timeOf(message, uplink, { settings, receptions, now: context.receivedAt }),
    fPort: uplink.f_port,
    receptions: receptions.map(({ rssi, snr }, i) => ({
      rssi: { path: `/${name}/rx_metadata/${i}/rssi`, value: rssi },
      // Empty fields are left out of messages: of a LoRa frame that was heard, no ratio is the ratio 0.
      snr: {
        path: `/${name}/rx_metadata/${i}/snr`,
        value: snr ?? (lora && rssi !== undefined ? 0 : undefined),
      },
    })),
    spreadingFactor: {
      path: `/${name}/settings/data_rate/lora/spreading_factor`,
      value: lora?.spreading_factor,
    },
  }
}

function timeOf(
  message: Json,
  uplink: Json,
  { settings, receptions, now }: { settings: Json; receptions: readonly Json[]; now: Micros },
): Micros | undefined {
  const ofServers = [uplink.received_at, message.received_at].filter((time) => time !== undefined)
  const time = firstPlausible(ofServers.map(rfc3339Micros), now)
  if (time !== undefined || ofServers.length > 0) return time
  const ofGateways = [
    ...receptions.map(({ gps_time }) => gps_time),
    settings.time,
    ...receptions.map((reception) => reception.time),
  ]
  return firstPlausible(ofGateways.map(rfc3339Micros), now)
}

/** What the device last answered to DevStatusReq, at the time of that answer. */
function readLastBattery(found: Findings, last: unknown, source: string): void {
  const level = isRecord(last) ? numberOf(last.value) : undefined
  const time = isRecord(last) ? rfc3339Micros(last.received_at) : null
  // Without its own time it would be stored as new with every frame.
  if (
    level === undefined ||
    time === null ||
    found.readings.some(({ quantity }) => quantity === 'battery-level')
  )
    return
  const path = '/uplink_message/last_battery_percentage/value'
  addReading(found, { quantity: 'battery-level', unit: '%' }, { path, value: level, time, source })
}

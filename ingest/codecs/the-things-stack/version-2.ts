import type { CodecContext } from '../../codec.ts'
import type { Findings } from '../../findings.ts'
import { isRecord } from '../../json.ts'
import { addFrame } from '../../lorawan.ts'
import { bytesOfBase64, euiOf, recordsOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'

type Json = Readonly<Record<string, unknown>>

/** An uplink of The Things Network v2. `payload_raw` is null for a frame of MAC commands alone. */
export function readVersion2(json: Json, found: Findings, context: CodecContext): void {
  const source = json.dev_id
  if (typeof source !== 'string' || source === '')
    return found.reject('/dev_id', 'wrong_shape', '"dev_id" is no text')
  found.alias(source, euiOf(json.hardware_serial) ?? '')
  const hasBytes = json.payload_raw !== undefined && json.payload_raw !== null
  const bytes = hasBytes ? bytesOfBase64(json.payload_raw) : undefined
  if (hasBytes && !bytes) return found.reject('/payload_raw', 'wrong_shape', '"payload_raw" is no base64')
  const metadata = isRecord(json.metadata) ? json.metadata : {}
  const gateways = recordsOf(metadata.gateways)
  const times = [metadata.time, ...gateways.map(({ time }) => time)].map(rfc3339Micros)
  addFrame(found, {
    source,
    path: bytes?.length ? '/payload_raw' : '/payload_fields',
    time: firstPlausible(times, context.receivedAt),
    fPort: json.port,
    bytes,
    decoded: json.payload_fields,
    receptions: gateways.map(({ rssi, snr }, i) => ({
      rssi: { path: `/metadata/gateways/${i}/rssi`, value: rssi },
      snr: { path: `/metadata/gateways/${i}/snr`, value: snr },
    })),
    spreadingFactor: { path: '/metadata/data_rate', value: metadata.data_rate },
  })
}

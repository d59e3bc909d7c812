import type { Decoded, Uplink } from '../core/message.ts'
import type { Micros } from '../core/time.ts'
import type { FieldRules } from './fields.ts'
import { Findings } from './findings.ts'
import { isRecord } from './json.ts'
import type { Scripts } from './scripts.ts'
import { readDecoded } from './uplinks.ts'

interface DeviceDecoding {
  readonly decoder: string | null
  readonly rules: FieldRules
  readonly utcOffsetMinutes: number
}

/** Reads the bytes of a message's uplinks with the decoders of their devices, or else what the network server made of
 *  them, and gives the message with those readings in place of the uplinks. */
export async function decodeUplinks(
  decoded: Decoded,
  scripts: Scripts,
  receivedAt: Micros,
  decodingOf: (source: string) => DeviceDecoding,
): Promise<Decoded> {
  const found = Findings.of(decoded)
  for (const uplink of decoded.uplinks ?? [])
    await decodeUplink(found, uplink, scripts, receivedAt, decodingOf(uplink.source))
  return found.decoded()
}

async function decodeUplink(
  found: Findings,
  uplink: Uplink,
  scripts: Scripts,
  receivedAt: Micros,
  { decoder, rules, utcOffsetMinutes }: DeviceDecoding,
): Promise<void> {
  const { path, source, fPort, bytes, time } = uplink
  if (decoder === null || bytes.length === 0) {
    if (isRecord(uplink.decoded) && Object.keys(uplink.decoded).length > 0)
      return readDecoded(found, rules, uplink.decoded, { path, source, time, utcOffsetMinutes })
    return found.unmapped(path, source)
  }
  const result = await scripts.decode(decoder, {
    bytes,
    fPort,
    recvTime: new Date((time ?? receivedAt) / 1000),
  })
  if (!result.ok) return found.reject(path, 'decoder_failed', `${result.error.code}: ${result.error.detail}`)
  const { data, errors } = result.value
  if (errors.length > 0) return found.reject(path, 'decoder_failed', errors.join('; '))
  if (!isRecord(data)) return found.reject(path, 'decoder_failed', 'the decoder gave no object "data"')
  readDecoded(found, rules, data, { path, source, time, utcOffsetMinutes })
}

import type { Codec } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson } from '../json.ts'
import { readEvent } from './chirpstack/events.ts'
import { examples } from './chirpstack/examples.ts'
import { eventOfProtobuf } from './chirpstack/protobuf.ts'

const TOPIC = /^application\/[^/]+\/device\/([^/]+)\/event\/([a-z]+)$/

/**
 * Events of the ChirpStack network server, `application/<id>/device/<DevEUI>/event/<event>`: version 4 as JSON or Protobuf
 * (chirpstack.io, "Event types"; `integration.proto`), version 3 as JSON in both its forms. Events that came by HTTP, where the
 * name is `?event=up`, have the same topic here. Without such a topic the event is known by its members.
 *
 * The device is its DevEUI in lower-case hex; version 3 writes it in base64. Proto3 leaves members out that are zero: a
 * missing `snr` of a LoRa frame of version 4 is 0 dB.
 * `data` goes to the device's decoder; `object` (`objectJSON` in version 3) is what the server's own made of it.
 * Times, first to last: `time` (the gateway's by GNSS where it has it, else the server's), `rxInfo[].gwTime` or `.time` (only
 * with GNSS), `rxInfo[].nsTime` or `publishedAt`; then that of receipt. A clock that was never set, or is ahead, is passed over.
 */
export const chirpstack: Codec = {
  format: 'chirpstack',
  matches: (topic) => TOPIC.test(topic),
  decode(payload, topic, context) {
    const found = new Findings()
    const [, device, event] = TOPIC.exec(topic) ?? []
    const json = event && !isJson(payload) ? eventOfProtobuf(payload, event) : parseJson(payload, found)
    if (json === null)
      found.reject(
        '',
        'not_json',
        'neither JSON nor an event of ChirpStack v4 in Protobuf; set the JSON encoding in the integration',
      )
    else if (isRecord(json)) readEvent(json, { found, context, event, device })
    else if (json !== undefined) found.reject('', 'wrong_shape', 'no object with an event of ChirpStack')
    return found.decoded()
  },
  examples,
}

/** JSON of an event begins with a brace. Protobuf does not: 0x7b would be field 15, which no event has. */
function isJson(payload: Uint8Array): boolean {
  let i = 0
  while (payload[i] === 0x20 || payload[i] === 0x0a || payload[i] === 0x0d || payload[i] === 0x09) i++
  const first = payload[i]
  return first === 0x7b || first === 0x5b || first === undefined
}

import type { Codec } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson } from '../json.ts'
import { examples } from './the-things-stack/examples.ts'
import { readVersion2 } from './the-things-stack/version-2.ts'
import { readVersion3 } from './the-things-stack/version-3.ts'

const VERSION_3 =
  /^v3\/[^/]+\/devices\/[^/]+\/(?:up|up\/normalized|join|down\/[a-z]+|queue\/invalidated|service\/data|location\/solved)$/
const VERSION_2 = /^[a-z0-9][a-z0-9_-]*\/devices\/[^/]+\/(?:up|events\/.+)$/
const EVENT_OF_VERSION_2 = /\/events\//

/**
 * Messages of The Things Stack v3 by MQTT, `v3/<application>@<tenant>/devices/<id>/up` and its like, or webhook ("Data Formats"
 * and "MQTT Server" of thethingsindustries.com/docs), and of its forerunner v2, `<application>/devices/<id>/up`.
 *
 * The device is its id in the application; its DevEUI, in lower-case hex, is given as another name of it.
 * `normalized_payload` is read directly, in the units that its schema fixes (payload.json of the device repository); what
 * `decoded_payload` has beyond its quantities is read beside it. Without it the bytes of `frm_payload` go to the device's own
 * decoder, with `decoded_payload` for where there is none.
 * Times, first to last: `uplink_message.received_at` and `received_at` (the servers'), `rx_metadata[].gps_time`,
 * `settings.time`, `rx_metadata[].time` (the gateways' clocks, which may be wrong). Where a server's time is there but no time,
 * the message was cut or edited, and a gateway's clock is not believed in its place: then the time is that of receipt.
 * Version 2: `metadata.time`, then `metadata.gateways[].time`.
 */
export const theThingsStack: Codec = {
  format: 'the-things-stack',
  matches: (topic) => VERSION_3.test(topic) || VERSION_2.test(topic),
  decode(payload, topic, context) {
    const found = new Findings()
    const json = parseJson(payload, found)
    const message = unwrapped(json)
    if (isRecord(message) && isRecord(message.end_device_ids)) readVersion3(message, found, context)
    else if (isRecord(message) && 'dev_id' in message) readVersion2(message, found, context)
    else if (isRecord(message) && (Array.isArray(message.downlinks) || EVENT_OF_VERSION_2.test(topic)))
      found.ignore('life_cycle')
    else if (json !== undefined)
      found.reject(
        '',
        'wrong_shape',
        'no message of The Things Stack: "end_device_ids" (v3) or "dev_id" (v2)',
      )
    return found.decoded()
  },
  examples,
}

/** The storage integration puts each message into `result`, and the event stream of the console into `data`. */
function unwrapped(json: unknown): unknown {
  if (!isRecord(json)) return json
  if (isRecord(json.result)) return json.result
  return isRecord(json.data) && isRecord(json.data.end_device_ids) ? json.data : json
}

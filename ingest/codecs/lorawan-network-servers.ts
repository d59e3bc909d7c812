import type { Codec } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson } from '../json.ts'
import { actility } from './lorawan-network-servers/actility.ts'
import { aws } from './lorawan-network-servers/aws.ts'
import { examples } from './lorawan-network-servers/examples.ts'
import { helium } from './lorawan-network-servers/helium.ts'
import { kerlink } from './lorawan-network-servers/kerlink.ts'
import { liveObjects } from './lorawan-network-servers/live-objects.ts'
import { loriot } from './lorawan-network-servers/loriot.ts'
import { milesight } from './lorawan-network-servers/milesight.ts'
import { proximus } from './lorawan-network-servers/proximus.ts'
import type { Server } from './lorawan-network-servers/server.ts'

/** To add one: its file, and its line here. */
const SERVERS: readonly Server[] = [actility, aws, helium, kerlink, liveObjects, loriot, milesight, proximus]

/**
 * Network servers that push one JSON message an event to a topic or URL that their operator chose: there is no topic to know them
 * by, so a profile chooses this format, and the envelope's own member says which server it is (`DevEUI_uplink`, `cmd`, …).
 * The device is its DevEUI in lower-case hex. Which time is meant stands in each server's file; a clock that was never
 * set, or is ahead of receipt, is passed over for the next, and after the last for the time of receipt.
 */
export const lorawanNetworkServers: Codec = {
  format: 'lorawan-network-servers',
  matches: () => false,
  decode(payload, _topic, context) {
    const found = new Findings()
    const json = parseJson(payload, found)
    const server = isRecord(json) ? SERVERS.find(({ matches }) => matches(json)) : undefined
    if (server && isRecord(json)) server.read(json, found, context)
    else if (json !== undefined)
      found.reject(
        '',
        'wrong_shape',
        'no message of Actility, AWS, Helium, Kerlink, Live Objects, LORIOT, Milesight or Proximus',
      )
    return found.decoded()
  },
  examples,
}

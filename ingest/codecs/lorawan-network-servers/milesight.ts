import { isRecord } from '../../json.ts'
import { addFrame } from '../../lorawan.ts'
import { recordsOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'
import { bytesOf, deviceOf, type Server } from './server.ts'

/** The network server in Milesight's gateways: `applicationID` beside `devEUI` in hex. support.milesight-iot.com, "How to Use
 *  Payload Codec", and milesight.com, "Uplink Data", "Notification": `data` is base64, `object` what the gateway's codec made of it;
 *  notifications have `status` (online, offline), `acknowledged` or `error`. `time` is the server's. */
export const milesight: Server = {
  matches: ({ applicationID, devEUI }) => applicationID !== undefined && devEUI !== undefined,
  read(json, found, context) {
    const source = deviceOf(json.devEUI, '/devEUI', found)
    if (source === undefined) return
    if (json.status === 'online' || json.status === 'offline') {
      const kind = json.status === 'online' ? 'connected' : 'disconnected'
      found.presence.push({ source, kind, reason: `the gateway says ${json.status}` })
      return found.ignore('life_cycle')
    }
    const bytes = bytesOf(json.data, 'base64', { path: '/data', found })
    if (bytes === null) return
    const receptions = recordsOf(json.rxInfo)
    const tx = isRecord(json.txInfo) ? json.txInfo : {}
    const rate = isRecord(tx.dataRate) ? tx.dataRate : {}
    const times = [json.time, ...receptions.map(({ time }) => time), json.gatewayTime].map(rfc3339Micros)
    addFrame(found, {
      source,
      path: bytes ? '/data' : '/object',
      time: firstPlausible(times, context.receivedAt),
      fPort: json.fPort,
      bytes,
      decoded: json.object,
      receptions: receptions.map(({ rssi, loRaSNR }, i) => ({
        rssi: { path: `/rxInfo/${i}/rssi`, value: rssi },
        snr: { path: `/rxInfo/${i}/loRaSNR`, value: loRaSNR },
      })),
      spreadingFactor: { path: '/txInfo/dataRate/spreadFactor', value: rate.spreadFactor },
    })
  },
}

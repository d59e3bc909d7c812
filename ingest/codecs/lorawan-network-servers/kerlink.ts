import { isRecord } from '../../json.ts'
import { addFrame } from '../../lorawan.ts'
import { recordsOf } from '../../members.ts'
import { epochMicros, firstPlausible } from '../../times.ts'
import { bytesOf, deviceOf, refuseEncrypted, type Server } from './server.ts'

/**
 * Kerlink Wanesy Management Center 3 and 4: `endDevice.devEui`, one `dataUp` or event of a downlink a message. Times are Unix
 * milliseconds: `recvTime` is the server's; of a frame that a gateway kept while it was cut off (`delayed`) `gwRecvTime` is when it
 * came. `encodingType` is HEXA or BASE64.
 */
export const kerlink: Server = {
  matches: ({ endDevice }) => isRecord(endDevice),
  read(json, found, context) {
    const device = isRecord(json.endDevice) ? json.endDevice : {}
    const source = deviceOf(device.devEui, '/endDevice/devEui', found)
    if (source === undefined) return
    const isUplink = 'recvTime' in json || 'fCntUp' in json || 'gwInfo' in json
    if (!isUplink) return found.ignore('life_cycle')
    const encoding = json.encodingType === 'BASE64' ? 'base64' : 'hex'
    const bytes = bytesOf(json.payload, encoding, { path: '/payload', found })
    if (bytes === null) return
    if (bytes && json.encrypted === true) return refuseEncrypted(found, '/payload')
    const recvTime = epochMicros(json.recvTime, 'ms')
    const gwRecvTime = epochMicros(json.gwRecvTime, 'ms')
    const times = json.delayed === true ? [gwRecvTime, recvTime] : [recvTime, gwRecvTime]
    addFrame(found, {
      source,
      path: '/payload',
      time: firstPlausible(times, context.receivedAt),
      fPort: json.fPort,
      bytes,
      receptions: recordsOf(json.gwInfo).map(({ rssi, snr }, i) => ({
        rssi: { path: `/gwInfo/${i}/rssi`, value: rssi },
        snr: { path: `/gwInfo/${i}/snr`, value: snr },
      })),
      spreadingFactor: { path: '/dataRate', value: json.dataRate },
    })
  },
}

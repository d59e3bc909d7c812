import { isRecord } from '../../json.ts'
import { addFrame } from '../../lorawan.ts'
import { euiOf, recordsOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'
import { bytesOf, type Server } from './server.ts'

/** AWS IoT Core for LoRaWAN: `WirelessMetadata.LoRaWAN` beside `WirelessDeviceId`. AWS IoT Wireless developer guide, "View format of
 *  uplink messages": `PayloadData` is base64, `Timestamp` the server's time; the port is written `FPort` or `Fport`. Without a DevEUI the device is AWS's own id of it. */
export const aws: Server = {
  matches: ({ WirelessMetadata }) => isRecord(WirelessMetadata),
  read(json, found, context) {
    const metadata = isRecord(json.WirelessMetadata) ? json.WirelessMetadata : {}
    const lora = isRecord(metadata.LoRaWAN) ? metadata.LoRaWAN : {}
    const id = typeof json.WirelessDeviceId === 'string' ? json.WirelessDeviceId : ''
    const source = euiOf(lora.DevEui) ?? id
    if (source === '')
      return found.reject('/WirelessMetadata/LoRaWAN/DevEui', 'wrong_shape', 'no DevEUI of 16 hex digits')
    found.alias(source, id)
    const bytes = bytesOf(json.PayloadData, 'base64', { path: '/PayloadData', found })
    if (bytes === null) return
    addFrame(found, {
      source,
      path: '/PayloadData',
      time: firstPlausible([rfc3339Micros(lora.Timestamp)], context.receivedAt),
      fPort: lora.FPort ?? lora.Fport,
      bytes,
      receptions: recordsOf(lora.Gateways).map(({ Rssi, Snr }, i) => ({
        rssi: { path: `/WirelessMetadata/LoRaWAN/Gateways/${i}/Rssi`, value: Rssi },
        snr: { path: `/WirelessMetadata/LoRaWAN/Gateways/${i}/Snr`, value: Snr },
      })),
      spreadingFactor: {
        path: '/WirelessMetadata/LoRaWAN/SpreadingFactor',
        value: lora.SpreadingFactor,
      },
    })
  },
}

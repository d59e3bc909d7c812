import { isRecord } from '../../json.ts'
import { addFrame } from '../../lorawan.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'
import { bytesOf, deviceOf, type Server } from './server.ts'

/**
 * Orange Live Objects: `metadata.network.lora` beside `streamId` (Live Objects manual, "LoRa data message"). `timestamp` is when
 * the network heard the frame, `created` when the platform kept it. `value.payload` is the frame in hex; what else is in
 * `value` was decoded by Live Objects.
 */
export const liveObjects: Server = {
  matches: ({ metadata, streamId }) => isRecord(metadata) && typeof streamId === 'string',
  read(json, found, context) {
    const metadata = isRecord(json.metadata) ? json.metadata : {}
    const network = isRecord(metadata.network) ? metadata.network : {}
    const lora = isRecord(network.lora) ? network.lora : {}
    const source = deviceOf(lora.devEUI, '/metadata/network/lora/devEUI', found)
    if (source === undefined) return
    const { payload, ...decoded } = isRecord(json.value) ? json.value : {}
    const bytes = bytesOf(payload, 'hex', { path: '/value/payload', found })
    if (bytes === null) return
    const times = [json.timestamp, json.created].map(rfc3339Micros)
    addFrame(found, {
      source,
      path: bytes ? '/value/payload' : '/value',
      time: firstPlausible(times, context.receivedAt),
      fPort: lora.port,
      bytes,
      decoded,
      receptions: [
        {
          rssi: { path: '/metadata/network/lora/rssi', value: lora.rssi },
          snr: { path: '/metadata/network/lora/snr', value: lora.snr },
        },
      ],
      spreadingFactor: { path: '/metadata/network/lora/sf', value: lora.sf },
    })
  },
}

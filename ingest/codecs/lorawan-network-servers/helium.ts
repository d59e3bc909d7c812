import { isRecord } from '../../json.ts'
import { addFrame } from '../../lorawan.ts'
import { recordsOf } from '../../members.ts'
import { epochOfAnyUnit, firstPlausible } from '../../times.ts'
import { bytesOf, deviceOf, type Server } from './server.ts'

/** Helium Console: `hotspots` beside `dev_eui`. docs.helium.com, "JSON Schema": `payload` is base64, `reported_at` Unix
 *  milliseconds (seconds before 2021), `decoded.payload` what the console's function made of it. */
export const helium: Server = {
  matches: ({ hotspots, dev_eui }) => Array.isArray(hotspots) && dev_eui !== undefined,
  read(json, found, context) {
    const source = deviceOf(json.dev_eui, '/dev_eui', found)
    if (source === undefined) return
    const bytes = bytesOf(json.payload, 'base64', { path: '/payload', found })
    if (bytes === null) return
    const hotspots = recordsOf(json.hotspots)
    const times = [json.reported_at, ...hotspots.map(({ reported_at }) => reported_at)].map(epochOfAnyUnit)
    const decoded = isRecord(json.decoded) ? json.decoded : {}
    addFrame(found, {
      source,
      path: '/payload',
      time: firstPlausible(times, context.receivedAt),
      fPort: json.port,
      bytes,
      decoded: decoded.payload,
      receptions: hotspots.map(({ rssi, snr }, i) => ({
        rssi: { path: `/hotspots/${i}/rssi`, value: rssi },
        snr: { path: `/hotspots/${i}/snr`, value: snr },
      })),
      spreadingFactor: { path: '/hotspots/0/spreading', value: hotspots[0]?.spreading },
    })
  },
}

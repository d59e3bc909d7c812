import { addBattery, addFrame } from '../../lorawan.ts'
import { recordsOf } from '../../members.ts'
import { epochMicros, firstPlausible, rfc3339Micros } from '../../times.ts'
import { bytesOf, deviceOf, refuseEncrypted, type Server } from './server.ts'

/**
 * LORIOT: `cmd` with `EUI`. docs.loriot.io, "Uplink Data Message": `rx` is an uplink, `gw` the same with all gateways. Where both
 * are sent they have one `ts`, the server's time in milliseconds, so that what both say is stored once; of the radio, where they
 * differ, that of `rx` is read. `gws[].time` is the clock of a gateway. `bat` is the answer to DevStatusReq; `encdata` is there in place of `data` where the key is not.
 */
export const loriot: Server = {
  matches: ({ cmd, EUI }) => typeof cmd === 'string' && EUI !== undefined,
  read(json, found, context) {
    const source = deviceOf(json.EUI, '/EUI', found)
    if (source === undefined) return
    if (json.cmd !== 'rx' && json.cmd !== 'gw') return found.ignore('life_cycle')
    const bytes = bytesOf(json.data, 'hex', { path: '/data', found })
    if (bytes === null) return
    if (!bytes && typeof json.encdata === 'string' && json.encdata !== '')
      return refuseEncrypted(found, '/encdata')
    const gateways = recordsOf(json.gws)
    const times = [epochMicros(json.ts, 'ms'), ...gateways.map(({ time }) => rfc3339Micros(time))]
    const time = firstPlausible(times, context.receivedAt)
    const receptions = [
      { rssi: { path: '/rssi', value: json.rssi }, snr: { path: '/snr', value: json.snr } },
      ...gateways.map(({ rssi, snr }, i) => ({
        rssi: { path: `/gws/${i}/rssi`, value: rssi },
        snr: { path: `/gws/${i}/snr`, value: snr },
      })),
    ]
    const key = `loriot/${source}`
    if (json.cmd === 'rx' && json.rssi !== undefined) context.memory.set(key, time)
    const isTold = json.cmd === 'gw' && time !== undefined && context.memory.get(key) === time
    addFrame(found, {
      source,
      path: '/data',
      time,
      fPort: json.port,
      bytes,
      decoded: json.decoded,
      receptions: isTold ? [] : receptions,
      spreadingFactor: { path: '/dr', value: json.dr },
    })
    if (found.uplinks.length > 0 && json.bat !== undefined)
      addBattery(found, { path: '/bat', value: json.bat }, { source, time })
  },
}

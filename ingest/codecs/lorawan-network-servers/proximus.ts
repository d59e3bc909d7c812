import { addBattery, addFrame, addMargin } from '../../lorawan.ts'
import { numberOf } from '../../members.ts'
import { epochOfAnyUnit, firstPlausible } from '../../times.ts'
import { bytesOf, deviceOf, type Server } from './server.ts'

/**
 * Proximus MyThings (EnCo): `containerFriendlyName` beside `DevEUI`; one decoded value a message, so that one frame comes several
 * times. All numbers are text, and an empty text is none. `postfix` is the unit (`°` alone is a degree Celsius), `timestamp`
 * counts seconds.
 */
export const proximus: Server = {
  matches: ({ containerFriendlyName, DevEUI }) => containerFriendlyName !== undefined && DevEUI !== undefined,
  read(json, found, context) {
    const source = deviceOf(json.DevEUI, '/DevEUI', found)
    if (source === undefined) return
    const bytes = bytesOf(json.payload, 'hex', { path: '/payload', found })
    if (bytes === null) return
    const time = firstPlausible([epochOfAnyUnit(json.timestamp)], context.receivedAt)
    addFrame(found, {
      source,
      path: bytes ? '/payload' : '/value',
      time,
      fPort: json.FPort,
      bytes,
      decoded: decodedOf(json),
      receptions: [
        { rssi: { path: '/Lrrrssi', value: json.Lrrrssi }, snr: { path: '/Lrrsnr', value: json.Lrrsnr } },
      ],
      spreadingFactor: { path: '/Spfact', value: json.Spfact },
    })
    const answeredAt = epochOfAnyUnit(json.Batterytime)
    if (answeredAt === null) return
    const at = { source, time: answeredAt }
    addBattery(found, { path: '/Batterylevel', value: json.Batterylevel }, at)
    if (numberOf(json.margin) !== undefined) addMargin(found, { path: '/margin', value: json.margin }, at)
  },
}

function decodedOf({
  containerFriendlyName: name,
  value,
  postfix,
}: Readonly<Record<string, unknown>>): unknown {
  if (typeof name !== 'string' || name === '' || value === undefined || value === '') return undefined
  return { [name]: typeof postfix === 'string' && postfix !== '' ? { value, unit: postfix } : { value } }
}

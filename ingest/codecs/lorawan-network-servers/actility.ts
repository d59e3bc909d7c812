import { addReading } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord } from '../../json.ts'
import { addBattery, addFrame, addMargin } from '../../lorawan.ts'
import { numberOf, recordsOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'
import { bytesOf, deviceOf, type Json, refuseEncrypted, type Server, type Speaker } from './server.ts'

/**
 * Actility ThingPark (Wireless, Enterprise, X; also KPN, Swisscom): one member whose name begins with `DevEUI_`. The editions
 * differ in that one writes numbers as text. docs.thingpark.com, "Uplink Message" and "Notification Message"; `Time` is
 * that of the base station. `payload` and `points` are what ThingPark X decoded; `points` have a unit.
 */
export const actility: Server = {
  matches: (json) => nameOf(json) !== undefined,
  read(json, found, context) {
    const name = nameOf(json) ?? ''
    const body = isRecord(json[name]) ? json[name] : {}
    const source = deviceOf(body.DevEUI, `/${name}/DevEUI`, found)
    if (source === undefined) return
    const speaker = { source, time: firstPlausible([rfc3339Micros(body.Time)], context.receivedAt) }
    if (name === 'DevEUI_uplink') readUplink(found, body, speaker)
    else if (name === 'DevEUI_location') readLocation(found, body, speaker)
    else if (name === 'DevEUI_notification') readNotification(found, body, speaker)
    else found.ignore('life_cycle')
  },
}

const nameOf = (json: Json): string | undefined =>
  Object.keys(json).find((name) => name.startsWith('DevEUI_') && isRecord(json[name]))

function readUplink(found: Findings, body: Json, { source, time }: Speaker): void {
  const path = '/DevEUI_uplink/payload_hex'
  const bytes = bytesOf(body.payload_hex, 'hex', { path, found })
  if (bytes === null) return
  if (bytes && numberOf(body.PayloadEncryption) === 1) return refuseEncrypted(found, path)
  const lrrs = isRecord(body.Lrrs) ? recordsOf(body.Lrrs.Lrr) : []
  const own = [
    {
      rssi: { path: '/DevEUI_uplink/LrrRSSI', value: body.LrrRSSI },
      snr: { path: '/DevEUI_uplink/LrrSNR', value: body.LrrSNR },
    },
  ]
  const listed = lrrs.map(({ LrrRSSI, LrrSNR }, i) => ({
    rssi: { path: `/DevEUI_uplink/Lrrs/Lrr/${i}/LrrRSSI`, value: LrrRSSI },
    snr: { path: `/DevEUI_uplink/Lrrs/Lrr/${i}/LrrSNR`, value: LrrSNR },
  }))
  addFrame(found, {
    source,
    path: bytes ? path : '/DevEUI_uplink/payload',
    time,
    fPort: body.FPort,
    bytes,
    decoded: decodedOf(body),
    receptions: [...own, ...listed],
    spreadingFactor: { path: '/DevEUI_uplink/SpFact', value: body.SpFact },
  })
  // BatteryTime says when the device answered; without it the level would be new with every frame.
  const answeredAt = rfc3339Micros(body.BatteryTime)
  if (answeredAt !== null)
    addBattery(
      found,
      { path: '/DevEUI_uplink/BatteryLevel', value: body.BatteryLevel },
      { source, time: answeredAt },
    )
}

/** `points` have units, so they go first; a position is a pair of longitude and latitude. */
function decodedOf(body: Json): Json | undefined {
  const points = isRecord(body.points) ? body.points : {}
  const measures = Object.entries(points).map(([name, point]): [string, unknown] => {
    const { record, unitId } = isRecord(point) ? point : {}
    if (unitId !== 'GPS' || !Array.isArray(record)) return [name, { value: record, unit: unitId }]
    return [name, { longitude: record[0], latitude: record[1] }]
  })
  const payload = isRecord(body.payload) ? body.payload : {}
  return measures.length > 0 ? { ...payload, ...Object.fromEntries(measures) } : payload
}

function readLocation(found: Findings, body: Json, { source, time }: Speaker): void {
  const members = [
    ['latitude', 'DevLAT', 'deg'],
    ['longitude', 'DevLON', 'deg'],
    ['altitude', 'DevAlt', 'm'],
  ] as const
  for (const [quantity, name, unit] of members) {
    const value = numberOf(body[name])
    if (value === undefined) found.ignore('null')
    else addReading(found, { quantity, unit }, { path: `/DevEUI_location/${name}`, value, time, source })
  }
}

/** Of the kinds of notification only the answer to DevStatusReq says something that was measured. */
function readNotification(found: Findings, body: Json, at: Speaker): void {
  if (body.Type !== 'devstatusans') return found.ignore('life_cycle')
  addBattery(found, { path: '/DevEUI_notification/Var1', value: body.Var1 }, at)
  addMargin(found, { path: '/DevEUI_notification/Var2', value: body.Var2 }, at)
}

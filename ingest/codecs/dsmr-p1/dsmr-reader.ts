import type { FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, parseJson, pointerOf, textOf } from '../../json.ts'
import { readKnown } from '../../known-field.ts'
import { isoTime } from '../../times.ts'

const phases = (name: string, quantity: string, unit: string): Record<string, FieldRule> =>
  Object.fromEntries([1, 2, 3].map((n) => [`${name}_l${n}`, { quantity, unit, channel: `L${n}` }]))

/** Names of a reading in DSMR-reader (its documentation, "MQTT", "Live reading"), units of the P1 telegram. */
const READING: Readonly<Record<string, FieldRule>> = {
  electricity_delivered_1: { quantity: 'active-energy', unit: 'kW.h', channel: 'T1' },
  electricity_delivered_2: { quantity: 'active-energy', unit: 'kW.h', channel: 'T2' },
  electricity_returned_1: { quantity: 'active-energy-exported', unit: 'kW.h', channel: 'T1' },
  electricity_returned_2: { quantity: 'active-energy-exported', unit: 'kW.h', channel: 'T2' },
  electricity_currently_delivered: { quantity: 'active-power', unit: 'kW' },
  electricity_currently_returned: { quantity: 'active-power-exported', unit: 'kW' },
  ...phases('phase_currently_delivered', 'active-power', 'kW'),
  ...phases('phase_currently_returned', 'active-power-exported', 'kW'),
  ...phases('phase_voltage', 'voltage', 'V'),
  ...phases('phase_power_current', 'current', 'A'),
}

/** `dsmr/json`: a whole reading. The meter on the M-Bus has a time of its own; that it is gas is this program's word. */
export function readReaderJson(found: Findings, payload: Uint8Array, utcOffsetMinutes: number): void {
  const json = parseJson(payload, found)
  if (json === undefined) return
  if (!isRecord(json)) return found.reject('', 'wrong_shape', 'a reading of DSMR-reader is a JSON object')
  const time = isoTime(json.timestamp, utcOffsetMinutes)
  for (const [name, value] of Object.entries(json)) {
    if (name === 'timestamp' || name === 'id' || name === 'extra_device_timestamp') continue
    const isExtra = name === 'extra_device_delivered'
    const field = { path: `/${pointerOf(name)}`, value }
    if (isExtra) {
      const own = isoTime(json.extra_device_timestamp, utcOffsetMinutes)
      readKnown(found, GAS, { ...field, time: own })
    } else readKnown(found, Object.hasOwn(READING, name) ? READING[name] : undefined, { ...field, time })
  }
  found.ignoreIfEmpty('null')
}

const GAS: FieldRule = { quantity: 'gas-volume', unit: 'm3' }

/** `dsmr/reading/<name>`: one bare value. Other topics of the program are sums over days, months and years. */
export function readReaderTopic(found: Findings, payload: Uint8Array, name: string): void {
  const value = textOf(payload)?.trim()
  if (value === undefined) return found.reject('', 'wrong_type', 'the payload is no text in UTF-8')
  const rule =
    name === 'extra_device_delivered' ? GAS : Object.hasOwn(READING, name) ? READING[name] : undefined
  readKnown(found, rule, { path: '', value: value === 'None' ? null : value })
}

import type { Field, FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { onOff, readKnown } from '../../known-field.ts'

/** Attributes by the names that Tasmota gives them ("Zigbee" page). Illuminance is left out: it is the raw logarithm of the
 *  Zigbee cluster in some versions and lux in others. Power is the state of a relay (1 on), not watts.
 *  RMSCurrent and the energies are left out as well: raw counts of a divisor that the message does not have. */
const ATTRIBUTES: Readonly<Record<string, FieldRule>> = {
  Temperature: { quantity: 'temperature', unit: 'Cel' },
  Humidity: { quantity: 'relative-humidity', unit: '%' },
  Pressure: { quantity: 'atmospheric-pressure', unit: 'hPa' },
  BatteryVoltage: { quantity: 'battery-voltage', unit: 'V' },
  BatteryPercentage: { quantity: 'battery-level', unit: '%' },
  Occupancy: { quantity: 'motion' },
  // Alarm 1 of an IAS zone (ZCL §8.2.2.2.1.3): of a contact, that it is open.
  Water: { quantity: 'leak' },
  Fire: { quantity: 'smoke' },
  Contact: { quantity: 'contact-open' },
  ActivePower: { quantity: 'active-power', unit: 'W' },
  RMSVoltage: { quantity: 'voltage', unit: 'V' },
  // Names of before 8.5.
  Battery: { quantity: 'battery-level', unit: '%' },
  LinkQuality: { quantity: 'link-quality', unit: '1' },
}

/** What names the device rather than measures. */
const NAMES: ReadonlySet<string> = new Set(['Device', 'Name', 'IEEEAddr', 'Endpoint', 'Group', 'Cluster'])

/** `{"ZbReceived": {"0x99BB": {"Device", "Name"?, attributes…}}}`: each member is a Zigbee device, named by its friendly name
 *  or else by its short address. */
export function readZigbee(
  found: Findings,
  devices: Record<string, unknown>,
  at: Pick<Field, 'path' | 'time'>,
): void {
  for (const [key, device] of Object.entries(devices)) {
    if (found.isFull) return
    const path = `${at.path}/${pointerOf(key)}`
    if (!isRecord(device)) {
      found.reject(path, 'wrong_shape', 'a Zigbee device is an object of its attributes')
      continue
    }
    const source = textOf(device.Name) ?? textOf(device.Device) ?? key
    for (const name of [textOf(device.Device), textOf(device.IEEEAddr)])
      if (name !== undefined) found.alias(source, name)
    readDevice(found, device, { ...at, path, source })
  }
  if (Object.keys(devices).length === 0) found.ignore('null')
}

/** Without `ZbReceived` around them (SetOption100, SetOption118). */
export const zigbeeDevicesIn = (json: Record<string, unknown>): Record<string, unknown> | undefined => {
  if (isRecord(json.ZbReceived)) return json.ZbReceived
  const devices = Object.entries(json).filter(
    ([, device]) => isRecord(device) && 'LinkQuality' in device && ('Device' in device || 'Name' in device),
  )
  return devices.length === 0 ? undefined : Object.fromEntries(devices)
}

function readDevice(
  found: Findings,
  device: Record<string, unknown>,
  at: Pick<Field, 'path' | 'time' | 'source'>,
): void {
  const attributes = Object.entries(device).filter(([name]) => !NAMES.has(name))
  // `0006!02`: a remote control has sent a command; what it asks for is no state of its own.
  const isCommand = attributes.some(([name]) => /^[0-9A-F]{4}![0-9A-F]{2}$/.test(name))
  const { Endpoint: endpoint } = device
  for (const [name, value] of attributes) {
    if (found.isFull) return
    const field = { ...at, path: `${at.path}/${pointerOf(name)}`, value }
    // SetOption101 puts the endpoint at the end of the name.
    const [, stem = name, suffix] = /^(Power)(\d{1,3})$/.exec(name) ?? []
    const rule =
      stem === 'Voltage' ? voltage(device) : Object.hasOwn(ATTRIBUTES, stem) ? ATTRIBUTES[stem] : undefined
    if (stem === 'Power' && isCommand) found.unmapped(field.path, at.source)
    else if (stem === 'Power') readPower(found, suffix ?? endpoint, field)
    else
      readKnown(found, rule && { ...rule, channel: BY_ENDPOINT.has(stem) ? channelOf(endpoint) : '' }, field)
  }
  if (attributes.length === 0) found.ignore('life_cycle')
}

const voltage = ({ Battery }: Record<string, unknown>): FieldRule | undefined =>
  Battery === undefined ? undefined : { quantity: 'battery-voltage', unit: 'V' }

/** What a device with several relays has once for each. */
const BY_ENDPOINT: ReadonlySet<string> = new Set(['ActivePower', 'RMSVoltage'])

/** The first endpoint is the device itself. */
const channelOf = (endpoint: unknown): string =>
  (typeof endpoint === 'number' || typeof endpoint === 'string') &&
  /^\d{1,3}$/.test(String(endpoint)) &&
  Number(endpoint) > 1
    ? String(endpoint)
    : ''

/** 0, 1, or 2 for 'toggle', which says nothing of the state. */
function readPower(
  found: Findings,
  endpoint: unknown,
  field: Pick<Field, 'path' | 'time' | 'source' | 'value'>,
): void {
  const on = onOff(field.value)
  const rule = on === undefined ? undefined : { quantity: 'switch', channel: channelOf(endpoint) }
  readKnown(found, rule, { ...field, value: on ?? field.value })
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

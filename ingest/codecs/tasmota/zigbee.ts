import type { Field, FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { readKnown } from '../../known-field.ts'

/** Attributes by the names that Tasmota gives them ("Zigbee" page). Illuminance is left out: it is the raw logarithm of the
 *  Zigbee cluster in some versions and lux in others. Power is the state of a relay (1 on), not watts. */
const ATTRIBUTES: Readonly<Record<string, FieldRule>> = {
  Temperature: { quantity: 'temperature', unit: 'Cel' },
  Humidity: { quantity: 'relative-humidity', unit: '%' },
  Pressure: { quantity: 'atmospheric-pressure', unit: 'hPa' },
  BatteryVoltage: { quantity: 'battery-voltage', unit: 'V' },
  BatteryPercentage: { quantity: 'battery-level', unit: '%' },
  Occupancy: { quantity: 'motion' },
  Water: { quantity: 'leak' },
  Power: { quantity: 'switch' },
  ActivePower: { quantity: 'active-power', unit: 'W' },
  RMSVoltage: { quantity: 'voltage', unit: 'V' },
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

function readDevice(
  found: Findings,
  device: Record<string, unknown>,
  at: Pick<Field, 'path' | 'time' | 'source'>,
): void {
  const attributes = Object.entries(device).filter(([name]) => !NAMES.has(name))
  for (const [name, value] of attributes) {
    if (found.isFull) return
    const rule = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    readKnown(found, rule, { ...at, path: `${at.path}/${pointerOf(name)}`, value })
  }
  if (attributes.length === 0) found.ignore('life_cycle')
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

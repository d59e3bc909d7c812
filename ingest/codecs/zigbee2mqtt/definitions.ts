import type { Findings } from '../../findings.ts'
import { isRecord } from '../../json.ts'
import type { Memory } from '../../memory.ts'

/** Of one device; the largest definitions have about a hundred. */
const PROPERTIES_MAX = 300
const DEPTH_MAX = 4

/** What the definition of a device says: its properties, each with its unit ('' where it has none). */
type Definition = ReadonlyMap<string, string>

/** Remembers `bridge/devices`: for each device, by friendly name, the units of its properties. The list may be longer than a
 *  message may be; then nothing is known, and the usual units hold. */
export function learnDevices(found: Findings, devices: readonly unknown[], memory: Memory): void {
  for (const device of devices) {
    if (!isRecord(device) || typeof device.friendly_name !== 'string' || device.friendly_name === '') continue
    const name = device.friendly_name
    if (typeof device.ieee_address === 'string') found.alias(name, device.ieee_address.toLowerCase())
    const properties = new Map<string, string>()
    if (isRecord(device.definition)) gather(device.definition.exposes, properties, DEPTH_MAX)
    memory.set(keyOf(name), properties)
  }
  found.isRemembered = true
  found.ignore('life_cycle')
}

export function definitionOf(name: string, memory: Memory): Definition | undefined {
  const properties = memory.get(keyOf(name))
  return properties instanceof Map ? properties : undefined
}

const keyOf = (name: string): string => `device:${name}`

/** Exposes nest: a light or a climate has features, each of them a property. */
function gather(exposes: unknown, properties: Map<string, string>, levels: number): void {
  if (!Array.isArray(exposes) || levels === 0) return
  for (const expose of exposes) {
    if (!isRecord(expose) || properties.size >= PROPERTIES_MAX) continue
    if (typeof expose.property === 'string')
      properties.set(expose.property, typeof expose.unit === 'string' ? expose.unit : '')
    gather(expose.features, properties, levels - 1)
  }
}

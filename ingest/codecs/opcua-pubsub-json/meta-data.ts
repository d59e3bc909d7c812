import type { Findings } from '../../findings.ts'
import { isRecord } from '../../json.ts'
import type { Memory } from '../../memory.ts'
import { UCUM_OF_UNECE } from '../../unece-units.ts'

/** The engineering unit of each field that has one, by name. */
type Units = ReadonlyMap<string, string>

const NO_UNITS: Units = new Map()
const DEPTH_MAX = 5
const WRITERS_MAX = 1000

/** How a writer may be called: DataSetMessages have its id, its name, or both. */
export interface Writer {
  readonly publisher: string | undefined
  readonly id: string | undefined
  readonly name: string | undefined
}

const keysOf = ({ publisher = '', id, name }: Writer): string[] => [
  ...(id === undefined ? [] : [`opcua/units/${publisher}/id/${id}`]),
  ...(name === undefined ? [] : [`opcua/units/${publisher}/name/${name}`]),
]

/** Takes the units out of a `ua-metadata` message (OPC 10000-14 §7.2.5.5.2): the property EngineeringUnits of a field. */
export function readMetaData(metaData: unknown, writer: Writer, memory: Memory, found: Findings): void {
  if (!isRecord(metaData) || !Array.isArray(metaData.Fields))
    return found.reject('/MetaData', 'wrong_shape', 'DataSetMetaData has "Fields", an array')
  const units = new Map<string, string>()
  for (const field of metaData.Fields as unknown[]) {
    const unit = isRecord(field) ? unitOfProperties(field.Properties) : undefined
    if (unit !== undefined && isRecord(field)) units.set(String(field.Name), unit)
  }
  for (const key of keysOf(writer)) memory.set(key, units)
  found.isRemembered = true
}

export function unitsOf(writer: Writer, memory: Memory): Units {
  for (const key of keysOf(writer)) {
    const units = memory.get(key) as Units | undefined
    if (units) return units
  }
  return NO_UNITS
}

/** Devices that a publisher has spoken for, so that what is said of the publisher is said of them. */
export function rememberDevice(publisher: string, source: string, memory: Memory): void {
  const devices = devicesOf(publisher, memory)
  if (devices.includes(source) || devices.length >= WRITERS_MAX) return
  memory.set(`opcua/devices/${publisher}`, [...devices, source])
}

export const devicesOf = (publisher: string, memory: Memory): readonly string[] =>
  (memory.get(`opcua/devices/${publisher}`) as readonly string[] | undefined) ?? []

/** Key-value pairs, whose key is a qualified name in any of its forms: "0:EngineeringUnits", {"Name": "EngineeringUnits"}. */
function unitOfProperties(properties: unknown): string | undefined {
  if (!Array.isArray(properties)) return undefined
  for (const property of properties as unknown[]) {
    if (!isRecord(property)) continue
    const { Key: key } = property
    const name = isRecord(key) ? key.Name : key
    if (typeof name === 'string' && /(?:^|[:;])EngineeringUnits$/.test(name)) return euOf(property.Value)
  }
  return undefined
}

/** EUInformation (OPC 10000-8 §5.6.4.3), inside a Variant and an ExtensionObject of either version, or bare. */
function euOf(value: unknown, depth = 0): string | undefined {
  if (!isRecord(value) || depth > DEPTH_MAX) return undefined
  if ('UnitId' in value || 'DisplayName' in value)
    return unitOfId(value.UnitId) ?? textOf(value.DisplayName) ?? undefined
  return euOf(value.Value ?? value.Body, depth + 1)
}

/** §5.6.4.4: the common code of UN/CEFACT, its characters as one number of base 256. */
function unitOfId(id: unknown): string | undefined {
  if (typeof id !== 'number' || !(id > 0)) return undefined
  let code = ''
  for (let rest = id; rest >= 1 && code.length < 4; rest = Math.floor(rest / 256))
    code = String.fromCharCode(rest % 256) + code
  return Object.hasOwn(UCUM_OF_UNECE, code) ? UCUM_OF_UNECE[code] : undefined
}

function textOf(localized: unknown): string | undefined {
  const text = isRecord(localized) ? localized.Text : localized
  return typeof text === 'string' && text !== '' ? text : undefined
}

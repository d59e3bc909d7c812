import { isRecord } from '../../json.ts'
import type { Memory } from '../../memory.ts'

/** What is known of a property, by the description (version 5) or its attributes (before). */
export interface PropertyKind {
  readonly unit?: string
  readonly datatype?: string
  /** Of an enum: what there is to choose from, with commas between. */
  readonly format?: string
}

/** A device's nodes and children, as far as they are known. */
export interface Description {
  readonly nodes: readonly string[]
  readonly children: readonly string[]
  readonly properties: ReadonlyMap<string, PropertyKind>
}

const NODES_MAX = 200

const descriptionKey = (device: string): string => `homie/${device}`
const attributeKey = (device: string, node: string, property: string, name: string): string =>
  `homie/${device}/${node}/${property}/${name}`

export const describedBy = (memory: Memory, device: string): Description | undefined =>
  memory.get(descriptionKey(device)) as Description | undefined

export const rememberDescription = (
  memory: Memory,
  device: string,
  description: Description | undefined,
): void =>
  description === undefined
    ? memory.delete(descriptionKey(device))
    : memory.set(descriptionKey(device), description)

export const rememberAttribute = (
  memory: Memory,
  { device, node, property, name }: { device: string; node: string; property: string; name: string },
  text: string,
): void => {
  const key = attributeKey(device, node, property, name)
  if (text === '') memory.delete(key)
  else memory.set(key, text)
}

/** Of `lights_0` of an array of nodes (version 3) the attributes are at `lights`. */
export function kindOf(memory: Memory, device: string, node: string, property: string): PropertyKind {
  const described = describedBy(memory, device)?.properties.get(`${node}/${property}`)
  if (described !== undefined) return described
  const ofArray = node.replace(/_\d{1,6}$/, '')
  const attribute = (name: string): string | undefined => {
    const own = memory.get(attributeKey(device, node, property, name))
    const known =
      own ?? (ofArray === node ? undefined : memory.get(attributeKey(device, ofArray, property, name)))
    return typeof known === 'string' ? known : undefined
  }
  const unit = attribute('$unit')
  const datatype = attribute('$datatype')
  const format = attribute('$format')
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(datatype === undefined ? {} : { datatype }),
    ...(format === undefined ? {} : { format }),
  }
}

/** The description document of version 5, whose nodes and properties are objects by id, or lists in its drafts. */
export function descriptionOf(json: Record<string, unknown>): Description {
  const properties = new Map<string, PropertyKind>()
  const nodes = byId(json.nodes)
  for (const [node, described] of nodes)
    for (const [property, { unit, datatype, format }] of byId(described.properties))
      properties.set(`${node}/${property}`, {
        ...(typeof unit === 'string' ? { unit } : {}),
        ...(typeof datatype === 'string' ? { datatype } : {}),
        ...(typeof format === 'string' ? { format } : {}),
      })
  const children = Array.isArray(json.children) ? json.children.filter((id) => typeof id === 'string') : []
  return {
    nodes: nodes.map(([id]) => id).slice(0, NODES_MAX),
    children: children.slice(0, NODES_MAX),
    properties,
  }
}

/** `$nodes` up to version 4: `wheels,lights[]`. */
export const nodesOf = (text: string): Description => ({
  nodes: text
    .split(',', NODES_MAX)
    .map((id) => id.trim())
    .filter((id) => id !== '' && !id.endsWith('[]')),
  children: [],
  properties: new Map(),
})

function byId(json: unknown): [string, Record<string, unknown>][] {
  const entries: [unknown, unknown][] = Array.isArray(json)
    ? json.map((item) => [isRecord(item) ? item.id : undefined, item])
    : Object.entries(isRecord(json) ? json : {})
  return entries.flatMap(([id, item]) =>
    typeof id === 'string' && isRecord(item) ? [[id, item] as const] : [],
  ) as [string, Record<string, unknown>][]
}

/** The device's children, and theirs, each once. */
export function descendantsOf(memory: Memory, device: string): string[] {
  const found = new Set<string>([device])
  for (const id of found) {
    if (found.size > NODES_MAX) break
    for (const child of describedBy(memory, id)?.children ?? []) found.add(child)
  }
  found.delete(device)
  return [...found]
}

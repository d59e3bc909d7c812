import type { Neighbours } from '../../core/relation.ts'
import { RELATION_KINDS } from '../../core/relation.ts'
import type { EntityDocument } from '../../digital-twin/document.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { attributeName, entityUrn, typeName, unitCode } from './names.ts'

/** A sub-attribute: a Property of an attribute. */
interface SubProperty {
  readonly type: 'Property'
  readonly value: string | number
}

export interface Attribute {
  readonly type: 'Property' | 'GeoProperty' | 'Relationship'
  readonly value?: unknown
  readonly object?: string | readonly string[]
  readonly unitCode?: string
  readonly observedAt?: string
  readonly subs?: Readonly<Record<string, SubProperty>>
}

/** An entity of the standard (5.2.4), before it takes one of its representations. */
export interface NgsiEntity {
  readonly id: string
  readonly type: string
  readonly attributes: Readonly<Record<string, Attribute>>
}

interface Measured {
  readonly value: number | null
  readonly label?: string
  readonly unit: string
  readonly time: string
  readonly quality?: string
  readonly device?: string
}

const property = (value: unknown): Attribute => ({ type: 'Property', value })
const sub = (value: string | number): SubProperty => ({ type: 'Property', value })

/** A twin as the standard has it. `typeOf` tells the type of a related entity; of one that is gone there is no relationship. */
export function toNgsi(
  document: EntityDocument,
  neighbours: Neighbours,
  typeOf: (entity: string) => string | undefined,
): NgsiEntity {
  const { id, type, name, area, location, freshness, session, lastSeen } = document
  const seen = lastSeen === null ? {} : { observedAt: lastSeen }
  const attributes: Record<string, Attribute> = {
    ...(name === null ? {} : { name: property(name) }),
    ...(area === null ? {} : { area: property(area) }),
    ...(location === null
      ? {}
      : {
          location: {
            type: 'GeoProperty',
            value: { type: 'Point', coordinates: [location.lon, location.lat] },
          },
        }),
    freshness: { ...property(freshness), ...seen },
    session: property(session),
    ...described(document),
    ...related(id, neighbours, typeOf),
    ...measured(document.derived),
    ...measured(document.quantities),
  }
  return { id: entityUrn(type, id), type: typeName(type), attributes }
}

/** The keys of the twin's quantities by the names of their attributes. */
export function keysByName(quantities: EntityDocument['quantities']): Map<string, string> {
  const names = new Map<string, string>()
  for (const key of Object.keys(quantities).sort()) {
    let name = attributeName(key)
    // Two channels may differ in characters only that a name does not have.
    while (names.has(name)) name += '_'
    names.set(name, key)
  }
  return names
}

function measured(quantities: Readonly<Record<string, Measured>>): Record<string, Attribute> {
  const found: Record<string, Attribute> = {}
  for (const [name, key] of keysByName(quantities as EntityDocument['quantities'])) {
    const latest = quantities[key]
    const value = latest?.value ?? latest?.label
    // 4.5.2: a Property has a value, and null is none.
    if (latest && value !== undefined) found[name] = measurement(value, latest)
  }
  return found
}

export function measurement(
  value: string | number,
  { label, unit, time, quality, device }: Omit<Measured, 'value'>,
): Attribute {
  const code = unitCode(unit)
  const subs = {
    ...(label === undefined || label === value ? {} : { label: sub(label) }),
    ...(code === undefined && unit !== '' ? { unit: sub(unit) } : {}),
    ...(quality === undefined ? {} : { quality: sub(quality) }),
    ...(device === undefined ? {} : { device: sub(device) }),
  }
  return {
    type: 'Property',
    value,
    ...(code === undefined ? {} : { unitCode: code }),
    observedAt: time,
    ...(Object.keys(subs).length > 0 ? { subs } : {}),
  }
}

function described({ type, attributes }: EntityDocument): Record<string, Attribute> {
  const models = MODELS.get(type)?.attributes ?? []
  return Object.fromEntries(
    Object.entries(attributes).map(([id, value]) => {
      const unit = models.find((model) => model.id === id)?.unit
      const code = unit === undefined ? undefined : unitCode(unit)
      return [attributeName(id), { ...property(value), ...(code === undefined ? {} : { unitCode: code }) }]
    }),
  )
}

function related(
  id: string,
  neighbours: Neighbours,
  typeOf: (entity: string) => string | undefined,
): Record<string, Attribute> {
  const found: Record<string, Attribute> = {}
  for (const kind of RELATION_KINDS) {
    const targets = neighbours.after(id, kind).flatMap((entity) => {
      const type = typeOf(entity)
      return type === undefined ? [] : [entityUrn(type, entity)]
    })
    const [first] = targets
    if (first !== undefined)
      found[attributeName(kind)] = { type: 'Relationship', object: targets.length === 1 ? first : targets }
  }
  return found
}

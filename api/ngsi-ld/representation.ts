import type { Attribute, NgsiEntity } from './entity.ts'

export type Form = 'normalized' | 'concise' | 'keyValues'
type Json = Record<string, unknown>

export interface Shown {
  readonly form: Form
  /** 4.8: times of the system, where they were asked for. */
  readonly system?: { readonly createdAt: string; readonly modifiedAt: string } | undefined
}

/** 4.5.4, 4.5.1 and 4.5.4.1: in full, concise, or values by names. */
export function represent({ id, type, attributes }: NgsiEntity, { form, system }: Shown): Json {
  const shown = Object.entries(attributes).map(
    ([name, attribute]) => [name, formOf(attribute, form)] as const,
  )
  return { id, type, ...Object.fromEntries(shown), ...system }
}

/** 4.5.16: a GeoJSON feature; the geometry is the GeoProperty that was asked for, else null. */
export function toFeature(entity: NgsiEntity, shown: Shown, geometryProperty: string): Json {
  const { id, ...properties } = represent(entity, shown)
  const geometry = entity.attributes[geometryProperty]
  return {
    id,
    type: 'Feature',
    geometry: geometry?.type === 'GeoProperty' ? geometry.value : null,
    properties,
  }
}

export function formOf(attribute: Attribute, form: Form): unknown {
  const { type, value, object, subs = {}, ...rest } = attribute
  const main = object ?? value
  if (form === 'keyValues') return main
  if (form === 'normalized')
    return { type, ...(object === undefined ? { value } : { object }), ...rest, ...subs }
  const more = {
    ...rest,
    ...Object.fromEntries(Object.entries(subs).map(([name, sub]) => [name, sub.value])),
  }
  if (object !== undefined) return { object, ...more }
  return Object.keys(more).length === 0 ? main : { value, ...more }
}

export interface Projection {
  /** Null: all. */
  readonly pick: ReadonlySet<string> | null
  readonly omit: ReadonlySet<string>
}

/** 4.21: only these attributes, or all but those. */
export function project(entity: NgsiEntity, { pick, omit }: Projection): NgsiEntity {
  if (!pick && omit.size === 0) return entity
  const kept = Object.entries(entity.attributes).filter(
    ([name]) => (!pick || pick.has(name)) && !omit.has(name),
  )
  return { ...entity, attributes: Object.fromEntries(kept) }
}

import type { FeatureCollection, Geometry } from 'geojson'
import type { CommandModel } from './command.ts'
import type { Domain } from './entity.ts'

export interface Named {
  readonly nameVi: string
  readonly nameEn: string | null
}

export interface Area extends Named {
  readonly code: string
  readonly level: string
  readonly parent: string | null
}

export type AreaCollection = FeatureCollection<Geometry, Area>

export interface Quantity extends Named {
  readonly id: string
  readonly unit: string
  /** Units a message may use. */
  readonly accepts: readonly string[]
  readonly kind: 'measure' | 'state'
  readonly plausible: Plausible
}

/** Outside it a value is kept, and marked. */
export interface Plausible {
  readonly min: number
  readonly max: number
}

export interface EntityType extends Named {
  readonly id: string
  readonly domain: Domain
  readonly intervalS: number
  /** The quantities it usually has, most telling first. */
  readonly quantities: readonly string[]
  /** By quantity, what such a thing can show: narrower than what the quantity can. */
  readonly plausible: Readonly<Record<string, Plausible>>
  /** What no sensor tells. */
  readonly attributes: readonly Attribute[]
  /** Quantities that follow from others. */
  readonly derived: readonly string[]
  readonly commands: readonly CommandModel[]
}

export interface Attribute extends Named {
  readonly id: string
  readonly unit: string
}

import type { FeatureCollection, Geometry } from 'geojson'
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
  readonly plausible: { readonly min: number; readonly max: number }
}

export interface EntityType extends Named {
  readonly id: string
  readonly domain: Domain
  readonly intervalS: number
  /** The quantities it usually has, most telling first. */
  readonly quantities: readonly string[]
  /** Those that follow from others. */
  readonly derived: readonly string[]
}

export type Domain = 'traffic' | 'water' | 'power' | 'environment'

/** What an entity of one type is and how often it is expected to be heard. */
export interface EntityModel {
  readonly type: string
  readonly domain: Domain
  readonly nameVi: string
  readonly nameEn: string
  /** Expected seconds between readings, unless the device says otherwise. */
  readonly intervalS: number
  /** The quantities it usually has, most telling first: what lists and cards show. */
  readonly quantities: readonly string[]
}

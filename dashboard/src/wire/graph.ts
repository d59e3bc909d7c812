export const RELATION_KINDS = ['feeds', 'measures', 'part-of', 'located-in'] as const
export type RelationKind = (typeof RELATION_KINDS)[number]

export interface GraphNode {
  readonly id: string
  readonly type: string
  readonly name: string | null
  readonly area: string | null
}

/** `GET /entities/{id}/graph`. A relation reads from left to right: `from` feeds `to`. */
export interface Graph {
  readonly items: readonly GraphNode[]
  readonly relations: readonly { readonly kind: RelationKind; readonly from: string; readonly to: string }[]
  readonly truncated: boolean
}

/** `GET /entities/{id}/impact`: what loses supply if it lets nothing through. */
export interface Impact {
  readonly lost: readonly GraphNode[]
  /** Below it, and fed another way. */
  readonly stillFed: readonly GraphNode[]
  /** Meters among those that lose it. */
  readonly customers: number
  readonly truncated: boolean
}

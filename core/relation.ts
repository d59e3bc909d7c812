import type { Micros } from './time.ts'

/**
 * How two entities hang together, read from left to right:
 * `feeds`: what flows through the one reaches the other (feeder → transformer → meter; valve → zone → customer);
 * `measures`: a sensor that is about another thing (pressure point → zone);
 * `part-of`: the one belongs to the other's whole (inverter → plant);
 * `located-in`: the one stands in the other (cabinet → substation).
 */
export const RELATION_KINDS = ['feeds', 'measures', 'part-of', 'located-in'] as const
export type RelationKind = (typeof RELATION_KINDS)[number]

export interface NewRelation {
  readonly kind: RelationKind
  readonly from: string
  readonly to: string
}

export interface Relation extends NewRelation {
  readonly id: number
  readonly createdAt: Micros
}

/** Who stands beside whom, as it is now; answers from memory. */
export interface Neighbours {
  /** Those that it feeds, measures, is part of, stands in. */
  after(entity: string, kind: RelationKind): readonly string[]
  /** Those that feed it, measure it, are its parts, stand in it. */
  before(entity: string, kind: RelationKind): readonly string[]
}

export const NO_NEIGHBOURS: Neighbours = { after: () => [], before: () => [] }

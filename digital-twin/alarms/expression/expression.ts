import type { RelationKind } from '../../../core/relation.ts'

/** Those beside an entity, by the word that an expression has for them: the kind of the relation and the side. */
export const SIDES = {
  feeds: ['feeds', 'after'],
  fedBy: ['feeds', 'before'],
  measures: ['measures', 'after'],
  measuredBy: ['measures', 'before'],
  partOf: ['part-of', 'after'],
  parts: ['part-of', 'before'],
  locatedIn: ['located-in', 'after'],
  holds: ['located-in', 'before'],
} as const satisfies Readonly<Record<string, readonly [RelationKind, 'after' | 'before']>>
export type Side = keyof typeof SIDES

/** Over those beside: of a truth `any` and `all`; of a number the rest; `count` of a truth, or of nothing. */
export type Aggregate = 'any' | 'all' | 'count' | 'sum' | 'min' | 'max' | 'avg'
export type Type = 'number' | 'text' | 'truth'
export type Binary = '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%'

/** Whose fact: of the one that is looked at, or, among those beside it, of the rule's own entity (`self.`). */
type Whose = 'this' | 'self'

export type Node = { readonly type: Type; readonly at: number } & (
  | { readonly op: 'literal'; readonly value: number | string | boolean }
  | { readonly op: 'value' | 'attribute' | 'text'; readonly key: string; readonly whose: Whose }
  | { readonly op: 'id' | 'kind' | 'area'; readonly whose: Whose }
  | { readonly op: 'not' | 'negate'; readonly of: Node }
  | { readonly op: 'abs' | 'least' | 'most'; readonly of: readonly Node[] }
  | { readonly op: Binary; readonly left: Node; readonly right: Node }
  | { readonly op: 'choose'; readonly when: Node; readonly then: Node; readonly otherwise: Node }
  | {
      readonly op: 'among'
      readonly side: Side
      /** Only those of this entity type. */
      readonly only: string | null
      readonly how: Aggregate
      readonly what: Node | null
      /** As it is written. */
      readonly source: string
    }
)

/** A parsed expression, and which quantities (without their channels) it looks at, of whom. */
export interface Expression {
  readonly root: Node
  readonly own: ReadonlySet<string>
  readonly beside: ReadonlyMap<Side, ReadonlySet<string>>
}

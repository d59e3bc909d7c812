import type { RelationKind } from '../core/relation.ts'
import type { NewRule } from './alarms/rule.ts'

export type Domain = 'traffic' | 'water' | 'power' | 'environment'

/** What an entity of one type is, what is known of it, and what of it may be wrong. */
export interface EntityModel {
  readonly type: string
  readonly domain: Domain
  readonly nameVi: string
  readonly nameEn: string
  /** Expected seconds between readings, unless the device says otherwise. */
  readonly intervalS: number
  /** The quantities it usually has, most telling first: what lists and cards show. */
  readonly quantities: readonly string[]
  /** By quantity, the range in its own unit that such a thing can be in: narrower than the quantity's own. */
  readonly plausible?: Readonly<Record<string, Range>>
  /** What no sensor tells and somebody must: a rating, a volume. */
  readonly attributes?: readonly AttributeModel[]
  readonly derived?: readonly DerivedQuantity[]
  /** Alarm rules that every installation begins with. */
  readonly rules?: readonly ModelRule[]
  readonly commands?: readonly CommandModel[]
}

export interface Range {
  readonly min: number
  readonly max: number
}

export interface AttributeModel {
  /** kebab-case, e.g. `rated-apparent-power`. */
  readonly id: string
  /** UCUM. */
  readonly unit: string
  readonly nameVi: string
  readonly nameEn: string
}

/** Of one type; its id becomes `<type>.<id>`, its scope is the type. */
export type ModelRule = Omit<NewRule, 'scope'> & { readonly id: string }

/** What a derived quantity is computed from: the newest values of one entity, and of those beside it. */
export interface DerivedInput {
  readonly id: string
  /**
   * In the quantity's unit; key: `<quantity>[/<channel>]`. Undefined where there is none that may be relied upon: it is not
   * good, outside what such a thing can show, or older than five expected intervals of its entity, which then is silent.
   */
  value(key: string): number | undefined
  /** Whether it has ever told such a value: where it has and `value` is undefined, the value is unknown now. */
  tells(key: string): boolean
  attribute(id: string): number | undefined
  /** Those that it feeds, measures, …, or that feed, measure, … it. */
  related(kind: RelationKind, side: 'after' | 'before'): readonly DerivedInput[]
  /** What several quantities of one document follow from is computed once for all of them. */
  once<T>(name: string, compute: () => T): T
}

/** A text is a label, of a state. `coverage`: which share of what it follows from was heard, where that is not all. Null: what
 *  it needs is not there, or not known. */
export type Derived = number | string | { readonly value: number; readonly coverage: number } | null

/** A quantity that follows from others. Pure; never stored. */
export interface DerivedQuantity {
  /** In the catalogue of quantities; one that a sensor measures itself is not computed. */
  readonly quantity: string
  /** It follows from values of those beside it, too. */
  readonly usesRelated?: true
  compute(input: DerivedInput): Derived
}

/** Something that can be asked of its device. */
export interface CommandModel {
  readonly name: string
  readonly nameVi: string
  readonly nameEn: string
  /** By argument; all are needed. */
  readonly args: Readonly<Record<string, CommandArgument>>
  /** The quantity that tells whether it was done, and the argument that it then equals. */
  readonly reported?: { readonly quantity: string; readonly arg: string; readonly tolerance: number }
  /** What the page says before somebody confirms it, e.g. who loses supply. */
  readonly warningVi?: string
  readonly warningEn?: string
}

export type CommandArgument =
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly unit: string }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }

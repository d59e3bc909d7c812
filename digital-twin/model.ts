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

interface AttributeModel {
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
  /** In the quantity's unit; key: `<quantity>[/<channel>]`. Undefined where there is none, or it is not good. */
  value(key: string): number | undefined
  attribute(id: string): number | undefined
  /** Those that it feeds, measures, …, or that feed, measure, … it. */
  related(kind: RelationKind, side: 'after' | 'before'): readonly DerivedInput[]
}

/** A quantity that follows from others. Pure; never stored. */
export interface DerivedQuantity {
  /** In the catalogue of quantities; one that a sensor measures itself is not computed. */
  readonly quantity: string
  /** It follows from values of those beside it, too. */
  readonly usesRelated?: true
  /** Null: what it needs is not there. A text is a label, of a state. */
  compute(input: DerivedInput): number | string | null
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

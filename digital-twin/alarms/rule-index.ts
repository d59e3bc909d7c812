import { err, ok, type Result } from '../../core/result.ts'
import type { Entity } from '../../store/device.ts'
import { MODELS } from '../models/index.ts'
import { keyParts } from '../twin-state.ts'
import type { Expression } from './expression/expression.ts'
import { parseExpression } from './expression/parse.ts'
import type { Rule, RuleScope } from './rule.ts'
import { type ExpressionWatch, type Watch, type Watches, watchesOf } from './watch.ts'

/** An area with all that it lies in, itself first. */
export type AreasAbove = (area: string | null) => readonly string[]

const PLACES = { entity: 'entity ', area: 'area ', type: 'type ', all: '' } as const

/** Which rules look at an entity's quantity. Rules come and go one by one; what that means for an entity is worked out when it is
 *  next asked for. What a rule that stayed remembers of it stays as well. */
export class RuleIndex {
  readonly #rules = new Map<string, Rule>()
  /** By what a rule's scope can be found quickest by. */
  readonly #places = new Map<string, Map<string, Rule>>()
  readonly #expressions = new Map<string, Result<Expression, unknown>>()
  readonly #watches = new Map<string, Watches>()
  readonly #areasAbove: AreasAbove
  /** Told of an entity that is another object than when it was asked for last. */
  onMoved: (entity: string) => void = () => {}
  /** Goes up when a rule changes that may be about any entity. */
  #changes = 0

  constructor(areasAbove: AreasAbove, rules: Iterable<Rule> = []) {
    this.#areasAbove = areasAbove
    for (const rule of rules) this.set(rule)
  }

  /** Whether there are expressions at all. */
  get hasExpressions(): boolean {
    return this.#expressions.size > 0
  }

  rule = (id: string): Rule | undefined => this.#rules.get(id)

  /** One that is disabled is as one that is not there. Gives what was there before. */
  set(rule: Rule): Rule | undefined {
    const before = this.remove(rule.id)
    if (!rule.isEnabled) return before
    const { condition } = rule
    if (condition.kind === 'expression') {
      const parsed = parseExpression(condition.expression)
      this.#expressions.set(rule.id, parsed.ok ? ok(parsed.value) : err(null))
    }
    this.#rules.set(rule.id, rule)
    for (const place of placesOf(rule.scope)) {
      const known = this.#places.get(place)
      if (known) known.set(rule.id, rule)
      else this.#places.set(place, new Map([[rule.id, rule]]))
    }
    this.#forget(rule.scope)
    return before
  }

  remove(id: string): Rule | undefined {
    const rule = this.#rules.get(id)
    if (!rule) return undefined
    this.#rules.delete(id)
    this.#expressions.delete(id)
    for (const place of placesOf(rule.scope)) this.#places.get(place)?.delete(id)
    this.#forget(rule.scope)
    return rule
  }

  #forget({ entities }: RuleScope): void {
    if (!entities?.length) this.#changes += 1
    else
      for (const id of entities) {
        const known = this.#watches.get(id)
        if (known) this.#watches.set(id, { ...known, isOf: -1 })
      }
  }

  /** What was worked out of an entity last; perhaps it is not so any more. */
  known = (entity: string): Watches | undefined => this.#watches.get(entity)

  of(entity: Entity): Watches {
    const known = this.#watches.get(entity.id)
    // Another object: what is known of it changed, perhaps where it stands.
    if (known?.entity === entity && known.isOf === this.#changes) return known
    const watches = this.#workOut(entity, known)
    this.#watches.set(entity.id, watches)
    if (known && known.entity !== entity) this.onMoved(entity.id)
    return watches
  }

  #workOut(entity: Entity, before: Watches | undefined): Watches {
    const states = new Map(before ? [...watchesOf(before)].map((watch) => [watch.rule, watch.states]) : [])
    const byQuantity = new Map<string, Watch[]>()
    const [all, silence, expressions]: [Watch[], Watch[], ExpressionWatch[]] = [[], [], []]
    for (const rule of this.#rulesOn(entity)) {
      const watch: Watch = { rule, entity, states: states.get(rule) ?? new Map() }
      const { condition } = rule
      if (condition.kind === 'silence') silence.push(watch)
      else if (condition.kind === 'expression') {
        const parsed = this.#expressions.get(rule.id)
        if (parsed?.ok) expressions.push({ ...watch, expression: parsed.value })
      } else if (condition.quantity !== undefined)
        push(byQuantity, keyParts(condition.quantity).quantity, watch)
      else all.push(watch)
    }
    const derived = (MODELS.get(entity.type)?.derived ?? []).filter(({ quantity }) =>
      byQuantity.has(quantity),
    )
    return {
      ...{ entity, byQuantity, all, silence, expressions, isOf: this.#changes },
      derived: derived.map(({ quantity }) => quantity),
      looksAround: derived.some(({ usesRelated }) => usesRelated === true),
    }
  }

  *#rulesOn(entity: Entity): Iterable<Rule> {
    const areas = this.#areasAbove(entity.area)
    const ofAreas = areas.map((area) => PLACES.area + area)
    for (const place of [PLACES.entity + entity.id, ...ofAreas, PLACES.type + entity.type, PLACES.all])
      for (const rule of this.#places.get(place)?.values() ?? [])
        if (isOn(rule.scope, entity, areas)) yield rule
  }
}

function isOn(
  { types, domain, entities, area }: RuleScope,
  entity: Entity,
  areas: readonly string[],
): boolean {
  return (
    (!types?.length || types.includes(entity.type)) &&
    (!entities?.length || entities.includes(entity.id)) &&
    (domain === undefined || MODELS.get(entity.type)?.domain === domain) &&
    (area === undefined || areas.includes(area))
  )
}

function placesOf({ entities, area, types }: RuleScope): readonly string[] {
  if (entities?.length) return [...new Set(entities)].map((id) => PLACES.entity + id)
  if (area !== undefined) return [PLACES.area + area]
  if (types?.length) return [...new Set(types)].map((type) => PLACES.type + type)
  return [PLACES.all]
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key)
  if (list) list.push(item)
  else map.set(key, [item])
}

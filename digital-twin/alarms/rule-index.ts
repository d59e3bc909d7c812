import type { Entity } from '../../store/device.ts'
import { MODELS } from '../models/index.ts'
import { keyParts } from '../twin-state.ts'
import { begun, type DetectorState } from './detectors/detector.ts'
import type { Rule, RuleScope } from './rule.ts'

/** One rule on one entity. */
export interface Watch {
  readonly rule: Rule
  readonly entity: Entity
  /** By quantity key. */
  readonly states: Map<string, DetectorState>
}

interface Watches {
  readonly entity: Entity
  readonly byQuantity: ReadonlyMap<string, readonly Watch[]>
  /** Of every quantity. */
  readonly all: readonly Watch[]
  readonly silence: readonly Watch[]
  /** Those of the quantities above that follow from others. */
  readonly derived: readonly string[]
}

/** Which rules look at an entity's quantity. Worked out when an entity is first heard of. */
export class RuleIndex {
  readonly #byEntity = new Map<string, Rule[]>()
  readonly #byType = new Map<string, Rule[]>()
  readonly #others: Rule[] = []
  readonly #watches = new Map<string, Watches>()
  readonly #isWithin: (area: string | null, whole: string) => boolean

  constructor(rules: readonly Rule[], isWithin: (area: string | null, whole: string) => boolean) {
    this.#isWithin = isWithin
    for (const rule of rules) {
      if (!rule.isEnabled) continue
      const { entities, types } = rule.scope
      if (entities?.length) for (const id of new Set(entities)) push(this.#byEntity, id, rule)
      else if (types?.length) for (const id of new Set(types)) push(this.#byType, id, rule)
      else this.#others.push(rule)
    }
  }

  of(entity: Entity): Watches {
    const known = this.#watches.get(entity.id)
    // Another object: what is known of it changed, perhaps where it stands.
    if (known?.entity === entity) return known
    const byQuantity = new Map<string, Watch[]>()
    const [all, silence]: [Watch[], Watch[]] = [[], []]
    for (const rules of [this.#byEntity.get(entity.id), this.#byType.get(entity.type), this.#others])
      for (const rule of rules ?? []) {
        if (!this.#covers(rule.scope, entity)) continue
        const watch: Watch = { rule, entity, states: new Map() }
        const { condition } = rule
        if (condition.kind === 'silence') silence.push(watch)
        else if ('quantity' in condition && condition.quantity !== undefined)
          push(byQuantity, keyParts(condition.quantity).quantity, watch)
        else all.push(watch)
      }
    const derived = (MODELS.get(entity.type)?.derived ?? []).flatMap(({ quantity }) =>
      byQuantity.has(quantity) ? [quantity] : [],
    )
    const watches = { entity, byQuantity, all, silence, derived }
    this.#watches.set(entity.id, watches)
    return watches
  }

  #covers({ types, domain, area, entities }: RuleScope, entity: Entity): boolean {
    return (
      (!types?.length || types.includes(entity.type)) &&
      (!entities?.length || entities.includes(entity.id)) &&
      (domain === undefined || MODELS.get(entity.type)?.domain === domain) &&
      (area === undefined || this.#isWithin(entity.area, area))
    )
  }
}

export const stateOf = (watch: Watch, key: string, isActive: () => boolean): DetectorState =>
  watch.states.get(key) ?? begun(isActive())

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key)
  if (list) list.push(item)
  else map.set(key, [item])
}

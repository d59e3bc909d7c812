import type { Neighbours } from '../../core/relation.ts'
import { parseRfc3339 } from '../../core/time.ts'
import type { Entity } from '../../store/device.ts'
import type { DerivedDocument } from '../derive.ts'
import { keyParts, type LatestValue } from '../twin-state.ts'
import type { Facts } from './expression/evaluate.ts'
import { SIDES, type Side } from './expression/expression.ts'

/** Where what is known of entities is found: live, or as it was. */
export interface FactSource {
  readonly neighbours: Neighbours
  entity(id: string): Entity | undefined
  latest(id: string): Readonly<Record<string, LatestValue>>
  derived(id: string): Readonly<Record<string, DerivedDocument>>
}

/** An entity as expressions see it. */
export class EntityFacts implements Facts {
  readonly #entity: Entity
  readonly #source: FactSource
  #derived: Readonly<Record<string, DerivedDocument>> | null = null

  constructor(entity: Entity, source: FactSource) {
    this.#entity = entity
    this.#source = source
  }

  get id(): string {
    return this.#entity.id
  }

  get type(): string {
    return this.#entity.type
  }

  get area(): string | null {
    return this.#entity.area
  }

  value(key: string): { value: number; time: number } | undefined {
    const measured = this.#source.latest(this.id)[key]
    if (measured) {
      const { value, time, quality } = measured
      const isGood = quality === 'good' || quality === 'estimated'
      return value === null || !isGood ? undefined : { value, time }
    }
    if (keyParts(key).channel !== '') return undefined
    this.#derived ??= this.#source.derived(this.id)
    const { value = null, time } = this.#derived[key] ?? {}
    return value === null ? undefined : { value, time: parseRfc3339(time ?? '') ?? 0 }
  }

  attribute(id: string): number | string | undefined {
    const { attributes } = this.#entity
    return Object.hasOwn(attributes, id) ? attributes[id] : undefined
  }

  *beside(side: Side): Iterable<Facts> {
    const [kind, direction] = SIDES[side]
    for (const id of this.#source.neighbours[direction](this.id, kind)) {
      const entity = this.#source.entity(id)
      if (entity) yield new EntityFacts(entity, this.#source)
    }
  }
}

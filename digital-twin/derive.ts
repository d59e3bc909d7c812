import { QUANTITIES } from '../core/quantity.ts'
import type { Neighbours, RelationKind } from '../core/relation.ts'
import { formatTime, type Micros } from '../core/time.ts'
import type { Entity } from '../store/device.ts'
import type { DerivedInput } from './model.ts'
import { MODELS } from './models/index.ts'
import type { TwinState } from './twin-state.ts'

export interface DerivedDocument {
  readonly value: number | null
  /** Only for states told in words. */
  readonly label?: string
  readonly unit: string
  /** The newest time of what it follows from. */
  readonly time: string
}

/** Where the states of entities, and of those beside them, are found. */
export interface Surroundings {
  readonly neighbours: Neighbours
  of(entity: string): { readonly entity: Entity; readonly state: TwinState } | null
}

/** What follows from an entity's values and those beside it. What a sensor measures itself is not computed. */
export function derivedOf(
  entity: Entity,
  state: TwinState,
  around: Surroundings,
): Readonly<Record<string, DerivedDocument>> {
  const all: Record<string, DerivedDocument> = {}
  for (const { quantity, compute } of MODELS.get(entity.type)?.derived ?? []) {
    if (quantity in state.latest) continue
    const read = { newest: null as Micros | null }
    const found = compute(new Input(entity, state, around, read))
    const isUsable = typeof found === 'string' || Number.isFinite(found)
    if (found === null || !isUsable || read.newest === null) continue
    all[quantity] = {
      ...(typeof found === 'string' ? { value: null, label: found } : { value: rounded(found) }),
      unit: QUANTITIES.get(quantity)?.unit ?? '',
      time: formatTime(read.newest),
    }
  }
  return all
}

/** Six digits: more than any sensor has, and none of what binary fractions leave behind. */
const rounded = (value: number): number => Number(value.toPrecision(6))

class Input implements DerivedInput {
  readonly #entity: Entity
  readonly #state: TwinState
  readonly #around: Surroundings
  /** Shared by all inputs of one computation. */
  readonly #read: { newest: Micros | null }

  constructor(entity: Entity, state: TwinState, around: Surroundings, read: { newest: Micros | null }) {
    this.#entity = entity
    this.#state = state
    this.#around = around
    this.#read = read
  }

  value(key: string): number | undefined {
    const latest = this.#state.latest[key]
    if (!latest || latest.value === null) return undefined
    if (latest.quality !== 'good' && latest.quality !== 'estimated') return undefined
    this.#read.newest = Math.max(this.#read.newest ?? latest.time, latest.time)
    return latest.value
  }

  attribute(id: string): number | undefined {
    const value = this.#entity.attributes[id]
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }

  related(kind: RelationKind, side: 'after' | 'before'): readonly DerivedInput[] {
    return this.#around.neighbours[side](this.#entity.id, kind).flatMap((id) => {
      const found = this.#around.of(id)
      return found ? [new Input(found.entity, found.state, this.#around, this.#read)] : []
    })
  }
}

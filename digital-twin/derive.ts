import { QUANTITIES } from '../core/quantity.ts'
import type { Neighbours, RelationKind } from '../core/relation.ts'
import { formatTime, type Micros } from '../core/time.ts'
import type { Entity } from '../store/device.ts'
import { isOutdated } from './freshness.ts'
import type { Derived, DerivedInput } from './model.ts'
import { MODELS } from './models/index.ts'
import { keyParts, type TwinState } from './twin-state.ts'

export interface DerivedDocument {
  readonly value: number | null
  /** Only for states told in words. */
  readonly label?: string
  /** Only where not all of what it follows from was heard: the share that was, of which the whole is estimated. */
  readonly coverage?: number
  readonly unit: string
  /** The newest time of what it follows from. */
  readonly time: string
}

/** Where the states of entities, and of those beside them, are found. */
export interface Surroundings {
  readonly neighbours: Neighbours
  /** What is too old by then is not used. */
  readonly now: Micros
  of(entity: string): { readonly entity: Entity; readonly state: TwinState } | null
  intervalS(entity: Entity): number
}

/** What follows from an entity's values and those beside it. What a sensor measures itself is not computed. */
export function derivedOf(
  entity: Entity,
  state: TwinState,
  around: Surroundings,
): Readonly<Record<string, DerivedDocument>> {
  const all: Record<string, DerivedDocument> = {}
  const derived = MODELS.get(entity.type)?.derived
  if (!derived) return all
  const computation: Computation = { around, newest: null, inputs: new Map(), known: new Map() }
  const input = new Input(entity, state, computation)
  for (const { quantity, compute } of derived) {
    if (quantity in state.latest) continue
    computation.newest = null
    const shown = shownOf(compute(input))
    if (shown === null || computation.newest === null) continue
    const unit = QUANTITIES.get(quantity)?.unit ?? ''
    all[quantity] = { ...shown, unit, time: formatTime(computation.newest) }
  }
  return all
}

/** The newest reading; of what no device observes, as a zone of meters, the newest one that its values follow from. */
export function heardOf(
  { lastSeen }: TwinState,
  isObserved: boolean,
  derived: Readonly<Record<string, DerivedDocument>>,
): Micros | null {
  if (lastSeen !== null || isObserved) return lastSeen
  const times = Object.values(derived).map(({ time }) => Date.parse(time) * 1000)
  return times.length === 0 ? null : Math.max(...times)
}

function shownOf(found: Derived): Pick<DerivedDocument, 'value' | 'label' | 'coverage'> | null {
  if (typeof found === 'string') return { value: null, label: found }
  const { value, coverage } = typeof found === 'number' ? { value: found, coverage: 1 } : (found ?? NOTHING)
  if (!Number.isFinite(value)) return null
  return { value: rounded(value), ...(coverage < 1 ? { coverage: rounded(coverage) } : {}) }
}

const NOTHING = { value: Number.NaN, coverage: 0 }

/** Six digits: more than any sensor has, and none of what binary fractions leave behind. */
const rounded = (value: number): number => Number(value.toPrecision(6))

/** Of all derived quantities of one document. */
interface Computation {
  readonly around: Surroundings
  /** The newest time of what the quantity at hand was computed from. */
  newest: Micros | null
  readonly inputs: Map<string, Input>
  readonly known: Map<string, { readonly value: unknown; readonly newest: Micros | null }>
}

class Input implements DerivedInput {
  readonly #entity: Entity
  readonly #state: TwinState
  readonly #computation: Computation

  constructor(entity: Entity, state: TwinState, computation: Computation) {
    this.#entity = entity
    this.#state = state
    this.#computation = computation
    computation.inputs.set(entity.id, this)
  }

  get id(): string {
    return this.#entity.id
  }

  value(key: string): number | undefined {
    const latest = this.#state.latest[key]
    if (!latest || latest.value === null) return undefined
    const { time, value, quality } = latest
    if (quality !== 'good' && quality !== 'estimated') return undefined
    const { around } = this.#computation
    if (isOutdated(time, around.intervalS(this.#entity), around.now)) return undefined
    const range = MODELS.get(this.#entity.type)?.plausible?.[keyParts(key).quantity]
    if (range && (value < range.min || value > range.max)) return undefined
    this.#note(time)
    return value
  }

  tells(key: string): boolean {
    return key in this.#state.latest
  }

  attribute(id: string): number | undefined {
    const value = this.#entity.attributes[id]
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }

  related(kind: RelationKind, side: 'after' | 'before'): readonly DerivedInput[] {
    const { around, inputs } = this.#computation
    return around.neighbours[side](this.id, kind).flatMap((id) => {
      const known = inputs.get(id)
      if (known) return [known]
      const found = around.of(id)
      return found ? [new Input(found.entity, found.state, this.#computation)] : []
    })
  }

  once<T>(name: string, compute: () => T): T {
    const key = `${name} ${this.id}`
    const computation = this.#computation
    const known = computation.known.get(key)
    if (known) {
      this.#note(known.newest)
      return known.value as T
    }
    const before = computation.newest
    computation.newest = null
    const value = compute()
    computation.known.set(key, { value, newest: computation.newest })
    this.#note(before)
    return value
  }

  #note(time: Micros | null): void {
    const { newest } = this.#computation
    if (time !== null && (newest === null || time > newest)) this.#computation.newest = time
  }
}

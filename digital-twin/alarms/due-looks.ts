import type { Neighbours } from '../../core/relation.ts'
import { inSlices } from '../../core/slices.ts'
import type { Entity } from '../../store/device.ts'
import { MODELS } from '../models/index.ts'
import { SIDES, type Side } from './expression/expression.ts'
import type { RuleIndex } from './rule-index.ts'

interface DueParts {
  readonly index: RuleIndex
  readonly neighbours: Neighbours
  readonly registry: { entity(id: string): Entity | undefined }
  readonly twins: { dependants(entity: string): readonly string[] }
}

const OPPOSITE = { after: 'before', before: 'after' } as const
const SLICE_MS = 4
/** Any of an entity's quantities. */
const ANY = '*'
const NOBODY: ReadonlyMap<string, ReadonlySet<string>> = new Map()

/**
 * Whose expressions, and derived quantities that follow from others', a reading may change: they are looked at a moment
 * later, once for all readings of that time, for a zone has thousands of meters.
 */
export class DueLooks {
  readonly #parts: DueParts
  /** By entity and its quantity: the entities that have an expression which looks at it. */
  readonly #lookers = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()
  #due = new Set<string>()
  #isLooking = false

  constructor(parts: DueParts) {
    this.#parts = parts
  }

  /** On the way of every reading. */
  touched(entity: string, quantity: string): void {
    const { index, twins, registry } = this.#parts
    if (index.hasExpressions) {
      const lookers = this.#lookersAt(entity)
      for (const looker of lookers.get(quantity) ?? []) this.#due.add(looker)
      for (const looker of lookers.get(ANY) ?? []) this.#due.add(looker)
    }
    for (const one of twins.dependants(entity)) {
      const other = registry.entity(one)
      if (other && index.of(other).looksAround) this.#due.add(one)
      if (index.hasExpressions)
        for (const looker of this.#lookersAt(one).get(ANY) ?? []) this.#due.add(looker)
    }
  }

  add(entity: string): void {
    this.#due.add(entity)
  }

  /** Looks at those that are due; not while it is still at it. */
  async lookAt(look: (entity: Entity) => void): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const due = this.#due
    this.#due = new Set()
    try {
      await inSlices(due, SLICE_MS, (id) => {
        const entity = this.#parts.registry.entity(id)
        if (entity) look(entity)
      })
    } finally {
      this.#isLooking = false
    }
  }

  /** Rules, relations or entities changed. */
  forget(): void {
    this.#lookers.clear()
  }

  #lookersAt(entity: string): ReadonlyMap<string, ReadonlySet<string>> {
    const known = this.#lookers.get(entity)
    if (known) return known
    const found = this.#find(entity)
    this.#lookers.set(entity, found)
    return found
  }

  #find(id: string): ReadonlyMap<string, ReadonlySet<string>> {
    const { index, registry, neighbours } = this.#parts
    const entity = registry.entity(id)
    if (!entity) return NOBODY
    const computed = new Set(MODELS.get(entity.type)?.derived?.map(({ quantity }) => quantity))
    const lookers = new Map<string, Set<string>>()
    const add = (quantities: Iterable<string>, looker: string) => {
      for (const quantity of quantities)
        for (const key of computed.has(quantity) ? [quantity, ANY] : [quantity])
          lookers.set(key, (lookers.get(key) ?? new Set()).add(looker))
    }
    for (const { expression } of index.of(entity).expressions) add(expression.own, id)
    for (const [side, [kind, direction]] of Object.entries(SIDES) as [Side, (typeof SIDES)[Side]][])
      for (const other of neighbours[OPPOSITE[direction]](id, kind)) {
        const looker = registry.entity(other)
        for (const { expression } of looker ? index.of(looker).expressions : [])
          add(expression.beside.get(side) ?? [], other)
      }
    return lookers.size > 0 ? lookers : NOBODY
  }
}

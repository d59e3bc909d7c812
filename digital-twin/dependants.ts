import type { Neighbours } from '../core/relation.ts'
import { MODELS } from './models/index.ts'

/** A tank looks for its outflow so far down, a zone for its inflow so far up. */
export const LEVELS = 5

const SIDES = ['after', 'before'] as const
const NONE: readonly string[] = []

/** Which entities' derived quantities follow from another's values. Remembered, for it is asked with each reading. */
export class Dependants {
  readonly #neighbours: Neighbours
  readonly #typeOf: (entity: string) => string | undefined
  readonly #known = new Map<string, readonly string[]>()

  constructor(neighbours: Neighbours, typeOf: (entity: string) => string | undefined) {
    this.#neighbours = neighbours
    this.#typeOf = typeOf
  }

  of(entity: string): readonly string[] {
    const known = this.#known.get(entity)
    if (known) return known
    // Most stand alone, and take no room here.
    if (!SIDES.some((side) => this.#neighbours[side](entity, 'feeds').length > 0)) return NONE
    const found = this.#find(entity)
    this.#known.set(entity, found)
    return found
  }

  /** Relations changed. */
  forget(): void {
    this.#known.clear()
  }

  #find(entity: string): string[] {
    const found = new Set<string>()
    for (const side of SIDES) {
      let reached: ReadonlySet<string> = new Set([entity])
      for (let level = 0; level < LEVELS && reached.size > 0; level++) {
        reached = new Set([...reached].flatMap((one) => this.#neighbours[side](one, 'feeds')))
        for (const one of reached) found.add(one)
      }
    }
    return [...found].filter((one) => isLooking(this.#typeOf(one) ?? ''))
  }
}

/** Whether something that follows for a type needs the values of those beside it. */
export const isLooking = (type: string): boolean =>
  MODELS.get(type)?.derived?.some(({ usesRelated }) => usesRelated === true) === true

import { keyOf } from './external-ids.ts'

interface Wanted {
  readonly ids?: readonly string[]
  readonly clientIds?: readonly (string | null | undefined)[]
  readonly externalIds?: readonly string[]
}

/** Ids and names that a change takes which the database has not answered yet: asked meanwhile, they are taken already. */
export class UnderWay {
  readonly #ids = new Set<string>()
  readonly #clientIds = new Set<string>()
  readonly #externalIds = new Set<string>()

  hasId = (id: string): boolean => this.#ids.has(id)
  hasClientId = (id: string): boolean => this.#clientIds.has(id)
  hasExternalId = (name: string): boolean => this.#externalIds.has(keyOf(name))

  async during<T>(
    { ids = [], clientIds = [], externalIds = [] }: Wanted,
    work: () => Promise<T>,
  ): Promise<T> {
    // Only what is not another change's already: it must not be freed while that one goes on.
    const taken = [
      ...added(this.#ids, ids),
      ...added(
        this.#clientIds,
        clientIds.filter((id) => id != null),
      ),
      ...added(this.#externalIds, externalIds.map(keyOf)),
    ]
    try {
      return await work()
    } finally {
      for (const [set, key] of taken) set.delete(key)
    }
  }
}

function added(set: Set<string>, keys: readonly string[]): [set: Set<string>, key: string][] {
  const taken: [Set<string>, string][] = []
  for (const key of keys)
    if (!set.has(key)) {
      set.add(key)
      taken.push([set, key])
    }
  return taken
}

/** Which devices go by which names of other systems. Names are compared without case and outer blanks, for a DevEUI is
 *  written both ways. */
export class ExternalIds {
  /** Nearly every name is one device's: no array for it. */
  readonly #ids = new Map<string, string | readonly string[]>()

  clear(): void {
    this.#ids.clear()
  }

  find(name: string): readonly string[] {
    const found = this.#ids.get(keyOf(name))
    return found === undefined ? [] : typeof found === 'string' ? [found] : found
  }

  replace(id: string, before: readonly string[], after: readonly string[]): void {
    if (before === after) return
    for (const name of before) this.#put(name, (ids) => ids.filter((other) => other !== id))
    for (const name of after) this.#put(name, (ids) => (ids.includes(id) ? ids : [...ids, id]))
  }

  #put(name: string, change: (ids: readonly string[]) => readonly string[]): void {
    const ids = change(this.find(name))
    const [only] = ids
    if (only === undefined) this.#ids.delete(keyOf(name))
    else this.#ids.set(keyOf(name), ids.length === 1 ? only : ids)
  }
}

const keyOf = (name: string): string => name.trim().toLowerCase()

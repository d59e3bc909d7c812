import type { Device } from './device.ts'

type Named = Pick<Device, 'id' | 'externalIds' | 'gateways' | 'isUnclaimed'>

/** Which devices go by which names of other systems. Names are compared without case and outer blanks, for a DevEUI is
 *  written both ways. What a gateway's rule made is known by name to that gateway alone: there may be thousands of a name. */
export class ExternalIds {
  readonly #all = new Index()
  readonly #behind = new Index()

  clear(): void {
    this.#all.clear()
    this.#behind.clear()
  }

  /** Of all but what gateways' rules made. */
  find = (name: string): readonly string[] => this.#all.find(keyOf(name))

  /** Of those that this gateway may speak for. */
  findBehind = (gateway: string, name: string): readonly string[] => this.#behind.find(behind(gateway, name))

  replace(before: Named | undefined, after: Named): void {
    if (before && isNamedAlike(before, after)) return
    if (before)
      for (const name of before.externalIds) {
        this.#all.remove(keyOf(name), before.id)
        for (const gateway of before.gateways) this.#behind.remove(behind(gateway, name), before.id)
      }
    const isOnlyItsGateways = after.isUnclaimed && after.gateways.length > 0
    for (const name of after.externalIds) {
      if (!isOnlyItsGateways) this.#all.add(keyOf(name), after.id)
      for (const gateway of after.gateways) this.#behind.add(behind(gateway, name), after.id)
    }
  }
}

const isNamedAlike = (a: Named, b: Named): boolean =>
  a.externalIds === b.externalIds && a.gateways === b.gateways && a.isUnclaimed === b.isUnclaimed

export const keyOf = (name: string): string => name.trim().toLowerCase()
/** Ids differ by case, and hold no blank. */
const behind = (gateway: string, name: string): string => `${gateway} ${keyOf(name)}`

class Index {
  /** Nearly every name is one device's: no set for it. */
  readonly #ids = new Map<string, string | Set<string>>()

  clear(): void {
    this.#ids.clear()
  }

  find(key: string): readonly string[] {
    const found = this.#ids.get(key)
    return found === undefined ? [] : typeof found === 'string' ? [found] : [...found]
  }

  add(key: string, id: string): void {
    const found = this.#ids.get(key)
    if (found === undefined) this.#ids.set(key, id)
    else if (typeof found !== 'string') found.add(id)
    else if (found !== id) this.#ids.set(key, new Set([found, id]))
  }

  remove(key: string, id: string): void {
    const found = this.#ids.get(key)
    if (found === id) this.#ids.delete(key)
    else if (found !== undefined && typeof found !== 'string') {
      found.delete(id)
      if (found.size === 0) this.#ids.delete(key)
    }
  }
}

import type { Micros } from '../core/time.ts'

/** What a codec remembers of one sender between messages, e.g. the names that a birth gave to aliases. */
export interface Memory {
  get(key: string): unknown
  set(key: string, value: unknown): void
  delete(key: string): void
}

/** Knows nothing and learns nothing: for a look at a message by itself. */
export const NO_MEMORY: Memory = { get: () => undefined, set() {}, delete() {} }

const KEYS_PER_SENDER_MAX = 10_000
const VERSIONS_MAX = 4

interface Version {
  readonly since: Micros
  readonly value: unknown
}

/** The memories of all senders. Messages out of the spool are read with what was known when they came, so the last few
 *  versions of everything are kept, each with the time of receipt from which it held. */
export class Memories {
  readonly #bySender = new Map<string, Map<string, Version[]>>()

  at(sender: string, receivedAt: Micros): Memory {
    return {
      get: (key) =>
        this.#bySender
          .get(sender)
          ?.get(key)
          ?.findLast(({ since }) => since <= receivedAt)?.value,
      set: (key, value) => this.#set(sender, key, { since: receivedAt, value }),
      delete: (key) => this.#set(sender, key, { since: receivedAt, value: undefined }),
    }
  }

  forget(sender: string): void {
    this.#bySender.delete(sender)
  }

  #set(sender: string, key: string, version: Version): void {
    const keys = this.#bySender.get(sender) ?? new Map<string, Version[]>()
    this.#bySender.set(sender, keys)
    const versions = keys.get(key) ?? []
    const kept = versions.filter(({ since }) => since !== version.since)
    kept.push(version)
    kept.sort((a, b) => a.since - b.since)
    // Most recently used last, so that the oldest leave first at the bound.
    keys.delete(key)
    keys.set(key, kept.slice(-VERSIONS_MAX))
    for (const oldest of keys.keys()) {
      if (keys.size <= KEYS_PER_SENDER_MAX) break
      keys.delete(oldest)
    }
  }
}

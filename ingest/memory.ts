import type { Micros } from '../core/time.ts'
import { weightOf } from '../core/weight.ts'

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
const BYTES_PER_SENDER_MAX = 8 * 1024 * 1024
const BYTES_MAX = 256 * 1024 * 1024
const KEY_OVERHEAD_BYTES = 200

interface Version {
  readonly since: Micros
  readonly value: unknown
  readonly bytes: number
}

class OfSender {
  readonly keys = new Map<string, readonly Version[]>()
  bytes = 0
}

/** The memories of all senders. Messages out of the spool are read with what was known when they came, so the last few
 *  versions of everything are kept, each with the time of receipt from which it held. Bounded in bytes, for each sender and
 *  for all: what was learned longest ago leaves, and is asked for again, or its messages are refused. */
export class Memories {
  /** The sender that learned something last is the last one. */
  readonly #bySender = new Map<string, OfSender>()
  #bytes = 0

  /** `isReplay`: a message that came then and is read again. Where nothing was known then, what was learned next tells. */
  at(sender: string, receivedAt: Micros, isReplay = false): Memory {
    return {
      get: (key) => {
        const versions = this.#bySender.get(sender)?.keys.get(key)
        const known = versions?.findLast(({ since }) => since <= receivedAt)
        return (known ?? (isReplay ? versions?.[0] : undefined))?.value
      },
      set: (key, value) => this.#set(sender, key, receivedAt, value),
      delete: (key) => this.#set(sender, key, receivedAt, undefined),
    }
  }

  /** As counted: what it takes, about. */
  get bytes(): number {
    return this.#bytes
  }

  #set(sender: string, key: string, since: Micros, value: unknown): void {
    const known = this.#bySender.get(sender) ?? new OfSender()
    this.#bySender.delete(sender)
    this.#bySender.set(sender, known)
    const before = known.keys.get(key) ?? []
    const bytes = KEY_OVERHEAD_BYTES + 2 * key.length + weightOf(value, BYTES_PER_SENDER_MAX)
    const versions = before.filter((version) => version.since !== since)
    versions.push({ since, value, bytes })
    versions.sort((a, b) => a.since - b.since)
    const after = versions.slice(-VERSIONS_MAX)
    // Most recently used last, so that the oldest leave first at the bound.
    known.keys.delete(key)
    known.keys.set(key, after)
    this.#count(known, sizeOf(after) - sizeOf(before))
    for (const [oldest, versions] of known.keys) {
      if (known.keys.size <= KEYS_PER_SENDER_MAX && known.bytes <= BYTES_PER_SENDER_MAX) break
      known.keys.delete(oldest)
      this.#count(known, -sizeOf(versions))
    }
    for (const [oldest, { bytes }] of this.#bySender) {
      if (this.#bytes <= BYTES_MAX) break
      this.#bySender.delete(oldest)
      this.#bytes -= bytes
    }
  }

  #count(known: OfSender, bytes: number): void {
    known.bytes += bytes
    this.#bytes += bytes
  }
}

const sizeOf = (versions: readonly Version[]): number => versions.reduce((sum, { bytes }) => sum + bytes, 0)

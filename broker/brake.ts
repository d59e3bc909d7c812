import { hostOf } from '../core/address.ts'
import { RecentKeys } from '../core/recent-keys.ts'

/** Failures are forgotten when none came for so long. */
const FORGET_MS = 10 * 60_000
const DELAY_AFTER = 3
const DELAY_MS_FIRST = 125
const DELAY_MS_MAX = 4000
/** So many failures of one name from one address, and its sign-ins are not looked at for a while. */
const PAIR_FAILURES_MAX = 30
/** So many names that failed from one address, and nobody new is looked at from there for a while. */
const ADDRESS_NAMES_MAX = 20
/** A name that is tried from many addresses is answered late at those it is not used from. */
const NAME_DELAY_AFTER = 10
const NAME_DELAY_MS_MAX = 2000
const CLOSED_MS_FIRST = 60_000
const CLOSED_MS_MAX = 15 * 60_000
const KEYS_MAX = 50_000

interface Failures {
  count: number
  lastAt: number
  closedUntil: number
  /** How often it was closed. */
  closings: number
  /** Of an address: the names that failed. */
  readonly names: Set<string>
}

/**
 * Slows down who guesses. What counts is name and address together: whoever guesses at a device's name from elsewhere, or
 * from behind the same address, does not lock the device out, because a name that signed in from an address before is looked
 * at from there whatever happens. Only a name's answers elsewhere get slower, and never refused.
 */
export class Brake {
  readonly #pairs = new RecentKeys<Failures>(KEYS_MAX)
  readonly #addresses = new RecentKeys<Failures>(KEYS_MAX)
  readonly #names = new RecentKeys<Failures>(KEYS_MAX)
  /** Who signed in from where. */
  readonly #usual = new RecentKeys<true>(KEYS_MAX)
  readonly #isShared: (address: string) => boolean
  readonly #now: () => number

  constructor(isShared: (address: string) => boolean, now: () => number = Date.now) {
    this.#isShared = isShared
    this.#now = now
  }

  closedForMs(address: string, fullName: string): number {
    const name = short(fullName)
    const host = hostOf(address)
    const until = Math.max(
      this.#pairs.get(pairOf(host, name))?.closedUntil ?? 0,
      this.#addresses.get(host)?.closedUntil ?? 0,
    )
    const ms = until - this.#now()
    return ms <= 0 || this.#usual.get(pairOf(host, name)) ? 0 : ms
  }

  failed(address: string, fullName: string): number {
    const name = short(fullName)
    const host = hostOf(address)
    const pair = this.#count(this.#pairs, pairOf(host, name))
    const own = name === 'token' ? null : this.#count(this.#names, name)
    if (pair.count >= PAIR_FAILURES_MAX) this.#close(pair)
    if (!this.#isShared(address)) {
      const all = this.#count(this.#addresses, host)
      all.names.add(name)
      if (all.names.size >= ADDRESS_NAMES_MAX) this.#close(all)
    }
    const { count } = pair
    const delay =
      count < DELAY_AFTER
        ? 0
        : Math.min(DELAY_MS_MAX, DELAY_MS_FIRST * 2 ** Math.min(count - DELAY_AFTER, 16))
    return Math.max(delay, own ? nameDelay(own.count) : 0)
  }

  succeeded(address: string, fullName: string): number {
    const name = short(fullName)
    const pair = pairOf(hostOf(address), name)
    if (this.#usual.get(pair)) return 0
    this.#usual.set(pair, true)
    // Its own mistakes are forgiven; those of others with its name stay.
    this.#pairs.delete(pair)
    const failures = name === 'token' ? undefined : this.#alive(this.#names, name)
    return failures ? nameDelay(failures.count) : 0
  }

  #alive(keys: RecentKeys<Failures>, key: string): Failures | undefined {
    const failures = keys.get(key)
    return failures && this.#now() - Math.max(failures.lastAt, failures.closedUntil) > FORGET_MS
      ? undefined
      : failures
  }

  #count(keys: RecentKeys<Failures>, key: string): Failures {
    const failures = this.#alive(keys, key) ?? {
      count: 0,
      lastAt: 0,
      closedUntil: 0,
      closings: 0,
      names: new Set<string>(),
    }
    failures.count += 1
    failures.lastAt = this.#now()
    keys.set(key, failures)
    return failures
  }

  /** Each time for longer; when it is over, it counts anew. */
  #close(failures: Failures): void {
    failures.closedUntil = this.#now() + Math.min(CLOSED_MS_MAX, CLOSED_MS_FIRST * 2 ** failures.closings)
    failures.closings = Math.min(failures.closings + 1, 16)
    failures.count = 0
    failures.names.clear()
  }
}

const nameDelay = (count: number): number =>
  count < NAME_DELAY_AFTER ? 0 : Math.min(NAME_DELAY_MS_MAX, (count - NAME_DELAY_AFTER + 1) * 100)

const pairOf = (host: string, name: string): string => `${host} ${name}`

/** A long name is no device's; it must not cost memory. */
const short = (name: string): string => name.slice(0, 64)

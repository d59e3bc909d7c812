import { isId } from '../core/id.ts'
import { REFUSALS, type Refusal, type RefusalFilter, type RefusedConnection } from '../core/refusals.ts'
import { type Micros, microsNow } from '../core/time.ts'

const ENTRIES_MAX = 1000
/** Of one address at most so many are told apart, so that it cannot push out what others did. */
const ENTRIES_PER_ADDRESS_MAX = 100
const NAME_CHARS_MAX = 64
const DETAIL_CHARS_MAX = 200
/** As long as a secret of the platform's, give or take a slip of who copied it, and as random. */
const LIKE_SECRET = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{28,36}\s?$/
const MANY = '(many)'

type Entry = { -readonly [K in keyof RefusedConnection]: RefusedConnection[K] }

/** The newest refusals, in memory: equal ones are one entry with a count. */
export class RefusedLog {
  /** The oldest first, by their last time. */
  readonly #entries = new Map<string, Entry>()
  readonly #perAddress = new Map<string, number>()
  readonly #isDevice: (id: string) => boolean
  readonly #now: () => Micros

  constructor(isDevice: (id: string) => boolean, now: () => Micros = microsNow) {
    this.#isDevice = isDevice
    this.#now = now
  }

  add(refusal: Refusal): RefusedConnection {
    const username = printable(this.#withoutSecret(refusal.username ?? ''), NAME_CHARS_MAX)
    const clientId = printable(refusal.clientId ?? '', NAME_CHARS_MAX)
    const device = refusal.device ?? this.#deviceOf(refusal)
    const lastAt = this.#now()
    const ownKey = keyOf(refusal, username, clientId)
    const isCrowded =
      !this.#entries.has(ownKey) && (this.#perAddress.get(refusal.address) ?? 0) >= ENTRIES_PER_ADDRESS_MAX
    const key = isCrowded ? keyOf(refusal, MANY, MANY) : ownKey
    const known = this.#entries.get(key)
    const { address, port, reason } = refusal
    const advice = adviceOf(refusal, device ?? (username || clientId), username)
    const entry: Entry = {
      ...{ address, port, reason, advice, lastAt },
      username: isCrowded ? MANY : username,
      clientId: isCrowded ? MANY : clientId,
      device: isCrowded ? null : device,
      firstAt: known?.firstAt ?? lastAt,
      count: (known?.count ?? 0) + 1,
    }
    if (!known) this.#count(address, 1)
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > ENTRIES_MAX) this.#dropOldest()
    // Who watches for attacks wants the device even where the list does not tell it apart.
    return isCrowded ? { ...entry, username, clientId, device } : entry
  }

  /** Newest first. */
  list({ device, address, reason, since, limit }: RefusalFilter): RefusedConnection[] {
    return [...this.#entries.values()]
      .reverse()
      .filter(
        (entry) =>
          (device === undefined || entry.device === device) &&
          (address === undefined || entry.address === address) &&
          (reason === undefined || entry.reason === reason) &&
          (since === undefined || entry.lastAt >= since),
      )
      .slice(0, limit)
  }

  #deviceOf({ username = '', clientId = '' }: Refusal): string | null {
    const [base = ''] = clientId.split(':', 1)
    return [username, base].find((name) => isId(name) && this.#isDevice(name)) ?? null
  }

  /** Devices that sign in by an access token give their secret as the user name; where that fails it is shown to nobody. */
  #withoutSecret(name: string): string {
    return LIKE_SECRET.test(name) && !this.#isDevice(name) ? `${name.slice(0, 4)}…` : name
  }

  #count(address: string, by: number): void {
    const count = (this.#perAddress.get(address) ?? 0) + by
    if (count > 0) this.#perAddress.set(address, count)
    else this.#perAddress.delete(address)
  }

  #dropOldest(): void {
    for (const [key, { address }] of this.#entries) {
      this.#entries.delete(key)
      return this.#count(address, -1)
    }
  }
}

const keyOf = ({ address, reason }: Refusal, username: string, clientId: string): string =>
  `${address}\n${reason}\n${username}\n${clientId}`

function adviceOf({ reason, detail }: Refusal, name: string, username: string): string {
  const advice = REFUSALS[reason]
    .replaceAll('{name}', () => name || 'this client')
    .replaceAll('{user}', () => JSON.stringify(username))
  return detail ? `${advice} (${printable(detail, DETAIL_CHARS_MAX)})` : advice
}

/** Letters, digits, marks and spaces only, and not too many of them. Somebody may have taken a token for a name. */
const printable = (text: string, charsMax: number): string =>
  text
    .slice(0, 4 * charsMax)
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?')
    .replace(/plb_[A-Za-z0-9_-]*/g, 'plb_…')
    .slice(0, charsMax)
    .toWellFormed()

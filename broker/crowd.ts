import { hostOf } from '../core/address.ts'
import { RecentKeys } from '../core/recent-keys.ts'
import type { RefusalReason } from '../core/refusals.ts'

const BURST_S = 10
const HOSTS_MAX = 50_000

export interface CrowdLimits {
  /** Connections that one address may have open; 0: no limit. */
  readonly addressConnectionsMax: number
  /** Connections that one address may open in a second, over some seconds; 0: no limit. */
  readonly addressConnectsPerSecondMax: number
}

/** Counts connections by address, so that one address cannot take all places, nor the CPU with TLS handshakes. */
export class Crowd {
  readonly #limits: CrowdLimits
  readonly #isShared: (address: string) => boolean
  readonly #now: () => number
  readonly #open = new Map<string, number>()
  readonly #paces = new RecentKeys<{ tokens: number; at: number }>(HOSTS_MAX)

  constructor(limits: CrowdLimits, isShared: (address: string) => boolean, now: () => number = Date.now) {
    this.#limits = limits
    this.#isShared = isShared
    this.#now = now
  }

  /** Null: it is counted, and is to be given back by `left`. */
  come(address: string): Extract<RefusalReason, 'address_connections_max' | 'address_connects_rate'> | null {
    const host = hostOf(address)
    const open = this.#open.get(host) ?? 0
    if (!this.#isShared(address)) {
      const { addressConnectionsMax: max } = this.#limits
      if (max > 0 && open >= max) return 'address_connections_max'
      if (!this.#keepsPace(host)) return 'address_connects_rate'
    }
    this.#open.set(host, open + 1)
    return null
  }

  left(address: string): void {
    const host = hostOf(address)
    const open = (this.#open.get(host) ?? 1) - 1
    if (open > 0) this.#open.set(host, open)
    else this.#open.delete(host)
  }

  #keepsPace(host: string): boolean {
    const { addressConnectsPerSecondMax: perSecond } = this.#limits
    if (perSecond === 0) return true
    const now = this.#now()
    const pace = this.#paces.get(host) ?? { tokens: perSecond * BURST_S, at: now }
    pace.tokens = Math.min(pace.tokens + (Math.max(0, now - pace.at) / 1000) * perSecond, perSecond * BURST_S)
    pace.at = now
    this.#paces.set(host, pace)
    if (pace.tokens < 1) return false
    pace.tokens -= 1
    return true
  }
}

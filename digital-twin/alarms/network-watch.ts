import { networkOf } from '../../core/address.ts'
import type { Finding } from '../../core/alarm.ts'
import type { Log } from '../../core/ports.ts'
import { type Micros, microsNow } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import { rememberNetworks } from '../../store/device-networks.ts'
import { findingOfNetwork } from './security-rules.ts'

const WRITE_MS = 1000
const RETRY_MS = 10_000
const WRITE_TIMEOUT_MS = 10_000
const BATCH_MAX = 5000
const WAITING_MAX = 100_000

interface SignIn {
  readonly device: string
  readonly network: string
  readonly address: string
  readonly time: Micros
}

/** Notices a device that signs in from a network it never came from. Its first one is no news. */
export class NetworkWatch {
  readonly #db: Db
  readonly #raise: (finding: Finding) => void
  readonly #log: Log
  /** By device and network. */
  #waiting = new Map<string, SignIn>()
  #timer: NodeJS.Timeout | null = null
  #isStopped = true

  constructor(db: Db, raise: (finding: Finding) => void, log: Log) {
    this.#db = db
    this.#raise = raise
    this.#log = log
  }

  /** To be called once the database is there. */
  start(): void {
    this.#isStopped = false
    this.#plan(WRITE_MS)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  signedIn(device: string, address: string): void {
    const network = networkOf(address)
    if (network === null || this.#waiting.size >= WAITING_MAX) return
    this.#waiting.set(`${device} ${network}`, { device, network, address, time: microsNow() })
    if (!this.#isStopped) this.#plan(WRITE_MS)
  }

  #plan(ms: number): void {
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => void this.#write(), ms).unref()
  }

  async #write(): Promise<void> {
    const batch = this.#nextBatch()
    for (const [key] of batch) this.#waiting.delete(key)
    let nextMs = WRITE_MS
    try {
      const seen = batch.map(([, one]) => one)
      const news = await this.#db.transaction((tx) => rememberNetworks(tx, seen), {
        timeoutMs: WRITE_TIMEOUT_MS,
      })
      for (const { device, network, known } of news) {
        const address =
          seen.find((one) => one.device === device && one.network === network)?.address ?? network
        this.#raise(findingOfNetwork(device, address, network, known))
      }
    } catch (error) {
      this.#log.debug({ err: error }, 'where devices come from was not written; it is tried again')
      this.#waiting = new Map([...batch, ...this.#waiting])
      nextMs = RETRY_MS
    }
    this.#timer = null
    if (!this.#isStopped) this.#plan(nextMs)
  }

  /** One network a device: the second of two that came at once is judged by the first. */
  #nextBatch(): [string, SignIn][] {
    const byDevice = new Map<string, [string, SignIn]>()
    for (const entry of this.#waiting) {
      if (byDevice.size >= BATCH_MAX) break
      const { device } = entry[1]
      if (!byDevice.has(device)) byDevice.set(device, entry)
    }
    return [...byDevice.values()]
  }
}

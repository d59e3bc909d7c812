import { type Micros, microsNow } from '../core/time.ts'
import type { Upstream, UpstreamFault, UpstreamState } from '../core/upstream.ts'
import { Connection, type ConnectionParts } from './connection.ts'
import { fault, faultOf, REFUSED, refusedTopics } from './faults.ts'

/** A connection that held for so long ended for a new reason: the next try comes soon. */
const STEADY_MS = 60_000

/** Keeps an upstream connected, with growing waits between tries, and knows how it is. */
export class Link {
  readonly upstream: Upstream
  readonly #parts: ConnectionParts
  /** Packet ids of one session mean the same messages on its later connections. */
  readonly #session = String(microsNow())
  #connection: Connection | null = null
  #retry: NodeJS.Timeout | null = null
  #failures = 0
  #upAt = 0
  #isStopped = false
  #state: UpstreamState['state'] = 'connecting'
  #fault: UpstreamFault | null = null
  #since: Micros = microsNow()
  #granted: ReadonlyMap<string, number> = new Map()
  #messages = 0
  #retainedIgnored = 0
  #lastMessageAt: Micros | null = null

  constructor(upstream: Upstream, parts: ConnectionParts) {
    this.upstream = upstream
    this.#parts = parts
  }

  get state(): UpstreamState {
    return {
      state: this.#state,
      fault: this.#fault,
      since: this.#since,
      messages: this.#messages,
      lastMessageAt: this.#lastMessageAt,
      retainedIgnored: this.#retainedIgnored,
      granted: this.#granted,
    }
  }

  start(): void {
    if (this.upstream.isUnreadable)
      // No try could succeed, and each would count as a wrong password there.
      return this.#become(
        'failing',
        fault('secret_unreadable', 'its secrets were sealed with another SECRET_KEY_FILE: give them again'),
      )
    this.#connect()
  }

  /** Reads no more; what was read is acknowledged once it is committed. */
  hold(): void {
    this.#isStopped = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#connection?.hold()
  }

  async stop(): Promise<void> {
    this.hold()
    await this.#connection?.end()
  }

  #connect(): void {
    this.#retry = null
    this.#upAt = 0
    try {
      this.#connection = new Connection(this.upstream, this.#session, this.#parts, {
        onUp: (granted) => this.#up(granted),
        onMessage: (isTaken) => this.#count(isTaken),
        onEnd: (reason) => this.#ended(reason),
      })
    } catch (error) {
      this.#ended(faultOf(error as Error))
    }
  }

  #up(granted: ReadonlyMap<string, number>): void {
    this.#upAt = Date.now()
    this.#granted = granted
    const isPartly = [...granted.values()].some((code) => code >= REFUSED)
    this.#become(isPartly ? 'failing' : 'connected', isPartly ? refusedTopics(granted) : null)
  }

  #count(isTaken: boolean): void {
    if (!isTaken) this.#retainedIgnored++
    else {
      this.#messages++
      this.#lastMessageAt = microsNow()
    }
  }

  #ended(reason: UpstreamFault | null): void {
    this.#connection = null
    if (this.#isStopped || reason === null) return
    if (this.#upAt > 0 && Date.now() - this.#upAt > STEADY_MS) this.#failures = 0
    this.#become('failing', reason)
    const { retryMsMin, retryMsMax } = this.#parts.timing
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#failures++, 20))
    // From half of it to all of it: a broker that comes back is not met by all at once.
    this.#retry = setTimeout(() => this.#connect(), waitMs * (0.5 + Math.random() / 2)).unref()
  }

  #become(state: UpstreamState['state'], reason: UpstreamFault | null): void {
    const isNews = state !== this.#state || reason?.code !== this.#fault?.code
    this.#state = state
    this.#fault = reason
    if (!isNews) return
    this.#since = microsNow()
    const { id, url } = this.upstream
    const { log } = this.#parts
    if (reason)
      log.warn({ upstream: id, url, reason }, 'an upstream is failing; it is tried again until it works')
    else log.info({ upstream: id, url }, 'an upstream is connected')
  }
}

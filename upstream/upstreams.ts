import type { LiveUpstreams, Upstream, UpstreamState } from '../core/upstream.ts'
import type { ConnectionParts } from './connection.ts'
import { Link } from './link.ts'
import { forgetSession } from './session.ts'

const TIMING = { keepaliveS: 60, retryMsMin: 1000, retryMsMax: 60_000 }

/** All connections to other people's brokers. */
export class Upstreams implements LiveUpstreams {
  readonly #parts: ConnectionParts
  readonly #links = new Map<string, Link>()
  #isStopped = false

  constructor(parts: Omit<ConnectionParts, 'timing'> & Partial<Pick<ConnectionParts, 'timing'>>) {
    this.#parts = { timing: TIMING, ...parts }
  }

  async put(upstream: Upstream): Promise<void> {
    const before = this.#links.get(upstream.id)
    const link = new Link(upstream, this.#parts)
    this.#links.set(upstream.id, link)
    // Two at once would have the same client id, and the broker would close one for the other.
    await before?.stop()
    if (!this.#isStopped && this.#links.get(upstream.id) === link) link.start()
  }

  async remove(id: string): Promise<void> {
    const link = this.#links.get(id)
    if (!link) return
    this.#links.delete(id)
    await link.stop()
    if (link.upstream.isUnreadable || this.#isStopped) return
    // Not waited for: the broker may be gone for good.
    void forgetSession(link.upstream).then((isForgotten) => {
      if (!isForgotten)
        this.#parts.log.warn(
          { upstream: id, clientId: link.upstream.clientId },
          'the session of a removed upstream could not be ended at its broker, which may go on keeping messages for it',
        )
    })
  }

  state(id: string): UpstreamState | undefined {
    return this.#links.get(id)?.state
  }

  *states(): Iterable<readonly [id: string, state: UpstreamState]> {
    for (const [id, { state }] of this.#links) yield [id, state]
  }

  /** For the metrics. */
  *counts(): Iterable<{ readonly id: string; readonly messages: number; readonly isConnected: boolean }> {
    for (const [id, { state }] of this.#links)
      yield { id, messages: state.messages, isConnected: state.state === 'connected' }
  }

  /** Reads nothing more. */
  quiesce(): void {
    this.#isStopped = true
    for (const link of this.#links.values()) link.hold()
  }

  /** Acknowledges what is committed, and leaves. What waits at the brokers stays there. */
  async close(): Promise<void> {
    this.quiesce()
    await Promise.all([...this.#links.values()].map((link) => link.stop()))
  }
}

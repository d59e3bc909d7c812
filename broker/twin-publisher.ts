import type { Aedes, Client, PublishPacket } from 'aedes'
import type { TwinFeed } from '../core/ports.ts'
import { twinFilter, twinTopic } from '../core/topic.ts'
import type { SessionLog } from './session-log.ts'

const TICK_MS = 250
/** An entity's state goes out at most this often. */
const APART_MS = 1000
/** So much is written to a reader at once; the next burst follows when it has taken this one. */
const BURST_BYTES = 64 * 1024
/** SUBACK's return code for a filter that was refused (MQTT 3.9.3). */
const REFUSED = 0x80

/** Publishes `twins/<entity id>`: the state at once, marked retained, to who subscribes, and every change after that.
 *  Nothing is kept in the broker, and nothing is made while nobody listens. Gives how to stop. */
export function publishTwins(aedes: Aedes, twins: TwinFeed, sessions: SessionLog): () => void {
  const readers = new Map<Client, TwinReader>()
  const changed = new Set<string>()
  const sentAt = new Map<string, number>()

  aedes.on('subscribe', (subscriptions, client) => {
    if (sessions.principalOf(client)?.kind !== 'token') return
    for (const { topic, qos } of subscriptions) {
      const filter = twinFilter(topic)
      if (filter === null || (qos as number) === REFUSED) continue
      const reader = readers.get(client) ?? new TwinReader(client, twins)
      readers.set(client, reader)
      reader.subscribe(topic, filter === 'all' ? twins.entities() : [filter.entity])
    }
  })
  aedes.on('unsubscribe', (filters, client) => {
    if (readers.get(client)?.unsubscribe(filters) === 0) readers.delete(client)
  })
  aedes.on('clientDisconnect', (client) => readers.delete(client))
  const stopListening = twins.onChange((entity) => {
    if (readers.size > 0) changed.add(entity)
  })
  const timer = setInterval(() => {
    const now = Date.now()
    for (const entity of changed) {
      if (now - (sentAt.get(entity) ?? 0) < APART_MS) continue
      changed.delete(entity)
      sentAt.set(entity, now)
      for (const reader of readers.values()) reader.changed(entity)
    }
    if (readers.size === 0) sentAt.clear()
  }, TICK_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    stopListening()
  }
}

/**
 * Sends twins to one client as fast as it reads: past the broker's own way of handing on, where one slow reader holds
 * all. What changes faster than the client reads is sent once, as it then is.
 */
class TwinReader {
  readonly #client: Client
  readonly #twins: TwinFeed
  readonly #filters = new Set<string>()
  /** Entities to send, and whether as retained: bounded by the number of entities. */
  readonly #pending = new Map<string, boolean>()
  #isSending = false

  constructor(client: Client, twins: TwinFeed) {
    this.#client = client
    this.#twins = twins
  }

  subscribe(filter: string, entities: Iterable<string>): void {
    this.#filters.add(filter)
    for (const entity of entities) this.#pending.set(entity, true)
    void this.#send()
  }

  /** Gives how many filters are left. */
  unsubscribe(filters: readonly string[]): number {
    for (const filter of filters) this.#filters.delete(filter)
    for (const entity of this.#pending.keys()) if (!this.#wants(entity)) this.#pending.delete(entity)
    return this.#filters.size
  }

  changed(entity: string): void {
    if (!this.#wants(entity)) return
    if (!this.#pending.has(entity)) this.#pending.set(entity, false)
    void this.#send()
  }

  #wants(entity: string): boolean {
    return (
      this.#filters.has('twins/#') || this.#filters.has('twins/+') || this.#filters.has(twinTopic(entity))
    )
  }

  async #send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    while (this.#pending.size > 0 && !this.#client.closed) await this.#sendBurst()
    this.#isSending = false
  }

  async #sendBurst(): Promise<void> {
    const written: Promise<void>[] = []
    let bytes = 0
    for (const [entity, retain] of this.#pending) {
      this.#pending.delete(entity)
      const payload = this.#twins.document(entity)
      if (!payload) continue
      written.push(
        new Promise((resolve) => this.#client.publish(packet(entity, payload, retain), () => resolve())),
      )
      bytes += payload.length
      if (bytes >= BURST_BYTES) break
    }
    await Promise.all(written)
  }
}

const packet = (entity: string, payload: Buffer, retain: boolean): PublishPacket => ({
  cmd: 'publish',
  topic: twinTopic(entity),
  payload,
  qos: 0,
  retain,
  dup: false,
})

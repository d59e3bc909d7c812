import type { Aedes, Client, PublishPacket } from 'aedes'
import { type AlarmFeed, mayReadAlarms, type Role, type TwinFeed } from '../core/ports.ts'
import { alarmFilter, alarmTopic, twinFilter, twinTopic } from '../core/topic.ts'
import type { SessionLog } from './session-log.ts'

/** States that are published under a topic each. */
interface States {
  ids(): Iterable<string>
  topicOf(id: string): string
  /** Which of them a topic filter asks for. */
  asked(filter: string): 'all' | { readonly id: string } | null
  /** What is to be sent of one, in order. */
  payloads(id: string): readonly Buffer[]
  /** Whether there is something to tell who subscribes to it now. */
  isRetained(id: string): boolean
  mayRead(role: Role): boolean
  onChange(listener: (id: string) => void): () => void
}

export const twinStates = (twins: TwinFeed): States => ({
  ids: () => twins.entities(),
  topicOf: twinTopic,
  asked(filter) {
    const asked = twinFilter(filter)
    return asked === null || asked === 'all' ? asked : { id: asked.entity }
  },
  payloads(id) {
    const document = twins.document(id)
    return document ? [document] : []
  },
  isRetained: () => true,
  mayRead: () => true,
  onChange: twins.onChange.bind(twins),
})

export const alarmStates = (alarms: AlarmFeed): States => ({
  ids: () => alarms.active(),
  topicOf: alarmTopic,
  asked(filter) {
    const asked = alarmFilter(filter)
    return asked === null || asked === 'all' ? asked : { id: asked.alarm }
  },
  payloads: (id) => alarms.payloads(id),
  // One that is cleared is told to those only who heard of it while it was active.
  isRetained: (id) => alarms.payloads(id).length === 1,
  mayRead: mayReadAlarms,
  onChange: alarms.onChange.bind(alarms),
})

const TICK_MS = 250
/** A state goes out at most this often. */
const APART_MS = 1000
/** So much is written to a reader at once; the next burst follows when it has taken this one. */
const BURST_BYTES = 64 * 1024
/** SUBACK's return code for a filter that was refused (MQTT 3.9.3). */
const REFUSED = 0x80

/** Publishes states, such as `twins/<entity id>`: each at once, marked retained, to who subscribes, and every change after
 *  that. Nothing is kept in the broker, and nothing is made while nobody listens. Gives how to stop. */
export function publishStates(aedes: Aedes, states: States, sessions: SessionLog): () => void {
  const readers = new Map<Client, StateReader>()
  const changed = new Set<string>()
  const sentAt = new Map<string, number>()

  aedes.on('subscribe', (subscriptions, client) => {
    const principal = sessions.principalOf(client)
    if (principal?.kind !== 'token' || !states.mayRead(principal.role)) return
    for (const { topic, qos } of subscriptions) {
      const asked = states.asked(topic)
      if (asked === null || (qos as number) === REFUSED) continue
      const reader = readers.get(client) ?? new StateReader(client, states)
      readers.set(client, reader)
      reader.subscribe(topic, asked === 'all' ? states.ids() : [asked.id].filter(states.isRetained))
    }
  })
  aedes.on('unsubscribe', (filters, client) => {
    if (readers.get(client)?.unsubscribe(filters) === 0) readers.delete(client)
  })
  aedes.on('clientDisconnect', (client) => readers.delete(client))
  const stopListening = states.onChange((id) => {
    if (readers.size > 0) changed.add(id)
  })
  const timer = setInterval(() => {
    const now = Date.now()
    for (const id of changed) {
      if (now - (sentAt.get(id) ?? 0) < APART_MS) continue
      changed.delete(id)
      sentAt.set(id, now)
      for (const reader of readers.values()) reader.changed(id)
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
 * Sends states to one client as fast as it reads: past the broker's own way of handing on, where one slow reader holds
 * all. What changes faster than the client reads is sent once, as it then is.
 */
class StateReader {
  readonly #client: Client
  readonly #states: States
  readonly #filters = new Set<string>()
  #wantsAll = false
  /** What to send, and whether as retained: bounded by the number of states. */
  readonly #pending = new Map<string, boolean>()
  #isSending = false

  constructor(client: Client, states: States) {
    this.#client = client
    this.#states = states
  }

  subscribe(filter: string, ids: Iterable<string>): void {
    this.#filters.add(filter)
    this.#lookAtFilters()
    for (const id of ids) this.#pending.set(id, true)
    void this.#send()
  }

  /** Gives how many filters are left. */
  unsubscribe(filters: readonly string[]): number {
    for (const filter of filters) this.#filters.delete(filter)
    this.#lookAtFilters()
    for (const id of this.#pending.keys()) if (!this.#wants(id)) this.#pending.delete(id)
    return this.#filters.size
  }

  changed(id: string): void {
    if (!this.#wants(id)) return
    if (!this.#pending.has(id)) this.#pending.set(id, false)
    void this.#send()
  }

  #lookAtFilters(): void {
    this.#wantsAll = [...this.#filters].some((filter) => this.#states.asked(filter) === 'all')
  }

  #wants(id: string): boolean {
    return this.#wantsAll || this.#filters.has(this.#states.topicOf(id))
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
    for (const [id, retain] of this.#pending) {
      this.#pending.delete(id)
      for (const payload of this.#states.payloads(id)) {
        const packet = packetOf(this.#states.topicOf(id), payload, retain)
        written.push(new Promise((resolve) => this.#client.publish(packet, () => resolve())))
        bytes += payload.length
      }
      if (bytes >= BURST_BYTES) break
    }
    await Promise.all(written)
  }
}

const packetOf = (topic: string, payload: Buffer, retain: boolean): PublishPacket => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 0,
  retain,
  dup: false,
})

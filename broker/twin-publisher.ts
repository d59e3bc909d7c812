import type { Aedes, Client, PublishPacket } from 'aedes'
import type { TwinFeed } from '../core/ports.ts'
import { twinFilter, twinTopic } from '../core/topic.ts'
import type { SessionLog } from './session-log.ts'

const TICK_MS = 250
/** An entity's state goes out at most this often. */
const APART_MS = 1000

/** Publishes `twins/<entity id>`: the state at once, marked retained, to who subscribes, and every change after that.
 *  Nothing is kept in the broker, and nothing is made while nobody listens. Gives how to stop. */
export function publishTwins(aedes: Aedes, twins: TwinFeed, sessions: SessionLog): () => void {
  const listening = new Map<Client, Set<string>>()
  const changed = new Set<string>()
  const sentAt = new Map<string, number>()

  aedes.on('subscribe', (subscriptions, client) => {
    if (sessions.principalOf(client)?.kind !== 'token') return
    for (const { topic } of subscriptions) {
      const filter = twinFilter(topic)
      if (filter === null) continue
      listening.set(client, (listening.get(client) ?? new Set()).add(topic))
      void sendAll(client, filter === 'all' ? twins.entities() : [filter.entity], twins)
    }
  })
  aedes.on('unsubscribe', (filters, client) => {
    const kept = listening.get(client)
    for (const filter of filters) kept?.delete(filter)
    if (kept?.size === 0) listening.delete(client)
  })
  aedes.on('clientDisconnect', (client) => listening.delete(client))
  const stopListening = twins.onChange((entity) => {
    if (listening.size > 0) changed.add(entity)
  })
  const timer = setInterval(() => {
    const now = Date.now()
    for (const entity of changed) {
      if (now - (sentAt.get(entity) ?? 0) < APART_MS) continue
      changed.delete(entity)
      sentAt.set(entity, now)
      const payload = twins.document(entity)
      if (payload) aedes.publish(packet(entity, payload, false), () => {})
    }
    if (listening.size === 0) sentAt.clear()
  }, TICK_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    stopListening()
  }
}

/** One after another, each when the one before is written, so that a slow reader does not fill our memory. */
async function sendAll(client: Client, entities: Iterable<string>, twins: TwinFeed): Promise<void> {
  for (const entity of entities) {
    const payload = twins.document(entity)
    if (client.closed) return
    if (payload)
      await new Promise<void>((resolve) => client.publish(packet(entity, payload, true), () => resolve()))
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

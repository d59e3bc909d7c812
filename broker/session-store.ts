import type { Aedes, Client, PublishPacket, Subscription } from 'aedes'
import type { Log, TopicRights } from '../core/ports.ts'
import { granted } from './authorize.ts'
import type { SessionLog } from './session-log.ts'

/** What is kept for persistent sessions that are away (MQTT-3.1.2-5): for one at most so much, for all together so much. */
const BYTES_PER_CLIENT_MAX = 1024 * 1024
const BYTES_MAX = 64 * 1024 * 1024
const PACKET_OVERHEAD_BYTES = 512

interface Persistence {
  addSubscriptions(client: Client, subscriptions: Subscription[]): Promise<unknown>
  outgoingEnqueueCombi(subscribers: { clientId: string }[], packet: PublishPacket): Promise<void>
  outgoingClearMessageId(client: { id: string }, packet: object): Promise<PublishPacket | undefined>
}

/** aedes 1.2 stores every filter of a persistent session's SUBSCRIBE, refused ones too, and queues for it without bound.
 *  Here the refused filters are left out, and what does not fit is dropped with a word in the log. */
export function boundSessionStore(aedes: Aedes, sessions: SessionLog, rights: TopicRights, log: Log): void {
  const { persistence } = aedes as unknown as { persistence: Persistence }
  const addSubscriptions = persistence.addSubscriptions.bind(persistence)
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence)
  const clear = persistence.outgoingClearMessageId.bind(persistence)
  const queued = new Map<string, number>()
  let total = 0

  function add(clientId: string, bytes: number): void {
    const own = (queued.get(clientId) ?? 0) + bytes
    total += bytes
    if (own > 0) queued.set(clientId, own)
    else queued.delete(clientId)
  }

  function fits(clientId: string, bytes: number): boolean {
    const own = queued.get(clientId) ?? 0
    if (own + bytes <= BYTES_PER_CLIENT_MAX && total + bytes <= BYTES_MAX) return true
    log.debug({ clientId }, 'the queue of a client that does not read is full; a message to it was dropped')
    return false
  }

  persistence.addSubscriptions = (client, subscriptions) =>
    addSubscriptions(
      client,
      subscriptions.flatMap(
        (subscription) => granted(rights, sessions.principalOf(client), subscription) ?? [],
      ),
    )

  persistence.outgoingEnqueueCombi = (subscribers, packet) => {
    const bytes = sizeOf(packet)
    const kept = subscribers.filter(({ clientId }) => fits(clientId, bytes))
    for (const { clientId } of kept) add(clientId, bytes)
    return enqueue(kept, packet)
  }

  persistence.outgoingClearMessageId = async (client, packet) => {
    const cleared = await clear(client, packet)
    if (cleared) add(client.id, -sizeOf(cleared))
    return cleared
  }

  // A clean session throws its predecessor's queue away.
  aedes.on('clientReady', (client) => {
    if (client.clean) add(client.id, -(queued.get(client.id) ?? 0))
  })
}

const sizeOf = ({ payload }: PublishPacket): number => (payload?.length ?? 0) + PACKET_OVERHEAD_BYTES

import { setTimeout as delay } from 'node:timers/promises'
import type { AedesOptions, Client, Subscription } from 'aedes'
import type { Message } from '../core/message.ts'
import { mayReadAlarms, type Principal, type TopicRights } from '../core/ports.ts'
import { TOPIC_NOT_ALLOWED } from '../core/rejection-codes.ts'
import { receiptNow } from '../core/time.ts'
import { alarmFilter, isNative, parseDeviceTopic, twinFilter } from '../core/topic.ts'
import type { BrokerParts } from './broker.ts'
import { type Guests, TOO_MANY } from './guests.ts'
import type { HeldClients } from './held-clients.ts'
import type { Listened } from './listened.ts'
import type { SessionEpochs } from './session-epochs.ts'
import type { SessionLog } from './session-log.ts'

// A client that publishes where it may not is slowed down to this, so that it cannot fill the table of rejections.
const FORBIDDEN_PER_SECOND = 10
const SUBSCRIPTIONS_MAX = 256

/** aedes sends PUBACK (or PUBREC) only once this has called back: so the call waits for the commit, and for the calls before
 *  it of the same client, since acknowledgements go out in the order of the messages (MQTT-4.6.0-2). */
export function authorizePublish(
  parts: BrokerParts,
  sessions: SessionLog,
  epochs: SessionEpochs,
  held: HeldClients,
  guests: Guests,
): NonNullable<AedesOptions['authorizePublish']> {
  const nextForbiddenAt = new WeakMap<Client, number>()
  const last = new WeakMap<Client, Promise<unknown>>()

  function packetOf(
    client: Client,
    packet: { qos: number; messageId?: number | undefined; dup: boolean },
  ): Message['packet'] {
    if (packet.qos === 0 || packet.messageId === undefined) return undefined
    return { session: epochs.of(client), id: packet.messageId, dup: packet.dup }
  }

  async function hold(client: Client, message: Message): Promise<Error | null> {
    if (message.refusal) {
      const now = Date.now()
      const at = Math.max(now, nextForbiddenAt.get(client) ?? 0)
      nextForbiddenAt.set(client, at + 1000 / FORBIDDEN_PER_SECOND)
      if (at > now) await delay(at - now, undefined, { ref: false })
      guests.refused(client, 'publish_not_allowed', { detail: message.topic })
    }
    return new Promise((resolve) => parts.take(message, resolve))
  }

  return (client, packet, done) => {
    const principal = client && sessions.principalOf(client)
    if (!client || principal?.kind !== 'device') return done(new Error('only devices may publish'))
    const { device } = principal
    const { topic } = packet
    // A will comes from a client that is closed already, and is the last of it.
    if (!client.closed && !guests.mayTake(client, device, 1)) return done(new Error(TOO_MANY))
    // Only the device's word on itself is retained; readings live in the store.
    if (packet.retain && parseDeviceTopic(topic)?.kind !== 'status') packet.retain = false
    const inFlight = packetOf(client, packet)
    const message: Message = {
      device,
      topic,
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
      receivedAt: receiptNow(),
      via: 'mqtt',
      retain: packet.retain,
      ...(inFlight ? { packet: inFlight } : {}),
      ...(parts.rights.mayPublish(device, topic) ? {} : { refusal: TOPIC_NOT_ALLOWED }),
    }
    // aedes will acknowledge it and then hand it on: under a topic that nobody may hear, and to be kept for nobody.
    if (message.refusal) Object.assign(packet, { topic: '$refused', retain: false })
    // What one gateway says in its own format is nobody else's to hear.
    else if (isNative(topic)) Object.assign(packet, { topic: '$native', retain: false })
    const before = last.get(client)
    held.hold(client)
    const answered = hold(client, message).then(async (error) => {
      await before
      if (error) {
        parts.log.error({ err: error, device }, 'a message could not be taken in; it is not acknowledged')
        done(new Error('not taken in'))
      } else {
        // A will has no packet id, and nobody to acknowledge it to.
        if (inFlight) parts.metrics.acknowledged(1)
        done(null)
      }
      held.letGo(client)
    })
    last.set(client, answered)
  }
}

/** A device hears its own folder; a token hears the twins, and the alarms if its role may, at QoS 0, for the newest state is
 *  all that counts. Null: refused. */
export function granted(
  rights: TopicRights,
  principal: Principal | undefined,
  { topic, qos, ...more }: Subscription,
): Subscription | null {
  if (principal?.kind === 'device' && rights.maySubscribe(principal.device, topic))
    return { topic, qos, ...more }
  if (principal?.kind !== 'token' || topic === '#') return null
  if (twinFilter(topic) !== null || (mayReadAlarms(principal.role) && alarmFilter(topic) !== null))
    return { topic, ...more, qos: 0 }
  return null
}

export function authorizeSubscribe(
  rights: TopicRights,
  sessions: SessionLog,
  listened: Listened,
  guests: Guests,
): NonNullable<AedesOptions['authorizeSubscribe']> {
  // Null gives SUBACK 0x80 for this filter; the others of the packet are judged by themselves.
  return (client, subscription, done) => {
    const { subscriptions } = client as Client & { readonly subscriptions: object }
    const isFull = Object.keys(subscriptions).length >= SUBSCRIPTIONS_MAX
    const principal = sessions.principalOf(client)
    const given = isFull ? null : granted(rights, principal, subscription)
    if (!given) guests.refused(client, 'subscribe_not_allowed', { detail: subscription.topic })
    else if (!isNative(given.topic)) listened.add(principal, given.topic)
    done(null, given)
  }
}

/** Stands behind authorizeSubscribe: whatever way a subscription came to be, nothing foreign is handed to a client. */
export function authorizeForward(
  rights: TopicRights,
  sessions: SessionLog,
): NonNullable<AedesOptions['authorizeForward']> {
  return (client, packet) =>
    granted(rights, sessions.principalOf(client), { topic: packet.topic, qos: 0 }) ? packet : null
}

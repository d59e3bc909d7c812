import type { Aedes, Client } from 'aedes'
import { isInFilter, parseDeviceTopic } from '../core/topic.ts'
import type { SessionLog } from './session-log.ts'

const PUBLISH_QOS_1 = 0x32
const PUBLISH_QOS_0 = 0x30
/** SUBACK's return code for a filter that was refused (MQTT 3.9.3). */
const REFUSED = 0x80

/** What of aedes' client is needed here and not in its types. */
interface Inner {
  readonly connected: boolean
  readonly subscriptions: Readonly<Record<string, { readonly qos: number }>>
  _nextId: number
}
const innerOf = (client: Client): Inner => client as unknown as Inner

/** Tells when a session of a device begins to hear its commands: at its SUBSCRIBE, or when it is back with what it had
 *  subscribed to before. */
export function watchListening(
  aedes: Aedes,
  sessions: SessionLog,
  onListening: (device: string) => void,
): void {
  const tell = (client: Client, filters: readonly string[]) => {
    const principal = sessions.principalOf(client)
    if (principal?.kind === 'device' && filters.some((filter) => hearsCommands(principal.device, filter)))
      onListening(principal.device)
  }
  aedes.on('subscribe', (subscriptions, client) =>
    tell(
      client,
      subscriptions.filter(({ qos }) => (qos as number) !== REFUSED).map(({ topic }) => topic),
    ),
  )
  aedes.on('clientReady', (client) => tell(client, Object.keys(innerOf(client).subscriptions)))
}

function hearsCommands(device: string, filter: string): boolean {
  const rest = filter.slice(`devices/${device}/`.length)
  return filter.startsWith(`devices/${device}/`) && /^(?:#|[+]|commands)(?:\/|$)/.test(rest)
}

/** Whether some session of the device would get what is sent on this topic. */
export const hears = (sessions: SessionLog, device: string, topic: string): boolean =>
  listeners(sessions, device, topic).length > 0

/** Sends a command to the sessions of its device that have subscribed to it, at the QoS they asked for; false: there is none.
 *  Written past the broker, which of a session that is kept would keep the message too, and send it again whenever that
 *  session is back: a command must not arrive after its expiry. Sending again is the business of who has the queue. */
export function deliver(sessions: SessionLog, device: string, topic: string, payload: Uint8Array): boolean {
  if (parseDeviceTopic(topic)?.device !== device) throw new Error(`${topic} is not of device ${device}`)
  const clients = listeners(sessions, device, topic)
  for (const client of clients) {
    const inner = innerOf(client)
    const qos = Math.max(...grantedQos(inner, topic)) > 0 ? 1 : 0
    client.conn.write(publishPacket(topic, payload, qos === 1 ? takeId(inner) : null))
  }
  return clients.length > 0
}

const listeners = (sessions: SessionLog, device: string, topic: string): Client[] =>
  sessions
    .clientsOf({ kind: 'device', device })
    .filter(
      (client) =>
        !client.closed && innerOf(client).connected && grantedQos(innerOf(client), topic).length > 0,
    )

const grantedQos = ({ subscriptions }: Inner, topic: string): number[] =>
  Object.entries(subscriptions).flatMap(([filter, { qos }]) => (isInFilter(topic, filter) ? [qos] : []))

/** From the broker's own count, so that no packet under way has the same. */
function takeId(inner: Inner): number {
  const id = inner._nextId
  inner._nextId = id >= 0xffff ? 1 : id + 1
  return id
}

/** MQTT 3.1.1 §3.3. */
function publishPacket(topic: string, payload: Uint8Array, id: number | null): Buffer {
  const name = Buffer.from(topic)
  const parts = [uint16(name.length), name, ...(id === null ? [] : [uint16(id)]), payload]
  const body = Buffer.concat(parts)
  const header = [id === null ? PUBLISH_QOS_0 : PUBLISH_QOS_1]
  let rest = body.length
  do {
    const more = rest > 0x7f ? 0x80 : 0
    header.push((rest & 0x7f) | more)
    rest >>= 7
  } while (rest > 0)
  return Buffer.concat([Buffer.from(header), body])
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

import type { AedesOptions, AuthenticateError, Client } from 'aedes'
import type { Principal } from '../core/ports.ts'
import type { BrokerParts } from './broker.ts'
import type { SessionLog } from './session-log.ts'

// CONNACK return codes, MQTT 3.1.1 §3.2.2.3.
const IDENTIFIER_REJECTED = 2
const SERVER_UNAVAILABLE = 3
const BAD_CREDENTIALS = 4
const NOT_AUTHORIZED = 5
const PERSISTENT_SESSIONS_MAX = 8

type Refusal = { readonly returnCode: number; readonly reason: string }

/** aedes makes up an id for a client that sent none; it keeps the will aside until the client is let in. */
type ConnectingClient = Client & { readonly _will?: { readonly topic: string } }
const MADE_UP_ID = /^aedes_[0-9a-f-]{36}$/

export function authenticator(
  parts: BrokerParts,
  sessions: SessionLog,
  connectionsMax: number,
): NonNullable<AedesOptions['authenticate']> {
  const { gatekeeper, metrics, log } = parts

  /** Persistent sessions by device: the broker keeps them until a clean one of the same id, so there may be only so many. */
  const persistent = new Map<string, Set<string>>()

  function mayKeep({ id, clean }: Client, principal: Principal): boolean {
    if (principal.kind !== 'device') return clean
    const kept = persistent.get(principal.device) ?? new Set()
    if (clean) kept.delete(id)
    else if (!kept.has(id) && kept.size >= PERSISTENT_SESSIONS_MAX) return false
    else persistent.set(principal.device, kept.add(id))
    return true
  }

  async function judge(
    client: ConnectingClient,
    username: string,
    password: string,
  ): Promise<Principal | Refusal> {
    if (sessions.size >= connectionsMax)
      return { returnCode: SERVER_UNAVAILABLE, reason: 'MQTT_CONNECTIONS_MAX is reached' }
    const principal = await gatekeeper.principalOf(username, password)
    if (!principal) return { returnCode: BAD_CREDENTIALS, reason: 'unknown user name or wrong password' }
    const session = sessionId(principal, client.id)
    if (session === null)
      return {
        returnCode: IDENTIFIER_REJECTED,
        reason: 'the client id must be the device id, or <device id>:<suffix>, or the one registered for it',
      }
    const will = client._will?.topic
    if (
      will !== undefined &&
      (principal.kind !== 'device' || !parts.rights.mayPublish(principal.device, will))
    )
      return {
        returnCode: NOT_AUTHORIZED,
        reason: 'the will has a topic that this client may not publish to',
      }
    // From here on the broker knows the client by this: nobody's session is taken over by a name that others may choose too.
    client.id = session
    // Last, for it takes a place: who is refused must not.
    if (!mayKeep(client, principal))
      return {
        returnCode: NOT_AUTHORIZED,
        reason: `at most ${PERSISTENT_SESSIONS_MAX} persistent sessions a device, none for a token: set CleanSession`,
      }
    return principal
  }

  /** The client id under which a session is kept; null: it may not have this one. */
  function sessionId(principal: Principal, clientId: string): string | null {
    if (MADE_UP_ID.test(clientId)) return clientId
    const isReserved = gatekeeper.isReservedClientId(clientId)
    if (principal.kind !== 'device') return isReserved ? null : clientId
    const { device } = principal
    if (gatekeeper.ownsClientId(device, clientId)) return clientId
    return !isReserved && gatekeeper.choosesClientId(device) ? `${device}:${clientId}` : null
  }

  return (client, username, password, done) => {
    judge(client, username ?? '', password?.toString('utf8') ?? '').then(
      (result) => {
        if ('kind' in result) {
          sessions.admit(client, result)
          return done(null, true)
        }
        metrics.refusedConnect(result.reason)
        log.info({ clientId: client.id, username, reason: result.reason }, 'MQTT client refused')
        done(
          Object.assign(new Error(result.reason), { returnCode: result.returnCode }) as AuthenticateError,
          null,
        )
      },
      (error: unknown) => {
        log.error({ err: error }, 'credentials could not be checked')
        done(
          Object.assign(new Error('unavailable'), { returnCode: SERVER_UNAVAILABLE }) as AuthenticateError,
          null,
        )
      },
    )
  }
}

import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { AedesOptions, AuthenticateError, Client } from 'aedes'
import type { Principal } from '../core/ports.ts'
import type { RefusalReason } from '../core/refusals.ts'
import type { BrokerParts } from './broker.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { Guests } from './guests.ts'
import type { SessionLog } from './session-log.ts'

// CONNACK return codes, MQTT 3.1.1 §3.2.2.3.
const IDENTIFIER_REJECTED = 2
const SERVER_UNAVAILABLE = 3
const BAD_CREDENTIALS = 4
const NOT_AUTHORIZED = 5
const PERSISTENT_SESSIONS_MAX = 8

interface Refused {
  readonly returnCode: number
  readonly reason: RefusalReason
  readonly device?: string | undefined
  /** A sign-in that may have been a guess: it is told so this many ms late. */
  readonly waitMs?: number
}

/** aedes makes up an id for a client that sent none; it keeps the will aside until the client is let in. */
type ConnectingClient = Client & { readonly _will?: { readonly topic: string } }
const MADE_UP_ID = /^aedes_[0-9a-f-]{36}$/

export function authenticator(
  parts: BrokerParts,
  sessions: SessionLog,
  guests: Guests,
  connectionsMax: number,
): NonNullable<AedesOptions['authenticate']> {
  const { gatekeeper, metrics, log, gate } = parts
  const mayKeep = keptSessions()

  async function judge(
    client: ConnectingClient,
    username: string,
    password: string,
  ): Promise<Principal | Refused> {
    if (sessions.size >= connectionsMax) return { returnCode: SERVER_UNAVAILABLE, reason: 'connections_max' }
    const { address, certificate } = guests.of(client.conn as Duplex)
    const name = username || (certificate?.names[0] ?? '')
    // Who has a device's certificate does not guess.
    const isProven = certificate?.names.some((one) => gate.standing(one) !== 'unknown') === true
    if (!isProven && gate.closedForMs(address, name) > 0)
      return { returnCode: SERVER_UNAVAILABLE, reason: 'guessing' }
    const principal = await identify(parts, certificate, username, password)
    if ('reason' in principal) {
      const isCertificate = principal.reason.startsWith('certificate')
      const returnCode = isCertificate ? NOT_AUTHORIZED : BAD_CREDENTIALS
      return { ...principal, returnCode, waitMs: gate.failed(address, name) }
    }
    const session = sessionId(principal, client.id)
    const refused = faultOf(client, principal, session)
    if (refused) return refused
    // From here on the broker knows the client by this: nobody's session is taken over by a name that others may choose too.
    if (session !== null) client.id = session
    const waitMs = gate.succeeded(address, name)
    if (waitMs > 0) await delay(waitMs, undefined, { ref: false })
    // Last, for it takes a place: who is refused must not.
    return mayKeep(client, principal)
      ? principal
      : { returnCode: NOT_AUTHORIZED, reason: 'sessions_kept_max' }
  }

  function faultOf(
    { _will }: ConnectingClient,
    principal: Principal,
    session: string | null,
  ): Refused | null {
    const device = principal.kind === 'device' ? principal.device : undefined
    if (session === null) return { returnCode: IDENTIFIER_REJECTED, reason: 'client_id_not_allowed', device }
    if (_will && (device === undefined || !parts.rights.mayPublish(device, _will.topic)))
      return { returnCode: NOT_AUTHORIZED, reason: 'will_not_allowed', device }
    return null
  }

  /** The client id under which a session is kept; null: it may not have this one. */
  function sessionId(principal: Principal, clientId: string): string | null {
    const isReserved = gatekeeper.isReservedClientId(clientId)
    if (MADE_UP_ID.test(clientId) && !isReserved) return clientId
    if (principal.kind !== 'device') return isReserved ? null : clientId
    const { device } = principal
    if (gatekeeper.ownsClientId(device, clientId)) return clientId
    const own = `${device}:${clientId}`
    const isFree = !isReserved && gatekeeper.choosesClientId(device)
    return isFree && gatekeeper.ownsClientId(device, own) ? own : null
  }

  return (client, username, password, done) => {
    const refuse = async ({ returnCode, reason, device, waitMs = 0 }: Refused) => {
      metrics.refusedConnect(reason)
      const clientId = MADE_UP_ID.test(client.id) ? '' : client.id
      guests.refused(client, reason, { username, device, clientId })
      if (waitMs > 0) await delay(waitMs, undefined, { ref: false })
      done(Object.assign(new Error(reason), { returnCode }) as AuthenticateError, null)
    }
    judge(client, username ?? '', password?.toString('utf8') ?? '').then(
      (result) => {
        if ('reason' in result) return refuse(result)
        // Gone while it waited: its end has been seen already.
        if ((client.conn as Duplex).destroyed) return done(new Error('gone') as AuthenticateError, null)
        sessions.admit(client, result)
        done(null, true)
      },
      (error: unknown) => {
        log.error({ err: error }, 'credentials could not be checked')
        return refuse({ returnCode: SERVER_UNAVAILABLE, reason: 'unavailable' })
      },
    )
  }
}

/** Who this is, by password, certificate, or both; then they must name the same device. */
async function identify(
  { gate, gatekeeper }: BrokerParts,
  certificate: ClientCertificate | null,
  username: string,
  password: string,
): Promise<Principal | Omit<Refused, 'returnCode'>> {
  const named = certificate?.names.filter((name) => gate.standing(name) !== 'unknown') ?? []
  const [only] = named
  if (only === undefined) {
    // A certificate that names no device opens the port, and no more than that.
    if (certificate && username === '') return { reason: 'certificate_names_no_device' }
    const principal = await gatekeeper.principalOf(username, password)
    return principal ?? { reason: gate.reasonOfFailure(username) }
  }
  const device = username === '' && named.length === 1 ? only : username
  if (!named.includes(device)) return { reason: 'certificate_mismatch', device: only }
  if (gate.standing(device) === 'retired') return { reason: 'device_retired', device }
  if (password !== '' && !(await gatekeeper.principalOf(device, password)))
    return { reason: 'wrong_password', device }
  return { kind: 'device', device }
}

/** Persistent sessions by device: the broker keeps them until a clean one of the same id, so there may be only so many. */
function keptSessions(): (client: Client, principal: Principal) => boolean {
  const persistent = new Map<string, Set<string>>()
  return ({ id, clean }, principal) => {
    if (principal.kind !== 'device') return clean
    const kept = persistent.get(principal.device) ?? new Set()
    if (clean) kept.delete(id)
    else if (!kept.has(id) && kept.size >= PERSISTENT_SESSIONS_MAX) return false
    else persistent.set(principal.device, kept.add(id))
    return true
  }
}

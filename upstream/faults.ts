import type { UpstreamFault, UpstreamFaultCode } from '../core/upstream.ts'

/** MQTT 3.1.1 §3.2.2.3. */
const CONNACK: Readonly<Record<number, readonly [UpstreamFaultCode, string]>> = {
  1: ['broker_refused', 'the broker does not speak MQTT 3.1.1'],
  2: ['client_id_refused', 'the broker does not take this client id'],
  3: ['broker_refused', 'the broker says that it is not available'],
  4: ['wrong_password', 'wrong user name or password'],
  5: ['not_authorized', 'not authorised: many brokers say this, too, of a wrong user name or password'],
}

const BY_CODE: Readonly<Record<string, readonly [UpstreamFaultCode, string]>> = {
  ENOTFOUND: ['host_unknown', 'no such host name'],
  EAI_AGAIN: ['host_unknown', 'the host name could not be looked up: no name server answers'],
  ADDRESS_NOT_ALLOWED: ['address_not_allowed', 'the host is at an address that upstreams may not use'],
  ECONNREFUSED: ['nothing_listens', 'nothing listens at this host and port'],
  EHOSTUNREACH: ['unreachable', 'no way to this host'],
  ENETUNREACH: ['unreachable', 'no way to the network of this host'],
  ETIMEDOUT: ['no_answer', 'the host does not answer'],
  ECONNRESET: ['closed', 'the other side closed the connection'],
  EPIPE: ['closed', 'the other side closed the connection'],
  EPROTO: ['tls_failed', 'no TLS could be agreed on: is the port one for TLS?'],
}

const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_)/

/** What an integrator is told of an error of the stream or of mqtt.js. */
export function faultOf(error: Error & { readonly code?: string | number }): UpstreamFault {
  const { code, message } = error
  // mqtt.js gives the return code of CONNACK.
  const known = typeof code === 'number' ? CONNACK[code] : BY_CODE[firstCode(error) ?? '']
  if (known) return fault(...known)
  const text = typeof code === 'string' ? code : ''
  if (UNTRUSTED.test(text))
    return fault('certificate_not_trusted', `its certificate is not trusted: ${message}`)
  if (/^ERR_(?:SSL|TLS)_/.test(text) || text === 'ERR_OSSL') return fault('tls_failed', message)
  if (/^Unexpected server response/.test(message))
    return fault('websocket_refused', `no WebSocket at this URL: ${message}`)
  if (/timeout/i.test(message)) return fault('no_answer', 'the broker does not answer')
  return fault('protocol_error', message)
}

/** Of a host with several addresses each try has its own error. */
function firstCode({
  code,
  errors,
}: {
  readonly code?: unknown
  readonly errors?: readonly { code?: string }[]
}) {
  return typeof code === 'string' ? code : errors?.[0]?.code
}

export const fault = (code: UpstreamFaultCode, detail: string): UpstreamFault => ({ code, detail })

/** Granted in place of a QoS (MQTT 3.1.1 §3.9.3). */
export const REFUSED = 0x80

export const refusedTopics = (granted: ReadonlyMap<string, number>): UpstreamFault =>
  fault(
    'subscription_refused',
    `the broker refuses the subscription to ${[...granted]
      .filter(([, code]) => code >= REFUSED)
      .map(([filter]) => filter)
      .join(', ')}`,
  )

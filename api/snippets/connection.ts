/** Where devices reach the platform from outside, as far as the platform can know it. */
export interface Connection {
  /** Without brackets, also an IPv6 address. */
  readonly host: string
  readonly httpUrl: string
  readonly mqttPort: number
  /** Null: no TLS. */
  readonly mqttsPort: number | null
  readonly webSocketUrl: string
  /** The MQTT listeners hear this machine alone, and `host` is not this machine: no device can come in. */
  readonly isMqttOnLoopbackOnly: boolean
  /** MQTT over TLS takes a certificate of the device as well. */
  readonly needsCertificate: boolean
}

/** What the settings and the listeners say of it. */
export interface ConnectionSettings {
  /** Null: whatever host the request came to. */
  readonly publicHost: string | null
  readonly mqttHost: string
  readonly mqttPort: number
  readonly mqttsPort: number | null
  readonly webSocketPath: string
  readonly needsCertificate: boolean
}

/** A name or address, as it may stand in a command line without quotes. */
const HOST_PATTERN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[?[0-9A-Fa-f:]{2,39}\]?)$/

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/

/** `host` and `port` are those that the request was sent to: whoever asks has reached the platform by them. */
export function connectionFor(
  settings: ConnectionSettings,
  request: { readonly protocol: string; readonly hostname: string; readonly port: number | null },
): Connection {
  const asked = HOST_PATTERN.test(request.hostname) ? request.hostname : 'localhost'
  const host = (settings.publicHost ?? asked).replace(/^\[|\]$/g, '')
  const isSecure = request.protocol === 'https'
  const authority = (host.includes(':') ? `[${host}]` : host) + (request.port ? `:${request.port}` : '')
  return {
    host,
    httpUrl: `${isSecure ? 'https' : 'http'}://${authority}`,
    mqttPort: settings.mqttPort,
    mqttsPort: settings.mqttsPort,
    webSocketUrl: `${isSecure ? 'wss' : 'ws'}://${authority}${settings.webSocketPath}`,
    isMqttOnLoopbackOnly: LOOPBACK.test(settings.mqttHost) && !LOOPBACK.test(host),
    needsCertificate: settings.needsCertificate,
  }
}

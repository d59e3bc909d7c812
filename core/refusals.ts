import type { Micros } from './time.ts'

/** Every reason for which the door refuses somebody: the closed union, with what the operator can do about it. `{name}`
 *  stands for the device, or for the user name that was given; `{user}` for the user name alone. The client itself only gets the code of its protocol. */
export const REFUSALS = {
  no_credentials:
    'neither user name nor certificate came: set the user name to the device id and the password to its secret',
  unknown_user:
    'the user name {user} is no device: it must be the device id, letter for letter; or register the device with POST /api/v1/devices',
  wrong_password:
    'the password of {name} is wrong: check for a trailing newline, or renew it with POST /api/v1/devices/{name}/credentials',
  wrong_token:
    'the token is not in force: make another with POST /api/v1/tokens, and check for a trailing newline',
  device_retired:
    '{name} was retired: switch the device off, or register it under another id (ids are never used again)',
  client_id_not_allowed:
    'the client id must be {name}, or {name}:<suffix>, or the one registered for it: any other could close another client’s session',
  will_not_allowed: '{name} may not publish to the topic of its will: set it to devices/{name}/status',
  sessions_kept_max: '{name} asks for one more session to be kept than it may have: set CleanSession',
  connections_max: 'MQTT_CONNECTIONS_MAX is reached: raise it, or see here who opens so many',
  address_connections_max:
    'the address has MQTT_ADDRESS_CONNECTIONS_MAX connections: if many devices share it, list it in SHARED_ADDRESSES',
  address_connects_rate:
    'the address connects faster than MQTT_ADDRESS_CONNECTS_PER_SECOND_MAX: if many devices share it, list it in SHARED_ADDRESSES',
  guessing:
    'too many sign-ins failed: for a while none is looked at; mend what the earlier lines of this address say',
  certificate_missing:
    'no client certificate came, and TLS_CLIENT_AUTH=required: give the device one signed by a CA of TLS_CLIENT_CA_FILE',
  certificate_not_trusted:
    'the client certificate is signed by no CA of TLS_CLIENT_CA_FILE: sign another, or add its CA',
  certificate_expired:
    'the client certificate is expired or not valid yet: renew it, and check the clock of the platform',
  certificate_revoked:
    'the client certificate is revoked by TLS_CLIENT_CRL_FILE: somebody may have a stolen key',
  certificate_crl:
    'there is no CRL in force for the CA of the client certificate: put a new one into TLS_CLIENT_CRL_FILE',
  certificate_names_no_device:
    'the client certificate names no device that is registered, and no password came: put the device id into CN or SAN',
  certificate_mismatch:
    'the client certificate and the user name do not name the same device: use the certificate of {name}',
  tls_handshake:
    'the TLS handshake failed: does the client speak TLS at this port, and trust the CA of TLS_CERT_FILE?',
  mqtt5: 'the client speaks MQTT 5: set it to MQTT 3.1.1 (protocol version 4)',
  bad_connect:
    'the first packet is no CONNECT that MQTT 3.1.1 allows: is something else than MQTT sent here?',
  connect_timeout: 'connected, and sent no whole CONNECT in time: a scanner, a health probe or a broken link',
  packet_timeout:
    'a packet of {name} did not come to its end: a broken link, or somebody who ties up connections',
  publish_not_allowed:
    '{name} may not publish there: its readings go to devices/{name}/readings, or give it a profile with a codec for the topic, or the role gateway',
  subscribe_not_allowed:
    '{name} may not hear this: a device hears what is below devices/{name}/, a token twins and alarms',
  too_many_messages:
    '{name} sends more than MQTT_DEVICE_MESSAGES_PER_SECOND_MAX: mend it, or raise the setting',
  unavailable: 'the platform could not check who this is: its log says why',
} as const satisfies Record<string, string>

export type RefusalReason = keyof typeof REFUSALS
type PortKind = 'mqtt' | 'mqtts' | 'ws' | 'http'

/** Where a connection comes from. */
export interface Origin {
  readonly address: string
  readonly port: PortKind
}

/** One refusal as the door saw it; names as they were sent. Never a password. */
export interface Refusal extends Origin {
  readonly reason: RefusalReason
  readonly username?: string | undefined
  readonly clientId?: string | undefined
  /** The device that was signed in, or that a certificate names. Left out, the user name or client id may name it. */
  readonly device?: string | undefined
  readonly detail?: string | undefined
}

/** Refusals that are the same but for their time. */
export interface RefusedConnection extends Origin {
  readonly reason: RefusalReason
  readonly username: string
  readonly clientId: string
  /** A device of the registry, where the name is one. */
  readonly device: string | null
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly count: number
  /** What happened and what to do about it, in a sentence. */
  readonly advice: string
}

export interface RefusalFilter {
  readonly device?: string | undefined
  readonly address?: string | undefined
  readonly reason?: RefusalReason | undefined
  readonly since?: Micros | undefined
  readonly limit: number
}

import { isMqttText } from './mqtt-text.ts'

/** Why a CONNECT is refused before the broker sees it, and the bytes of the answer (none: just close). */
export interface ConnectFault {
  readonly reason: string
  readonly answer: Buffer | null
  /** The client id of a client that speaks MQTT 5. */
  readonly mqtt5Client?: string
}

// CONNACK of MQTT 5.0 §3.2: flags 0, reason 0x84 'Unsupported Protocol Version', no properties.
const CONNACK_MQTT5_UNSUPPORTED = Buffer.from([0x20, 3, 0, 0x84, 0])
const CONNACK_BAD_VERSION = Buffer.from([0x20, 2, 0, 1])
const CONNACK_BAD_CLIENT_ID = Buffer.from([0x20, 2, 0, 2])

const FLAG_RESERVED = 0x01
const FLAG_CLEAN = 0x02
const FLAG_WILL = 0x04
const FLAG_WILL_RETAIN = 0x20
const FLAG_PASSWORD = 0x40
const FLAG_USERNAME = 0x80

/** Checks the body of a CONNECT against MQTT 3.1.1 §3.1; null when it may go on. */
export function faultOfConnect(body: Buffer): ConnectFault | null {
  const fields = new Fields(body)
  const protocol = fields.bytes()
  const level = fields.byte()
  const flags = fields.byte()
  fields.skip(2)
  if (protocol === null || level === null || flags === null || !fields.isSound)
    return close('MQTT-3.1.2: a CONNECT cut short')
  const name = protocol.toString('latin1')
  if (name !== 'MQTT' && name !== 'MQIsdp') return close('MQTT-3.1.2-1: unknown protocol name')
  if (name === 'MQTT' && level >= 5) return refuseMqtt5(fields)
  if (level !== (name === 'MQTT' ? 4 : 3))
    return { reason: `MQTT-3.1.2-2: protocol level ${level}`, answer: CONNACK_BAD_VERSION }
  return faultOfFlags(flags) ?? faultOfPayload(fields, flags)
}

const close = (reason: string): ConnectFault => ({ reason, answer: null })

function faultOfFlags(flags: number): ConnectFault | null {
  const willQos = (flags >> 3) & 3
  if (flags & FLAG_RESERVED) return close('MQTT-3.1.2-3: the reserved flag is set')
  if (willQos === 3) return close('MQTT-3.1.2-14: will QoS 3')
  if (!(flags & FLAG_WILL) && (willQos > 0 || flags & FLAG_WILL_RETAIN))
    return close('MQTT-3.1.2-11: will flags without a will')
  if (flags & FLAG_PASSWORD && !(flags & FLAG_USERNAME))
    return close('MQTT-3.1.2-22: a password without a user name')
  return null
}

function faultOfPayload(fields: Fields, flags: number): ConnectFault | null {
  const clientIdBytes = fields.text()
  if (flags & FLAG_WILL) {
    fields.text()
    fields.bytes()
  }
  if (flags & FLAG_USERNAME) fields.text()
  if (flags & FLAG_PASSWORD) fields.bytes()
  if (!fields.isSound)
    return close('MQTT-1.5.3-1/-2, 3.1.3: a field is cut short, no well-formed UTF-8, or holds U+0000')
  if (!fields.isAtEnd) return close('MQTT-3.1.3: bytes after the last field of CONNECT')
  if (clientIdBytes === 0 && !(flags & FLAG_CLEAN))
    return { reason: 'MQTT-3.1.3-8: an empty client id with CleanSession 0', answer: CONNACK_BAD_CLIENT_ID }
  return null
}

function refuseMqtt5(fields: Fields): ConnectFault {
  fields.skip(fields.variableInt())
  const id =
    fields
      .bytes()
      ?.toString('utf8')
      .slice(0, 64)
      .replace(/[^\x20-\x7e]/g, '?') ?? ''
  return { reason: 'MQTT 5 is not spoken here', answer: CONNACK_MQTT5_UNSUPPORTED, mqtt5Client: id }
}

/** Reads MQTT's fields in order; once one does not fit or is not sound, it stays unsound. */
class Fields {
  readonly #body: Buffer
  #at = 0
  isSound = true

  constructor(body: Buffer) {
    this.#body = body
  }

  get isAtEnd(): boolean {
    return this.#at === this.#body.length
  }

  skip(bytes: number): void {
    this.#at += bytes
    if (this.#at > this.#body.length) this.isSound = false
  }

  byte(): number | null {
    this.skip(1)
    return this.isSound ? (this.#body[this.#at - 1] ?? null) : null
  }

  /** A field with a length of two bytes before it. */
  bytes(): Buffer | null {
    const high = this.byte()
    const low = this.byte()
    if (high === null || low === null) return null
    const from = this.#at
    this.skip(high * 256 + low)
    return this.isSound ? this.#body.subarray(from, this.#at) : null
  }

  /** A UTF-8 field; gives its length. */
  text(): number | null {
    const field = this.bytes()
    if (field && !isMqttText(field, 0, field.length)) this.isSound = false
    return field?.length ?? null
  }

  variableInt(): number {
    let value = 0
    for (let i = 0; i < 4; i++) {
      const byte = this.byte()
      if (byte === null) return 0
      value += (byte & 0x7f) << (7 * i)
      if (byte < 0x80) return value
    }
    return value
  }
}

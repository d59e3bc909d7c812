/** The bytes of MQTT 3.1.1 packets, right ones and, where the caller wants them, wrong ones. */

type Text = string | Buffer

const bytesOf = (text: Text): Buffer => (typeof text === 'string' ? Buffer.from(text) : text)

const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff)

/** A field with its length before it. */
export const field = (text: Text): Buffer => Buffer.concat([uint16(bytesOf(text).length), bytesOf(text)])

/** §2.2: a packet of a first byte and a body, with the remaining length between them. */
export function packet(first: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length: number[] = []
  let rest = body.length
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>= 7
  } while (rest > 0)
  return Buffer.concat([Buffer.of(first, ...length), body])
}

export interface Connect {
  readonly clientId?: Text
  readonly username?: Text | null
  readonly password?: string | null
  readonly clean?: boolean
  readonly keepaliveS?: number
  readonly will?: {
    readonly topic: Text
    readonly payload?: string
    readonly qos?: number
    readonly retain?: boolean
  }
  readonly level?: number
  /** Flags that are set in addition. */
  readonly flags?: number
  /** Bytes after the last field. */
  readonly after?: Buffer
}

export function connect(device: string, more: Connect = {}): Buffer {
  const { clientId = device, username = device, password = 'right', clean = true, will, level = 4 } = more
  let flags = more.flags ?? 0
  if (clean) flags |= 0x02
  if (will) flags |= 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0)
  if (username !== null) flags |= 0x80
  if (password !== null) flags |= 0x40
  return packet(
    0x10,
    field('MQTT'),
    Buffer.of(level, flags),
    uint16(more.keepaliveS ?? 60),
    field(clientId),
    ...(will ? [field(will.topic), field(will.payload ?? 'gone')] : []),
    ...(username === null ? [] : [field(username)]),
    ...(password === null ? [] : [field(password)]),
    ...(more.after ? [more.after] : []),
  )
}

/** §3.1.2 of MQTT 5.0: a CONNECT of level 5 with a session expiry interval among its properties. */
export const connectMqtt5 = (clientId: string): Buffer =>
  packet(
    0x10,
    field('MQTT'),
    Buffer.of(5, 0x02),
    uint16(60),
    Buffer.of(5, 0x11, 0, 0, 0, 10),
    field(clientId),
  )

export interface Publish {
  readonly topic: Text
  readonly payload?: Text
  readonly qos?: number
  readonly id?: number
  readonly dup?: boolean
  readonly retain?: boolean
}

export function publish({
  topic,
  payload = '',
  qos = 1,
  id = 1,
  dup = false,
  retain = false,
}: Publish): Buffer {
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
  return packet(first, field(topic), ...(qos > 0 ? [uint16(id)] : []), bytesOf(payload))
}

export const subscribe = (id: number, ...filters: readonly Text[]): Buffer =>
  packet(0x82, uint16(id), ...filters.flatMap((filter) => [field(filter), Buffer.of(1)]))

export const unsubscribe = (id: number, ...filters: readonly Text[]): Buffer =>
  packet(0xa2, uint16(id), ...filters.map(field))

export const puback = (id: number): Buffer => packet(0x40, uint16(id))
export const pubrec = (id: number): Buffer => packet(0x50, uint16(id))
export const pubrel = (id: number): Buffer => packet(0x62, uint16(id))
export const pubcomp = (id: number): Buffer => packet(0x70, uint16(id))
export const connack = (code: number, isSessionPresent = false): Buffer =>
  packet(0x20, Buffer.of(isSessionPresent ? 1 : 0, code))
export const suback = (id: number, ...codes: readonly number[]): Buffer =>
  packet(0x90, uint16(id), Buffer.of(...codes))
export const unsuback = (id: number): Buffer => packet(0xb0, uint16(id))
export const PINGREQ: Buffer = packet(0xc0)
export const PINGRESP: Buffer = packet(0xd0)
export const DISCONNECT: Buffer = packet(0xe0)

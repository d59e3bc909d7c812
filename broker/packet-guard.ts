import { type ConnectFault, faultOfConnect } from './connect-guard.ts'
import { isMqttText } from './mqtt-text.ts'

/** An oversized PUBLISH: what came of it before it was cut off. */
export interface Oversized {
  readonly topic: string
  /** Null for QoS 0. */
  readonly packetId: number | null
  readonly qos: number
  /** The first bytes of the payload. */
  readonly head: Buffer
  readonly payloadBytes: number
}

export type GuardVerdict =
  /** Whole packets that may go on; null while the next one is incomplete. */
  | { readonly kind: 'pass'; readonly packets: Buffer | null }
  | { readonly kind: 'refused'; readonly fault: ConnectFault }
  | { readonly kind: 'violation'; readonly clause: string }
  | { readonly kind: 'oversized'; readonly message: Oversized }

export interface GuardLimits {
  readonly payloadBytesMax: number
  /** How much of an oversized payload is kept. */
  readonly headBytes: number
}

const CONNECT = 1
const PUBLISH = 3
const PUBACK = 4
const PUBCOMP = 7
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
const TOPIC_BYTES_MAX = 65_535
/** Everything but a PUBLISH is small. */
const CONTROL_BYTES_MAX = 65_536
/** aedes handles the filters of a SUBSCRIBE in quadratic time. */
const FILTERS_MAX = 64
const CONNECT_BYTES_MAX = 65_536

interface Frame {
  readonly type: number
  readonly flags: number
  /** Bytes of the fixed header. */
  readonly header: number
  /** Bytes after it. */
  readonly remaining: number
}

/**
 * Reads the bytes of one client before the broker's own parser does: passes on whole packets only, cuts off what is too
 * large before it is gathered, and closes what aedes 1.2 lets through against MQTT 3.1.1.
 */
export class PacketGuard {
  readonly #limits: GuardLimits
  #partial: Buffer[] = []
  #partialBytes = 0
  #isFirst = true
  /** Since when a packet is incomplete, and how long it says it is; null: none is. */
  partial: { since: number; bytes: number } | null = null

  constructor(limits: GuardLimits) {
    this.#limits = limits
  }

  inspect(chunk: Buffer): GuardVerdict {
    const bytes = this.#gather(chunk)
    if (!bytes) return { kind: 'pass', packets: null }
    let at = 0
    while (at < bytes.length) {
      const frame = readFrame(bytes, at)
      if (frame === 'malformed')
        return { kind: 'violation', clause: 'MQTT-2.2.3: remaining length of more than four bytes' }
      if (frame === null) break
      const tooLarge = this.#oversized(bytes, at, frame)
      if (tooLarge === 'wait') break
      if (tooLarge) return tooLarge
      const end = at + frame.header + frame.remaining
      if (end > bytes.length) break
      const fault = this.#check(frame, bytes.subarray(at + frame.header, end))
      if (fault) return fault
      at = end
    }
    // The same packet, still not whole, keeps its time.
    if (at > 0) this.partial = null
    this.#keep(bytes, at)
    return { kind: 'pass', packets: at === 0 ? null : bytes.subarray(0, at) }
  }

  /** The partial packet with the chunk, or null while the chunk cannot have completed it: then nothing is copied. */
  #gather(chunk: Buffer): Buffer | null {
    if (this.#partialBytes === 0) return chunk
    this.#partial.push(chunk)
    this.#partialBytes += chunk.length
    if (this.#partialBytes < this.#neededBytes) return null
    return Buffer.concat(this.#partial, this.#partialBytes)
  }

  #neededBytes = 0

  #keep(bytes: Buffer, at: number): void {
    const rest = bytes.subarray(at)
    // A copy, so that a small rest does not keep a large read buffer alive.
    this.#partial = rest.length === 0 ? [] : [Buffer.from(rest)]
    this.#partialBytes = rest.length
    const frame = rest.length === 0 ? null : readFrame(rest, 0)
    const isKnown = frame !== null && frame !== 'malformed'
    const isLarge = isKnown && frame.remaining > this.#limits.payloadBytesMax
    // Of what is too large, as much as its head needs; of all else the whole packet.
    this.#neededBytes = isLarge
      ? this.#limits.headBytes + TOPIC_BYTES_MAX + 9
      : isKnown
        ? frame.header + frame.remaining
        : 0
    if (rest.length === 0) this.partial = null
    else this.partial = { since: this.partial?.since ?? Date.now(), bytes: isKnown ? frame.remaining : 0 }
  }

  #oversized(bytes: Buffer, at: number, frame: Frame): GuardVerdict | 'wait' | null {
    if (frame.type !== PUBLISH || this.#isFirst) {
      const max =
        this.#isFirst && frame.type !== CONNECT
          ? 0
          : frame.type === CONNECT
            ? CONNECT_BYTES_MAX
            : CONTROL_BYTES_MAX
      return frame.remaining > max
        ? { kind: 'violation', clause: `a control packet of ${frame.remaining} bytes` }
        : null
    }
    if (frame.remaining <= this.#limits.payloadBytesMax) return null
    const body = bytes.subarray(at + frame.header)
    if (body.length < 2) return 'wait'
    const qos = (frame.flags >> 1) & 3
    const topicEnd = 2 + body.readUInt16BE(0)
    const payloadAt = topicEnd + (qos > 0 ? 2 : 0)
    const payloadBytes = frame.remaining - payloadAt
    if (payloadBytes <= this.#limits.payloadBytesMax) return null
    if (body.length < payloadAt + this.#limits.headBytes) return 'wait'
    const fault = this.#check(frame, body)
    if (fault) return fault
    const head = Buffer.from(body.subarray(payloadAt, payloadAt + this.#limits.headBytes))
    const packetId = qos > 0 ? body.readUInt16BE(topicEnd) : null
    return {
      kind: 'oversized',
      message: { topic: body.toString('utf8', 2, topicEnd), packetId, qos, head, payloadBytes },
    }
  }

  #check(frame: Frame, body: Buffer): GuardVerdict | null {
    if (this.#isFirst) {
      this.#isFirst = false
      if (frame.type !== CONNECT)
        return { kind: 'violation', clause: 'MQTT-3.1.0-1: the first packet is no CONNECT' }
      const fault = faultOfConnect(body)
      return fault && { kind: 'refused', fault }
    }
    const clause = clauseBroken(frame, body)
    return clause === null ? null : { kind: 'violation', clause }
  }
}

/** The fixed header at an offset; null while it is incomplete. */
export function readFrame(bytes: Buffer, at: number): Frame | 'malformed' | null {
  let remaining = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + 1 + i]
    if (byte === undefined) return null
    remaining += (byte & 0x7f) << (7 * i)
    const first = bytes[at] ?? 0
    if (byte < 0x80) return { type: first >> 4, flags: first & 0x0f, header: i + 2, remaining }
  }
  return 'malformed'
}

/** Null, or which rule the packet breaks. Only what aedes and its parser do not refuse themselves. */
function clauseBroken({ type, flags }: Frame, body: Buffer): string | null {
  if (type === PUBLISH) return publishClause(flags, body)
  if (type >= PUBACK && type <= PUBCOMP)
    return body.length >= 2 && body.readUInt16BE(0) === 0 ? ZERO_ID : null
  if (type !== SUBSCRIBE && type !== UNSUBSCRIBE) return null
  if (body.length < 2 || body.readUInt16BE(0) === 0) return ZERO_ID
  for (let at = 2, filters = 1; at < body.length; filters++) {
    if (filters > FILTERS_MAX) return `more than ${FILTERS_MAX} topic filters in one packet`
    if (at + 2 > body.length) return 'MQTT-3.8.3: a topic filter is cut short'
    const end = at + 2 + body.readUInt16BE(at)
    if (!isMqttText(body, at + 2, end)) return BAD_TEXT
    at = end + (type === SUBSCRIBE ? 1 : 0)
  }
  return null
}

const ZERO_ID = 'MQTT-2.3.1-1: packet identifier 0'
const BAD_TEXT = 'MQTT-1.5.3-1/-2: a text is not well-formed UTF-8, or holds U+0000'

function publishClause(flags: number, body: Buffer): string | null {
  if (body.length < 2) return 'MQTT-3.3.2-1: no topic name'
  const qos = (flags >> 1) & 3
  if (qos === 3) return 'MQTT-3.3.1-4: QoS 3'
  if (qos === 0 && (flags & 8) !== 0) return 'MQTT-3.3.1-2: DUP with QoS 0'
  const topicEnd = 2 + body.readUInt16BE(0)
  if (!isMqttText(body, 2, topicEnd)) return BAD_TEXT
  if (qos === 0) return null
  return topicEnd + 2 > body.length || body.readUInt16BE(topicEnd) === 0 ? ZERO_ID : null
}

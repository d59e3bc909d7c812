import type { Sender } from './subject.ts'

const KEEP_ALIVE_SECONDS = 300
const TIME_DIGITS = 13
const FRACTION_DIGITS = 3

/** CONNECT with a clean session, user name and password (MQTT 3.1.1 §3.1); the client id is the device's. */
export function connectPacket({ device, password }: Sender): Buffer {
  const CLEAN_SESSION_USER_PASSWORD = 0xc2
  const keepAlive = Buffer.alloc(2)
  keepAlive.writeUInt16BE(KEEP_ALIVE_SECONDS)
  return packet(0x10, [
    text('MQTT'),
    Buffer.from([4, CLEAN_SESSION_USER_PASSWORD]),
    keepAlive,
    text(device),
    text(device),
    text(password),
  ])
}

/**
 * PUBLISH, QoS 1, of one canonical value. All messages of a device have the same length, so that one is copied from a
 * template and only packet id, time and fraction are written anew: the generator must not be the bottleneck.
 */
export class PublishTemplate {
  readonly #bytes: Buffer
  readonly #idAt: number
  readonly #timeAt: number
  readonly #fractionAt: number

  constructor(device: string) {
    const topic = text(`devices/${device}/readings`)
    const payload = `{"time":${'0'.repeat(TIME_DIGITS)}.000,"values":{"active-power":12.${'0'.repeat(FRACTION_DIGITS)}}}`
    this.#bytes = packet(0x32, [topic, Buffer.alloc(2), Buffer.from(payload)])
    const payloadAt = this.#bytes.length - payload.length
    this.#idAt = payloadAt - 2
    this.#timeAt = payloadAt + payload.indexOf('0'.repeat(TIME_DIGITS))
    this.#fractionAt = payloadAt + payload.indexOf('12.') + 3
  }

  get length(): number {
    return this.#bytes.length
  }

  /** The time goes as epoch milliseconds with three decimals, so that no two messages of a device have the same. */
  write(into: Buffer, at: number, packetId: number, timeUs: number): void {
    this.#bytes.copy(into, at)
    into.writeUInt16BE(packetId, at + this.#idAt)
    writeDigits(into, at + this.#timeAt, TIME_DIGITS, Math.floor(timeUs / 1000))
    writeDigits(into, at + this.#timeAt + TIME_DIGITS + 1, FRACTION_DIGITS, timeUs)
    writeDigits(into, at + this.#fractionAt, FRACTION_DIGITS, timeUs)
  }
}

/** The last digits of a whole number. */
function writeDigits(into: Buffer, at: number, digits: number, value: number): void {
  let rest = value
  for (let i = at + digits - 1; i >= at; i--) {
    const next = Math.floor(rest / 10)
    into[i] = 0x30 + rest - next * 10
    rest = next
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function packet(header: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  // Remaining length in base 128, least group first (§2.2.3).
  const lengths: number[] = []
  for (let rest = body.length; ; rest >>= 7) {
    lengths.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    if (rest <= 0x7f) break
  }
  return Buffer.concat([Buffer.from([header, ...lengths]), body])
}

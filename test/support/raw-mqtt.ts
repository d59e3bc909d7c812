import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { until } from './until.ts'

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

const packet = (first: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length: number[] = []
  for (let rest = body.length; ; ) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>= 7
    if (rest === 0) return Buffer.concat([Buffer.from([first, ...length]), body])
  }
}

/** MQTT 3.1.1 written by hand, over a bare socket. */
export const mqttBytes = {
  connect: (clientId: string, username: string, password: string, keepaliveS = 60) =>
    packet(
      0x10,
      text('MQTT'),
      Buffer.from([4, 0xc2, keepaliveS >> 8, keepaliveS & 0xff]),
      text(clientId),
      text(username),
      text(password),
    ),
  publish: (topic: string, payload: string | Buffer, packetId: number, flags = 0x02) =>
    packet(0x30 | flags, text(topic), Buffer.from([packetId >> 8, packetId & 0xff]), Buffer.from(payload)),
}

export class RawMqtt {
  readonly socket: Socket
  received = Buffer.alloc(0)
  isClosed = false

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isClosed = true
    })
    onTestFinished(() => void this.socket.destroy())
  }

  async signIn(device: string, password: string): Promise<void> {
    this.socket.write(mqttBytes.connect(device, device, password))
    await until('CONNACK 0', () => this.received.length >= 4)
    if (this.received[3] !== 0) throw new Error(`CONNACK ${this.received[3]}`)
    this.received = this.received.subarray(4)
  }

  /** Packet ids of the PUBACKs that have come. */
  get acknowledged(): number[] {
    const ids: number[] = []
    for (let at = 0; at + 4 <= this.received.length; at += 4)
      if (this.received[at] === 0x40) ids.push(this.received.readUInt16BE(at + 2))
    return ids
  }
}

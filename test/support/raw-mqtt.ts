import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { mqttBytes } from './mqtt-bytes.ts'
import { until } from './until.ts'

export { mqttBytes }

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

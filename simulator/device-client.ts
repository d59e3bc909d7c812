import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { z } from 'zod'
import type { Message } from './messages.ts'
import type { Reply } from './network/commands.ts'
import { parsedJson } from './parsed-json.ts'
import { between } from './random.ts'
import type { Credentials } from './state-file.ts'
import type { Totals } from './totals.ts'
import type { Device } from './world.ts'

/** Messages of one device that may be waiting or unacknowledged; beyond it a reading is skipped. */
export const UNACKNOWLEDGED_MAX = 20
const KEEPALIVE_S = 60
const CONNECT_TIMEOUT_MS = 30_000

interface DeviceClientOptions {
  readonly url: string
  readonly credentials: Credentials
  /** Counters shared by all devices of the run. */
  readonly totals: Totals
  readonly onError: (device: Device, error: Error) => void
  /** What it does when it is asked; left out, it listens to nobody. */
  readonly onCommand?: (device: Device, name: string, args: Readonly<Record<string, unknown>>) => Reply
}

/** One device's MQTT connection. It reconnects by itself; `goOffline` and `goOnline` are for planned outages. */
export class DeviceClient {
  readonly device: Device
  readonly #options: DeviceClientOptions
  readonly #waiting: (Message & { acknowledged?: (() => void) | undefined })[] = []
  #client: MqttClient | null = null
  #ready = false
  #leaving = false
  #inFlight = 0
  #lostInFlight = 0
  #attempt: Promise<void> = Promise.resolve()

  constructor(device: Device, options: DeviceClientOptions) {
    this.device = device
    this.#options = options
  }

  /** Resolves after the first attempt to connect, whatever came of it. */
  goOnline(): Promise<void> {
    this.#leaving = false
    if (this.#client) return this.#attempt
    const client = connect(this.#options.url, this.#connectOptions())
    this.#client = client
    this.#attempt = new Promise((resolve) => {
      client.on('connect', () => {
        this.#onConnect(client)
        resolve()
      })
      client.on('close', () => {
        this.#onClose(client)
        resolve()
      })
      client.on('error', (error) => {
        this.#options.totals.errors++
        this.#options.onError(this.device, error)
        resolve()
      })
    })
    return this.#attempt
  }

  /** Breaks the connection as a power cut would, so that the will is published; after the last
   *  acknowledgement, because a simulated fault must not look like a message the platform lost. */
  goOffline(): void {
    this.#leaving = true
    this.#leaveIfIdle()
  }

  /** Sends now, or once connected; skips and counts where the device is at its bound. */
  send(message: Message, acknowledged?: () => void): void {
    if (this.#inFlight + this.#waiting.length >= UNACKNOWLEDGED_MAX) {
      this.#options.totals.skipped++
      return
    }
    this.#waiting.push({ ...message, acknowledged })
    this.#flush()
  }

  /** Says goodbye with DISCONNECT when everything sent is acknowledged. */
  async stop(): Promise<void> {
    const client = this.#client
    this.#options.totals.skipped += this.#waiting.splice(0).length
    if (!client) return
    // QoS 0: DISCONNECT follows on the same connection, so there is nothing to wait for.
    if (this.#ready) this.#publishStatus(client, false, 0)
    await client.endAsync(!this.#ready)
  }

  /** Ends the connection whatever is still open. */
  kill(): void {
    this.#client?.stream.destroy()
  }

  #connectOptions(): IClientOptions {
    const { id, seed } = this.device
    const { username, password } = this.#options.credentials
    return {
      clientId: id,
      username,
      password,
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_S,
      queueQoSZero: false,
      resubscribe: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Each device has its own patience, or a platform that restarts would get all of them at once.
      reconnectPeriod: Math.round(between(1000, 6000, seed, 41)),
      reconnectOnConnackError: true,
      will: { topic: `devices/${id}/status`, payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    }
  }

  #onConnect(client: MqttClient): void {
    if (client !== this.#client) return
    this.#ready = true
    this.#options.totals.connected++
    // The client has just sent again what was open when the connection broke.
    this.#options.totals.resent += this.#lostInFlight
    this.#lostInFlight = 0
    this.#publishStatus(client, true, 1)
    if (this.device.type === 'valve') this.#listen(client)
    this.#flush()
  }

  #listen(client: MqttClient): void {
    const { onCommand } = this.#options
    if (!onCommand) return
    const folder = `devices/${this.device.id}/commands/`
    client.removeAllListeners('message')
    client.on('message', (topic, payload) => {
      const name = topic.slice(folder.length)
      const command = Command.safeParse(parsedJson(payload.toString()))
      if (!topic.startsWith(folder) || name.includes('/') || !command.success) return
      const { id, args } = command.data
      const reply = JSON.stringify({ id, ...onCommand(this.device, name, args) })
      client.publish(`${topic}/reply`, reply, { qos: 1 })
    })
    client.subscribe(`${folder}+`, { qos: 1 })
  }

  #onClose(client: MqttClient): void {
    if (client !== this.#client || !this.#ready) return
    this.#ready = false
    this.#lostInFlight = this.#inFlight
    this.#options.totals.connected--
  }

  #publishStatus(client: MqttClient, online: boolean, qos: 0 | 1): void {
    client.publish(`devices/${this.device.id}/status`, JSON.stringify({ online }), { qos, retain: true })
  }

  #flush(): void {
    const client = this.#client
    if (!client || !this.#ready) return
    for (let message = this.#waiting.shift(); message; message = this.#waiting.shift()) {
      this.#publish(client, message.payload, message.acknowledged)
      if (message.resent) this.#options.totals.resent++
    }
  }

  #publish(client: MqttClient, payload: string, acknowledged?: () => void): void {
    const { totals } = this.#options
    totals.sent++
    totals.inFlight++
    this.#inFlight++
    client.publish(`devices/${this.device.id}/readings`, payload, { qos: 1 }, (error) => {
      this.#inFlight--
      totals.inFlight--
      if (error) totals.errors++
      else totals.acknowledged++
      acknowledged?.()
      this.#leaveIfIdle()
    })
  }

  #leaveIfIdle(): void {
    const client = this.#client
    if (!client || !this.#leaving || this.#inFlight + this.#waiting.length > 0) return
    this.#onClose(client)
    this.#client = null
    client.end(true)
  }
}

const Command = z.object({ id: z.string(), args: z.record(z.string(), z.unknown()).default({}) })

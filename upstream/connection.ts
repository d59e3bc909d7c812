import type { Duplex } from 'node:stream'
import { type IConnackPacket, type IPublishPacket, MqttClient, type Packet } from 'mqtt'
import type { Message } from '../core/message.ts'
import type { Log, Take } from '../core/ports.ts'
import type { Upstream, UpstreamFault } from '../core/upstream.ts'
import { dial } from './dial.ts'
import { type Arriving, messageOf } from './entering.ts'
import { fault, faultOf, REFUSED, refusedTopics } from './faults.ts'
import { acknowledgement, OrderedAcks } from './ordered-acks.ts'
import { clientOptions } from './session.ts'

export interface ConnectionParts {
  readonly take: Take
  isFull(): boolean
  mayPublish(device: string, topic: string): boolean
  readonly payloadBytesMax: number
  readonly timing: Timing
  readonly log: Log
}

interface Timing {
  readonly keepaliveS: number
  /** The first and the longest wait between tries. */
  readonly retryMsMin: number
  readonly retryMsMax: number
}

/** What its owner is told. */
export interface ConnectionEvents {
  /** The broker answered all subscriptions, with this granted to each filter. */
  onUp(granted: ReadonlyMap<string, number>): void
  onMessage(isTaken: boolean): void
  /** Once, and nothing after it. Null: it was ended from here. */
  onEnd(reason: UpstreamFault | null): void
}

/** Messages of one connection that wait for their commit; more are not read. */
const IN_FLIGHT_MAX = 1000
const ROOM_POLL_MS = 50
/** mqtt.js gathers a packet before it shows it: a broker that sends a larger one is cut off. */
const PACKET_BYTES_MAX = 8 * 1_048_576
const END_MS = 2000

/**
 * One connection to a broker, from CONNECT to its end; a new one is made for each try, so that no acknowledgement that is
 * still due can reach the broker on a later connection, where its packet id may mean another message.
 *
 * mqtt.js handles messages of QoS 1 one by one, and acknowledges one of QoS 2 before anybody has seen it. So every PUBLISH is
 * shown to it as of QoS 0, and the acknowledgements are written here: PUBACK and PUBREC after the commit, in order, with as
 * many messages under way as one batch can hold (docs/adr/0012).
 */
export class Connection {
  readonly #upstream: Upstream
  readonly #enters: (packet: IPublishPacket, arriving: Arriving | null) => Message
  readonly #parts: ConnectionParts
  readonly #events: ConnectionEvents
  readonly #stream: Duplex
  readonly #client: MqttClient
  readonly #acks: OrderedAcks
  /** Of the PUBLISH that mqtt.js is about to hand over. */
  #arriving: Arriving | null = null
  #inFlight = 0
  #gathered = 0
  /** Lets mqtt.js go on; set while nothing more is read. */
  #next: (() => void) | null = null
  #isHeld = false
  #isOver = false
  #isEnding = false
  #fault: UpstreamFault | null = null
  #roomTimer: NodeJS.Timeout | null = null
  readonly #pings: NodeJS.Timeout

  /** `session` names the session at the broker, within which packet ids mean something. Throws what `dial` throws. */
  constructor(upstream: Upstream, session: string, parts: ConnectionParts, events: ConnectionEvents) {
    const { keepaliveS } = parts.timing
    this.#upstream = upstream
    this.#enters = (packet, arriving) => messageOf(packet, arriving, upstream, session, parts)
    this.#parts = parts
    this.#events = events
    this.#stream = dial(upstream)
    this.#acks = new OrderedAcks((bytes) => {
      if (!this.#isOver && !this.#stream.destroyed) this.#stream.write(bytes)
    })
    this.#stream.on('error', (error) => this.#fail(faultOf(error)))
    this.#client = new MqttClient(() => this.#stream, clientOptions(upstream, { clean: false, keepaliveS }))
    this.#client.on('connect', (packet) => void this.#subscribe(packet))
    this.#client.on('error', (error) => this.#fail(faultOf(error)))
    this.#client.on('packetreceive', (packet) => this.#see(packet))
    this.#client.on('close', () => this.#over())
    this.#client.handleMessage = (packet, next) => this.#take(packet, () => next())
    // Measured where it comes in; the pipe to mqtt.js holds it back as before.
    this.#stream.on('data', (chunk: Buffer) => this.#measure(chunk.length))
    this.#pings = setInterval(() => this.#pingWhileHeld(), (keepaliveS * 1000) / 3).unref()
  }

  /** Reads no more; what was read is acknowledged still. */
  hold(): void {
    this.#isHeld = true
  }

  /** Ends it once what was read is committed and acknowledged, or after a while without that. */
  async end(): Promise<void> {
    this.hold()
    this.#isEnding = true
    if (this.#isOver) return
    const deadline = Date.now() + END_MS
    while (this.#inFlight > 0 && !this.#isOver && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, ROOM_POLL_MS))
    if (this.#isOver) return
    const closed = new Promise<void>((resolve) => this.#client.once('close', () => resolve()))
    // What is not read keeps a stream from closing by itself.
    if (this.#next !== null) this.#stream.once('finish', () => this.#stream.destroy())
    this.#client.end(false)
    const timer = setTimeout(() => this.#stream.destroy(), END_MS)
    await closed.finally(() => clearTimeout(timer))
  }

  async #subscribe({ returnCode }: IConnackPacket): Promise<void> {
    if (returnCode !== 0) return
    const { topics } = this.#upstream
    const wanted = Object.fromEntries(topics.map(({ filter, qos }) => [filter, { qos }]))
    const codes = await new Promise<readonly number[] | null>((resolve) => {
      this.#client.subscribe(wanted, (error, _asked, packet) => {
        // A refusal of one filter is an error of all to mqtt.js; what the broker said of each is in its packet.
        const granted = (packet as { granted?: number[] } | undefined)?.granted
        resolve(granted?.length === topics.length ? granted : null)
        if (error && !granted) this.#fail(faultOf(error))
      })
    })
    if (this.#isOver) return
    if (codes === null) return void this.#stream.destroy()
    const granted = new Map(topics.map(({ filter }, i) => [filter, codes[i] ?? REFUSED]))
    if (codes.every((code) => code >= REFUSED)) {
      this.#fail(refusedTopics(granted))
      this.#client.end(false)
      return
    }
    this.#events.onUp(granted)
  }

  #see(packet: Packet): void {
    this.#gathered = 0
    this.#arriving = null
    if (packet.cmd !== 'publish' || packet.qos === 0) return
    this.#arriving = { qos: packet.qos, id: packet.messageId ?? 0, dup: packet.dup }
    packet.qos = 0
  }

  #take(packet: IPublishPacket, next: () => void): void {
    const arriving = this.#arriving
    // Read before the hold, and not acknowledged: the broker sends it again.
    if (this.#isHeld) {
      this.#next = next
      return
    }
    const acknowledge = arriving ? this.#acks.add(acknowledgement(arriving.qos, arriving.id)) : () => {}
    // MQTT-3.3.1-8: set only on what the broker had kept from before this subscription.
    const isTaken = !packet.retain || this.#upstream.retained === 'take'
    this.#events.onMessage(isTaken)
    if (!isTaken) {
      acknowledge()
      return next()
    }
    this.#inFlight++
    this.#parts.take(this.#enters(packet, arriving), (error) => {
      this.#inFlight--
      if (error) return this.#stop(error)
      acknowledge()
      if (this.#next) this.#goOn()
    })
    if (this.#hasRoom()) return next()
    this.#next = next
    this.#goOn()
  }

  #hasRoom = (): boolean => !this.#isHeld && this.#inFlight < IN_FLIGHT_MAX && !this.#parts.isFull()

  /** Reads on as soon as there is room. The pipeline may be full of what others sent: it is asked again. */
  #goOn(): void {
    if (this.#isOver || this.#isHeld || this.#next === null) return
    if (this.#hasRoom()) {
      const next = this.#next
      this.#next = null
      // Not within the settling of a batch.
      return void setImmediate(next)
    }
    if (this.#roomTimer !== null) return
    this.#roomTimer = setTimeout(() => {
      this.#roomTimer = null
      this.#goOn()
    }, ROOM_POLL_MS).unref()
  }

  /** While nothing is read its answers to pings are not either: that is no sign of death. The broker hears that we live. */
  #pingWhileHeld(): void {
    if (this.#isOver || this.#next === null || !this.#client.connected) return
    this.#client.sendPing()
    this.#client.reschedulePing(true)
  }

  #measure(bytes: number): void {
    this.#gathered += bytes
    if (this.#gathered <= PACKET_BYTES_MAX) return
    this.#fail(
      fault('message_too_large', `the broker sends a message of more than ${PACKET_BYTES_MAX} bytes`),
    )
    this.#stream.destroy()
  }

  #stop(error: Error): void {
    if (this.#isOver) return
    this.#parts.log.warn(
      { err: error, upstream: this.#upstream.id },
      'a message of an upstream could not be taken in; it is not acknowledged',
    )
    this.#stream.destroy()
  }

  /** The first reason is the one that led to the others. */
  #fail(reason: UpstreamFault): void {
    this.#fault ??= reason
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#pings)
    if (this.#roomTimer !== null) clearTimeout(this.#roomTimer)
    const closed = fault(
      'closed',
      'the broker closed the connection: a second client with the same client id would make it do so',
    )
    this.#events.onEnd(this.#isEnding ? null : (this.#fault ?? closed))
  }
}

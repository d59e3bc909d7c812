import {
  type Decoded,
  firstReceiptOf,
  type IgnoreReason,
  type Message,
  type Observation,
  type Presence,
  type Reading,
} from '../core/message.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { err } from '../core/result.ts'
import { DAY_US, formatTime, LOCAL_OFFSET_MS, type Micros } from '../core/time.ts'
import { parseDeviceTopic } from '../core/topic.ts'
import type { Device } from '../store/device.ts'
import type { Profile, Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'
import { type CheckContext, check } from './check.ts'
import type { CodecContext } from './codec.ts'
import { canonical, readCanonical } from './codecs/canonical.ts'
import { readReply } from './command-reply.ts'
import type { Work } from './commit.ts'
import { decodeUplinks } from './decode-uplinks.ts'
import { COMMON_RULES, rulesOf } from './fields.ts'
import { Findings } from './findings.ts'
import { jsonOrText } from './json.ts'
import { Memories, NO_MEMORY } from './memory.ts'
import { namesOf, Owners, type OwnersOf } from './owners.ts'
import { type Reader, readerOf } from './readers.ts'
import { ReceiptTimes } from './receipt-times.ts'
import type { Scripts } from './scripts.ts'

/** A message decoded and checked: what has to be committed, and what is left out on purpose. */
export interface Prepared extends Work {
  readonly ignored: Readonly<Partial<Record<IgnoreReason, number>>>
  /** What was decoded, and by what: for who watches, and for what the message asks besides. */
  readonly decoded: Decoded | null
  readonly format: string | null
  readonly presence: readonly { readonly device: string; readonly presence: Presence }[]
}

export interface PreparationParts {
  readonly registry: Registry
  readonly wiring: Wiring
  readonly sources: OwnersOf
  readonly scripts: Scripts
}

const NO_OBSERVATIONS: readonly Observation[] = []
const NO_REJECTIONS: readonly RejectionItem[] = []
const NO_PRESENCE: Prepared['presence'] = []
const NOTHING_IGNORED: Prepared['ignored'] = {}
const ONE_STATUS: Prepared['ignored'] = { status: 1 }
const ONE_REPLY: Prepared['ignored'] = { command_reply: 1 }
const UTC_OFFSET_MINUTES = LOCAL_OFFSET_MS / 60_000
const NO_CONTEXT: CodecContext = {
  receivedAt: 0,
  rulesOf: () => COMMON_RULES,
  utcOffsetMinutes: () => UTC_OFFSET_MINUTES,
  memory: NO_MEMORY,
}

/** decode ▸ check. Says the same of the same message whenever it is asked, as far as the registry, the profiles and what its
 *  sender had said before are the same. Only what needs a program of an integrator gives a promise. */
export class Preparation {
  readonly #parts: PreparationParts
  readonly #retentionUs: number
  readonly #receiptTimes = new ReceiptTimes()
  readonly #memories = new Memories()
  #lastDevice: Device | undefined
  #lastTopic = ''
  #lastVersion = -1
  #lastReader: Reader | undefined

  constructor(parts: PreparationParts, retentionDays: number) {
    this.#parts = parts
    this.#retentionUs = retentionDays * DAY_US
  }

  prepare(message: Message): Prepared | Promise<Prepared> {
    if (message.refusal) return refused(message, message.refusal)
    const device = this.#parts.registry.device(message.device)
    if (device === undefined)
      return refused(message, { path: '', code: 'device_retired', detail: 'the device is not registered' })
    const reader = this.#readerOf(device, message.topic)
    if (!reader) return withoutReader(message)
    return this.prepareWith(message, device, reader)
  }

  /** With a reader of the caller's choice: for a dry run. */
  prepareWith(message: Message, device: Device, reader: Reader): Prepared | Promise<Prepared> {
    if (reader.kind === 'mapping')
      return this.#map(message, reader).then((decoded) => this.#place(message, device, decoded, 'mapping'))
    const { codec } = reader
    // The canonical form, which nearly all messages have, needs nothing but its bytes.
    const context = codec === canonical ? NO_CONTEXT : this.#contextOf(message, device)
    const decoded = codec.decode(message.payload, message.topic, context)
    if (decoded.uplinks)
      return this.#readUplinks(message, device, decoded).then((read) =>
        this.#place(message, device, read, codec.format),
      )
    return this.#place(message, device, decoded, codec.format)
  }

  /** Learns what a message of before the start has taught, and nothing else. */
  recall(message: Omit<Message, 'via'>): void {
    const device = this.#parts.registry.device(message.device)
    const reader = device && this.#readerOf(device, message.topic)
    if (!device || reader?.kind !== 'codec') return
    reader.codec.decode(message.payload, message.topic, this.#contextOf(message, device))
  }

  /** Messages of one device come in a row: what the last one was is not asked again. */
  #readerOf(device: Device, topic: string): Reader | undefined {
    const { wiring } = this.#parts
    if (device === this.#lastDevice && topic === this.#lastTopic && wiring.version === this.#lastVersion)
      return this.#lastReader
    this.#lastVersion = wiring.version
    this.#lastDevice = device
    this.#lastTopic = topic
    this.#lastReader = readerOf(device, topic, wiring)
    return this.#lastReader
  }

  #contextOf(message: Omit<Message, 'via'> & Partial<Pick<Message, 'via'>>, sender: Device): CodecContext {
    const { receivedAt } = message
    // A message of yesterday must not be read as if it came after those of today, nor be learned from so.
    const isReplay = message.via === 'replay'
    return {
      receivedAt,
      memory: this.#memories.at(sender.id, isReplay ? firstReceiptOf(message) : receivedAt, isReplay),
      rulesOf: (...names) => rulesOf(this.#profileOf(sender, names)),
      utcOffsetMinutes: (...names) => this.#profileOf(sender, names)?.utcOffsetMinutes ?? UTC_OFFSET_MINUTES,
    }
  }

  /** Of a device that a message names; where nobody knows it yet, of its sender. */
  #profileOf(sender: Device, names: readonly (string | undefined)[]): Profile | undefined {
    const { wiring, sources } = this.#parts
    const given = names.filter((name) => name !== undefined)
    const known = given.length === 0 ? undefined : sources.profileOf(sender, given)
    return wiring.profile(known ?? sender.profile)
  }

  async #map(message: Message, { name, expression }: Reader & { kind: 'mapping' }): Promise<Decoded> {
    const found = new Findings()
    const result = await this.#parts.scripts.map(expression, {
      topic: message.topic,
      levels: message.topic.split('/'),
      payload: jsonOrText(message.payload),
      device: message.device,
      receivedAt: formatTime(message.receivedAt),
    })
    if (!result.ok)
      found.reject('', 'mapping_failed', `${name}: ${result.error.code}: ${result.error.detail}`)
    else if (result.value === null || result.value === undefined) found.ignore('unmapped')
    else readCanonical(result.value, found, true)
    return found.decoded()
  }

  #readUplinks(message: Message, sender: Device, decoded: Decoded): Promise<Decoded> {
    return decodeUplinks(decoded, this.#parts.scripts, message.receivedAt, (source) => {
      const profile = this.#profileOf(sender, namesOf(source, decoded.aliases))
      return {
        decoder: profile?.decoder ?? null,
        rules: rulesOf(profile),
        utcOffsetMinutes: profile?.utcOffsetMinutes ?? UTC_OFFSET_MINUTES,
      }
    })
  }

  /** Finds out whose each reading is, and checks it. */
  #place(message: Message, sender: Device, found: Decoded, format: string): Prepared {
    const decoded = message.retain && message.via === 'upstream' ? withoutTimeless(found) : found
    const { readings, rejections: refusedByCodec } = decoded
    // Only asked where it is needed: it remembers every packet it is asked about.
    const isTimeless = readings.some(({ time }) => time === undefined)
    const defaultTime = isTimeless ? this.#receiptTimes.of(message) : message.receivedAt
    const observations: Observation[] = []
    const rejections = [...refusedByCodec]
    const own = {
      device: sender.id,
      entity: sender.entity,
      sender: sender.id,
      defaultTime,
      retentionUs: this.#retentionUs,
    }
    // A device's own readings, which nearly all are, need none.
    let others: Owners | undefined
    const owners = () => {
      others ??= new Owners(this.#parts.sources, sender, decoded)
      return others
    }
    for (const reading of readings) {
      const checked =
        reading.source === undefined
          ? check(reading, message, own)
          : checkAs(owners().of(reading.source), reading, message, own)
      if (!checked.ok) rejections.push(checked.error)
      else {
        observations.push(checked.value)
        if (reading.source !== undefined) owners().mean(reading.source)
      }
    }
    return {
      message: isTimeless ? timed(message, defaultTime) : message,
      observations,
      rejections,
      isStatus: false,
      isRemembered: decoded.isRemembered === true,
      reply: null,
      ignored: decoded.ignored,
      decoded,
      format,
      presence: decoded.presence ? owners().presence(decoded.presence) : NO_PRESENCE,
    }
  }
}

function checkAs(
  owner: ReturnType<OwnersOf['ownerOf']>,
  reading: Reading,
  message: Message,
  own: CheckContext,
): ReturnType<typeof check> {
  if (!owner.ok) return err({ path: reading.path, ...owner.error })
  const { device, entity } = owner.value
  return check(reading, message, { ...own, device, entity })
}

/** What another broker had kept may be of any age: the time of receipt says nothing of it. */
function withoutTimeless(decoded: Decoded): Decoded {
  const readings = decoded.readings.filter(({ time }) => time !== undefined)
  const left = decoded.readings.length - readings.length
  return left === 0 ? decoded : { ...decoded, readings, ignored: { ...decoded.ignored, retained: left } }
}

/** The time that its timeless readings got goes with the message, wherever it waits before its commit. */
const timed = (message: Message, time: Micros): Message =>
  message.receivedAt === time ? message : { ...message, firstReceivedAt: time }

const nothing = {
  observations: NO_OBSERVATIONS,
  rejections: NO_REJECTIONS,
  isStatus: false,
  isRemembered: false,
  reply: null,
  ignored: NOTHING_IGNORED,
  decoded: null,
  format: null,
  presence: NO_PRESENCE,
}

const refused = (message: Message, rejection: RejectionItem): Prepared => ({
  ...nothing,
  message,
  rejections: [rejection],
})

function withoutReader(message: Message): Prepared {
  const topic = parseDeviceTopic(message.topic)
  if (topic?.kind === 'status')
    return { ...nothing, message, isStatus: message.retain === true, ignored: ONE_STATUS }
  if (topic?.kind !== 'command_reply')
    return refused(message, { path: '', code: 'no_codec', detail: 'no codec reads this topic' })
  const reply = readReply(message, topic.command)
  return reply.ok
    ? { ...nothing, message, reply: reply.value, ignored: ONE_REPLY }
    : refused(message, reply.error)
}

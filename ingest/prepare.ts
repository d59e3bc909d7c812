import type { IgnoreReason, Message, Observation } from '../core/message.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { DAY_US, type Micros } from '../core/time.ts'
import { parseDeviceTopic } from '../core/topic.ts'
import type { Registry } from '../store/registry.ts'
import { checkAll } from './check.ts'
import type { Codec } from './codec.ts'
import { codecs } from './codecs/index.ts'
import type { Work } from './commit.ts'
import { COMMON_RULES } from './fields.ts'
import { NO_MEMORY } from './memory.ts'
import { ReceiptTimes } from './receipt-times.ts'

/** A message decoded and checked: what has to be committed, and what is left out on purpose. */
export interface Prepared extends Work {
  readonly ignored: Readonly<Partial<Record<IgnoreReason, number>>>
}

const NO_OBSERVATIONS: readonly Observation[] = []
const NO_REJECTIONS: readonly RejectionItem[] = []
const NOTHING_IGNORED: Prepared['ignored'] = {}
const ONE_STATUS: Prepared['ignored'] = { status: 1 }
const ONE_REPLY: Prepared['ignored'] = { command_reply: 1 }

/** decode ▸ check. Says the same of the same message whenever it is asked, as far as the registry is the same. */
export class Preparation {
  readonly #registry: Registry
  readonly #retentionUs: number
  readonly #receiptTimes = new ReceiptTimes()
  #lastTopic = ''
  #lastCodec: Codec | undefined

  constructor(registry: Registry, retentionDays: number) {
    this.#registry = registry
    this.#retentionUs = retentionDays * DAY_US
  }

  /** Messages of one topic come in a row: what the last one was is not asked again. */
  #codecOf(topic: string): Codec | undefined {
    if (topic === this.#lastTopic) return this.#lastCodec
    this.#lastTopic = topic
    this.#lastCodec = codecs.find(({ matches }) => matches(topic))
    return this.#lastCodec
  }

  prepare(message: Message): Prepared {
    if (message.refusal) return refused(message, message.refusal)
    const codec = this.#codecOf(message.topic)
    if (!codec) return withoutCodec(message)
    const decoded = codec.decode(message.payload, message.topic, {
      receivedAt: message.receivedAt,
      rulesOf: () => COMMON_RULES,
      utcOffsetMinutes: () => 420,
      memory: NO_MEMORY,
    })
    const entity = this.#registry.device(message.device)?.entity
    if (entity === undefined)
      return refused(message, { path: '', code: 'device_retired', detail: 'the device is not registered' })
    // Only asked where it is needed: it remembers every packet it is asked about.
    const isTimeless = decoded.readings.some(({ time }) => time === undefined)
    const defaultTime = isTimeless ? this.#receiptTimes.of(message) : message.receivedAt
    const context = { entity, defaultTime, retentionUs: this.#retentionUs }
    const { observations, rejections } = checkAll(decoded, message, context)
    return {
      message: isTimeless ? timed(message, defaultTime) : message,
      observations,
      rejections,
      isStatus: false,
      ignored: decoded.ignored,
    }
  }
}

/** The time that its timeless readings got goes with the message, wherever it waits before its commit. */
const timed = (message: Message, time: Micros): Message =>
  message.receivedAt === time ? message : { ...message, firstReceivedAt: time }

const refused = (message: Message, rejection: RejectionItem): Prepared => ({
  message,
  observations: NO_OBSERVATIONS,
  rejections: [rejection],
  isStatus: false,
  ignored: NOTHING_IGNORED,
})

function withoutCodec(message: Message): Prepared {
  const kind = parseDeviceTopic(message.topic)?.kind
  if (kind !== 'status' && kind !== 'command_reply')
    return refused(message, { path: '', code: 'no_codec', detail: 'no codec reads this topic' })
  return {
    message,
    observations: NO_OBSERVATIONS,
    rejections: NO_REJECTIONS,
    isStatus: kind === 'status' && message.retain === true,
    ignored: kind === 'status' ? ONE_STATUS : ONE_REPLY,
  }
}

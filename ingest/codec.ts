import type { Decoded, IgnoreReason } from '../core/message.ts'
import type { Micros } from '../core/time.ts'
import type { FieldRules } from './fields.ts'
import type { Memory } from './memory.ts'

/** One payload format: total (any bytes at all give a Decoded), and pure but for its memory, with its own examples that run
 *  as tests. */
export interface Codec {
  /** The format's name in the API. */
  readonly format: string
  /** Topics that the senders of this format publish to. A format without topics of its own is chosen by profile alone. */
  matches(topic: string): boolean
  decode(payload: Uint8Array, topic: string, context: CodecContext): Decoded
  readonly examples: readonly Example[]
}

/** What a codec may know beside the message. */
export interface CodecContext {
  readonly receivedAt: Micros
  /** What the fields of a device mean by its profile, and then by the common vocabulary. Names as in `source` of a Reading and
   *  its aliases, best first. */
  rulesOf(...names: (string | undefined)[]): FieldRules
  /** Minutes that a device's local clock is ahead of UTC, by its profile; the province's +07:00 unless it says otherwise. */
  utcOffsetMinutes(...names: (string | undefined)[]): number
  /** What earlier messages of this sender said. */
  readonly memory: Memory
}

interface Example {
  readonly name: string
  readonly topic: string
  /** Text, or bytes in hex. */
  readonly payload: string | { readonly hex: string }
  /** Messages that came before it, as topic and payload. */
  readonly after?: readonly { readonly topic: string; readonly payload: Example['payload'] }[]
  /** Details are prose and may change; the examples fix path and code. Absent members are empty. */
  readonly gives: {
    readonly readings?: Decoded['readings']
    readonly rejections?: readonly Pick<Decoded['rejections'][number], 'path' | 'code'>[]
    readonly ignored?: Partial<Record<IgnoreReason, number>>
    readonly uplinks?: Decoded['uplinks']
    readonly presence?: Decoded['presence']
    readonly aliases?: Decoded['aliases']
    readonly answers?: Decoded['answers']
  }
}

import type { Decoded, IgnoreReason } from '../core/message.ts'

/** One payload format: pure and total (any bytes at all give a Decoded), with its own examples that run as tests. */
export interface Codec {
  /** The format's name in the API. */
  readonly format: string
  /** Topics that the senders of this format publish to. */
  matches(topic: string): boolean
  decode(payload: Uint8Array, topic: string): Decoded
  readonly examples: readonly Example[]
}

interface Example {
  readonly name: string
  readonly topic: string
  readonly payload: string
  /** Details are prose and may change; the examples fix path and code. */
  readonly gives: {
    readonly readings: Decoded['readings']
    readonly rejections: readonly Pick<Decoded['rejections'][number], 'path' | 'code'>[]
    readonly ignored: Partial<Record<IgnoreReason, number>>
  }
}

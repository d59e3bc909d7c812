import type { CodecContext } from '../../ingest/codec.ts'
import { COMMON_RULES, type FieldRule } from '../../ingest/fields.ts'
import { Memories } from '../../ingest/memory.ts'

/** 2026-01-02T03:04:05.678901Z, an instant of receipt that tests may count on. */
export const RECEIVED_AT = 1_767_323_045_678_901

interface Given {
  /** A profile's rules, by field name; what is not there is looked up in the common vocabulary. */
  readonly rules?: Readonly<Record<string, FieldRule | null>>
  readonly utcOffsetMinutes?: number
  readonly receivedAt?: number
}

/** Contexts of one sender: what one message taught is known to the next. */
export function senderContext(given: Given = {}): (receivedAt?: number) => CodecContext {
  const memories = new Memories()
  return (receivedAt = given.receivedAt ?? RECEIVED_AT) => ({
    receivedAt,
    rulesOf: () => (name, unit) =>
      given.rules && Object.hasOwn(given.rules, name) ? given.rules[name] : COMMON_RULES(name, unit),
    utcOffsetMinutes: () => given.utcOffsetMinutes ?? 420,
    memory: memories.at('gw-1', receivedAt),
  })
}

export const codecContext = (given: Given = {}): CodecContext => senderContext(given)()

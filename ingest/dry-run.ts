import type { Message } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import { DAY_US } from '../core/time.ts'
import { checkAll } from './check.ts'
import { codecs } from './codecs/index.ts'
import { COMMON_RULES } from './fields.ts'
import { NO_MEMORY } from './memory.ts'

/** What a message would give, by the same codecs and checks as a real one. */
export function dryRun(format: string, message: Message, retentionDays: number) {
  const codec = codecs.find((candidate) => candidate.format === format)
  if (!codec) throw new RangeError(`no format ${format}`)
  const decoded = codec.decode(message.payload, message.topic, {
    receivedAt: message.receivedAt,
    rulesOf: () => COMMON_RULES,
    utcOffsetMinutes: () => 420,
    memory: NO_MEMORY,
  })
  const context = { entity: '', defaultTime: message.receivedAt, retentionUs: retentionDays * DAY_US }
  const { observations, rejections } = checkAll(decoded, message, context)
  const withUnit = observations.map((o) => ({ ...o, unit: QUANTITIES.get(o.quantity)?.unit ?? '' }))
  return { observations: withUnit, rejections, ignored: decoded.ignored as Record<string, number> }
}

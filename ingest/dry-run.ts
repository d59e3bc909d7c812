import type { Message, Observation } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { check } from './check.ts'
import { codecs } from './codecs/index.ts'

const DAY_US = 86_400_000_000

/** What a message would give, by the same codecs and checks as a real one. */
export function dryRun(format: string, message: Message, retentionDays: number) {
  const codec = codecs.find((candidate) => candidate.format === format)
  if (!codec) throw new RangeError(`no format ${format}`)
  const decoded = codec.decode(message.payload, message.topic)
  const context = { entity: '', defaultTime: message.receivedAt, retentionUs: retentionDays * DAY_US }
  const observations: (Observation & { unit: string })[] = []
  const rejections: RejectionItem[] = [...decoded.rejections]
  for (const reading of decoded.readings) {
    const checked = check(reading, message, context)
    if (checked.ok)
      observations.push({ ...checked.value, unit: QUANTITIES.get(checked.value.quantity)?.unit ?? '' })
    else rejections.push(checked.error)
  }
  return { observations, rejections, ignored: decoded.ignored as Record<string, number> }
}

import { z } from 'zod'
import type { Observation } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import { formatTime } from '../core/time.ts'
import type { TailedMessage } from '../ingest/message-tail.ts'
import { verdictOf } from '../ingest/verdict.ts'
import { RejectionItems } from './rejection-items.ts'

export const ShownReading = z.object({
  device: z.string(),
  quantity: z.string(),
  channel: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  unit: z.string(),
  time: z.string(),
  quality: z.string(),
  path: z.string().describe('where in the payload, a JSON Pointer'),
})

export const ShownMessage = z.object({
  seq: z.number(),
  receivedAt: z.string(),
  sender: z.string(),
  topic: z.string(),
  via: z.string(),
  payload: z.string().describe('base64, of a long one the head'),
  payloadBytes: z.number(),
  text: z.string().nullable().describe('the payload where it is text'),
  format: z.string().nullable().describe('the codec that took it'),
  readings: z.array(ShownReading.extend({ entity: z.string(), sql: z.string() })),
  rejections: RejectionItems,
  unmapped: z.array(z.string()),
  ignored: z.record(z.string(), z.number()),
  stored: z.number(),
  duplicate: z.number(),
  verdict: z.string(),
})

export const readingDocument = (o: Observation): z.infer<typeof ShownReading> => ({
  device: o.device,
  quantity: o.quantity,
  channel: o.channel,
  value: o.value ?? o.label,
  unit: QUANTITIES.get(o.quantity)?.unit ?? '',
  time: formatTime(o.time),
  quality: o.quality,
  path: o.path,
})

export function messageDocument(message: TailedMessage): z.infer<typeof ShownMessage> {
  const { observations, rejections, unmapped, ignored, stored, duplicate, format, topic } = message
  return {
    seq: message.seq,
    receivedAt: formatTime(message.receivedAt),
    sender: message.sender,
    topic,
    via: message.via,
    payload: Buffer.from(message.payload).toString('base64'),
    payloadBytes: message.payloadBytes,
    text: printableText(message.payload),
    format,
    readings: observations.map((o) => ({ ...readingDocument(o), entity: o.entity, sql: sqlOf(o) })),
    rejections: [...rejections],
    unmapped: [...unmapped],
    ignored: { ...ignored } as Record<string, number>,
    stored,
    duplicate,
    verdict: verdictOf({
      format,
      topic,
      stored,
      duplicate,
      rejections,
      unmapped,
      ignored,
    }),
  }
}

/** How an analyst finds the row; ids and channels hold no quote. */
const sqlOf = ({ device, entity, quantity, channel, time }: Observation): string =>
  `select o.* from observation o join series s on s.id = o.series_id where s.device_id = '${device}' and s.entity_id = '${entity}' and s.quantity = '${quantity}' and s.channel = '${channel}' and o.time = timestamptz 'epoch' + ${time} * interval '1 microsecond'`

const utf8 = new TextDecoder('utf-8', { fatal: true })

function printableText(payload: Uint8Array): string | null {
  try {
    const text = utf8.decode(payload)
    return /[^\P{Cc}\n\r\t]/u.test(text) ? null : text
  } catch {
    return null
  }
}

import type { IPublishPacket } from 'mqtt'
import type { Message } from '../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX, TOPIC_NOT_ALLOWED } from '../core/rejection-codes.ts'
import { receiptNow } from '../core/time.ts'
import type { Upstream } from '../core/upstream.ts'

/** What an acknowledgement needs of a PUBLISH of QoS 1 or 2. */
export interface Arriving {
  readonly qos: 1 | 2
  readonly id: number
  readonly dup: boolean
}

interface Limits {
  mayPublish(device: string, topic: string): boolean
  readonly payloadBytesMax: number
}

/** The message as it enters: in the name of the upstream's gateway; one that may not enter carries its refusal. */
export function messageOf(
  { topic, payload: content, retain }: IPublishPacket,
  arriving: Arriving | null,
  { id, device }: Upstream,
  session: string,
  { mayPublish, payloadBytesMax }: Limits,
): Message {
  const payload = typeof content === 'string' ? Buffer.from(content) : content
  const packet = arriving && { session: `upstream/${id}/${session}`, id: arriving.id, dup: arriving.dup }
  const message: Message = {
    device,
    topic,
    payload,
    receivedAt: receiptNow(),
    via: 'upstream',
    retain,
    ...(packet ? { packet } : {}),
  }
  if (!mayPublish(device, topic)) return { ...message, refusal: TOPIC_NOT_ALLOWED }
  if (payload.length <= payloadBytesMax) return message
  return {
    ...message,
    payload: payload.subarray(0, REJECTION_PAYLOAD_BYTES_MAX),
    refusal: {
      path: '',
      code: 'payload_too_large',
      detail: `${payload.length} bytes; at most ${payloadBytesMax} are taken, and the head is kept`,
    },
  }
}

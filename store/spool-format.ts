import type { Message } from '../core/message.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'

/** What is kept of a message besides its payload. Packet ids are not: the time that they stand for is settled already. */
type Head = [
  device: string,
  topic: string,
  receivedAt: number,
  firstReceivedAt: number | null,
  via: Message['via'],
  retain: boolean,
  refusal: RejectionItem | null,
]

/** Messages as one block of bytes: for each the lengths of head and payload (uint32), the head as JSON, the payload. */
export function encodeMessages(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const heads = messages.map((message) => Buffer.from(JSON.stringify(headOf(message))))
  let length = 0
  for (const [i, head] of heads.entries()) length += 8 + head.length + (messages[i]?.payload.length ?? 0)
  // Not from the shared pool: the block is handed to another thread whole.
  const bytes = Buffer.from(new ArrayBuffer(length))
  let at = 0
  for (const [i, head] of heads.entries()) {
    const payload = messages[i]?.payload ?? new Uint8Array()
    at = bytes.writeUInt32BE(head.length, at)
    at = bytes.writeUInt32BE(payload.length, at)
    bytes.set(head, at)
    bytes.set(payload, at + head.length)
    at += head.length + payload.length
  }
  return new Uint8Array(bytes.buffer)
}

const headOf = ({ device, topic, receivedAt, firstReceivedAt, via, retain, refusal }: Message): Head => [
  device,
  topic,
  receivedAt,
  firstReceivedAt ?? null,
  via,
  retain === true,
  refusal ?? null,
]

/** The way back. */
export function decodeMessages(block: Uint8Array): Message[] {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  const messages: Message[] = []
  for (let at = 0; at < bytes.length; ) {
    const headEnd = at + 8 + bytes.readUInt32BE(at)
    const end = headEnd + bytes.readUInt32BE(at + 4)
    messages.push(
      messageOf(JSON.parse(bytes.toString('utf8', at + 8, headEnd)), bytes.subarray(headEnd, end)),
    )
    at = end
  }
  return messages
}

function messageOf(
  [device, topic, receivedAt, firstReceivedAt, via, retain, refusal]: Head,
  payload: Buffer,
): Message {
  return {
    device,
    topic,
    payload,
    receivedAt,
    via,
    retain,
    ...(firstReceivedAt === null ? {} : { firstReceivedAt }),
    ...(refusal === null ? {} : { refusal }),
  }
}

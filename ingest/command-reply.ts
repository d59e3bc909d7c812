import type { CommandReply } from '../core/command.ts'
import { isId } from '../core/id.ts'
import { firstReceiptOf, type Message } from '../core/message.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { isRecord, parseJson } from './json.ts'

const BYTES_MAX = 4096
const DETAIL_CHARS_MAX = 500
const SHAPE = 'takes {"id": "…", "status": "done" | "failed", "detail"?: "…"}'

/** A device's answer to a command of this name, or why it is none. */
export function readReply(message: Message, name: string): Result<CommandReply, RejectionItem> {
  const wrong = (path: string, detail: string) => err<RejectionItem>({ path, code: 'invalid_reply', detail })
  if (message.payload.length > BYTES_MAX)
    return wrong('', `${message.payload.length} bytes: an answer has at most ${BYTES_MAX}`)
  let fault: RejectionItem | null = null
  const json = parseJson(message.payload, {
    reject: (path, code, detail) => {
      fault = { path, code, detail }
    },
  })
  if (fault) return err(fault)
  if (!isRecord(json)) return wrong('', SHAPE)
  const { id, status, detail = null } = json
  if (typeof id !== 'string' || !isId(id)) return wrong('/id', 'the id of the command, as it came with it')
  if (status !== 'done' && status !== 'failed') return wrong('/status', 'takes "done" or "failed"')
  if (detail !== null && typeof detail !== 'string') return wrong('/detail', 'takes a text')
  const receivedAt = firstReceiptOf(message)
  return ok({ id, device: message.device, name, status, detail: detail && wordsOf(detail), receivedAt })
}

/** Bounded, in one line, without what PostgreSQL's text cannot hold or what turns the text around it. */
const wordsOf = (text: string): string =>
  text
    .slice(0, DETAIL_CHARS_MAX)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()

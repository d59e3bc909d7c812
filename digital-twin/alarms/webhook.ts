import { createHmac } from 'node:crypto'
import { post } from '../../core/post.ts'

/**
 * POSTs a JSON text. `x-plumbline-signature` is `sha256=` with the HMAC-SHA-256, in hex, of the time in
 * `x-plumbline-timestamp` (seconds), a full stop and the body: who knows the secret can tell that it is ours, and new.
 * Gives what went wrong, or null.
 */
export function postWebhook(url: string, secret: string, body: string, nowS: number): Promise<string | null> {
  const timestamp = String(Math.floor(nowS))
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'x-plumbline-timestamp': timestamp,
    'x-plumbline-signature': `sha256=${signature}`,
  }
  return post({ uri: url, body, headers, mayStayInside: true })
}

import { createHmac } from 'node:crypto'

const TIMEOUT_MS = 10_000
const FAULT_CHARS_MAX = 300

/**
 * POSTs a JSON text. `x-plumbline-signature` is `sha256=` with the HMAC-SHA-256, in hex, of the time in
 * `x-plumbline-timestamp` (seconds), a full stop and the body: who knows the secret can tell that it is ours, and new.
 * Gives what went wrong, or null. Redirects are not followed: the secret's holder is who the address names.
 */
export async function postWebhook(
  url: string,
  secret: string,
  body: string,
  nowS: number,
): Promise<string | null> {
  const timestamp = String(Math.floor(nowS))
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'plumbline',
        'x-plumbline-timestamp': timestamp,
        'x-plumbline-signature': `sha256=${signature}`,
      },
    })
    await response.body?.cancel()
    return response.ok ? null : `answered ${response.status}`
  } catch (error) {
    const { name, message, cause } = error as Error
    if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
    const code = (cause as { code?: unknown } | undefined)?.code
    return (typeof code === 'string' ? code : message).slice(0, FAULT_CHARS_MAX)
  }
}

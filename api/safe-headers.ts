import type { IncomingMessage, Server, ServerResponse } from 'node:http'

// MapLibre starts its worker from a blob and draws images from data. No inline style or script anywhere.
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
/** The reader of the API's description puts one style of its own into the page; a browser test sees when it is another one. */
const READER_STYLE = "style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"
/** Of what is no page: if a browser ever showed it as one, it could do nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const POWERS = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'serial', 'display-capture']

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': POWERS.map((power) => `${power}=()`).join(', '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

const HSTS = { 'strict-transport-security': 'max-age=31536000' }

/** Every answer says how a browser must take it; those of the API are not kept anywhere. Before the application sees the
 *  request: also what it refuses unread, and a stream, which writes its own head, have them. */
export function sendSafeHeaders(server: Server, isTls: boolean): void {
  server.prependListener('request', ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    const headers = safeHeaders(url, isTls)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  })
}

function safeHeaders(url: string, isTls: boolean): Record<string, string> {
  const isData = /^\/(api|ingest)\//.test(url)
  const pagePolicy = url.startsWith('/docs') ? `${PAGE_POLICY}; ${READER_STYLE}` : PAGE_POLICY
  return {
    ...COMMON,
    ...(isTls ? HSTS : {}),
    'content-security-policy': isData ? DATA_POLICY : pagePolicy,
    ...(isData ? { 'cache-control': 'no-store' } : {}),
  }
}

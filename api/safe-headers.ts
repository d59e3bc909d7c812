import type { FastifyInstance } from 'fastify'

// MapLibre starts its worker from a blob and draws images from data. No inline style or script anywhere.
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
/** Of what is no page: if a browser ever showed it as one, it could do nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const POWERS = [
  'camera',
  'geolocation',
  'microphone',
  'payment',
  'usb',
  'serial',
  'bluetooth',
  'display-capture',
]

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': POWERS.map((power) => `${power}=()`).join(', '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

const HSTS = { 'strict-transport-security': 'max-age=31536000' }

/** Every answer says how a browser must take it; those of the API are not kept anywhere. */
export function sendSafeHeaders(app: FastifyInstance, isTls: boolean): void {
  app.addHook('onRequest', async ({ url }, reply) => {
    const headers = safeHeaders(/^\/(api|ingest)\//.test(url), isTls)
    // Set on the raw answer: a stream writes its own head, and what is here stays beside it.
    for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
  })
}

const safeHeaders = (isData: boolean, isTls: boolean): Record<string, string> => ({
  ...COMMON,
  ...(isTls ? HSTS : {}),
  'content-security-policy': isData ? DATA_POLICY : PAGE_POLICY,
  ...(isData ? { 'cache-control': 'no-store' } : {}),
})

import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Message } from '../../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX, TOPIC_NOT_ALLOWED } from '../../core/rejection-codes.ts'
import { receiptNow } from '../../core/time.ts'
import { isTopicName, mayPublish } from '../../core/topic.ts'
import { within } from '../../core/within.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { RateLimit } from '../rate-limit.ts'
import { tooManyAttempts } from '../sign-in-guard.ts'
import { RejectionItems } from './rejections.ts'

const RETRY_AFTER_S = 5
/** So long a sender waits for the commit; after it the message is pending still. */
const COMMIT_WAIT_MS = 10_000
/** Nothing is gathered beyond the limit of a payload; this is only what may be declared. */
const BODY_BYTES_DECLARED_MAX = 2 ** 40
const TOPIC_CHARS_MAX = 1024
const FORBIDDEN_PER_MINUTE = 60

declare module 'fastify' {
  interface FastifyRequest {
    /** The device that sends; set before the body is read. */
    device: string
  }
}

const Refused = Problem.extend({ stored: z.number(), duplicate: z.number(), rejections: RejectionItems })

/** `POST /ingest/<topic>`: the same function as MQTT, for devices that only speak HTTP. */
export const ingestRoutes: FastifyPluginAsyncZod<RouteOptions> = async (
  app,
  { parts, access: { guard } },
) => {
  const forbidden = new RateLimit(FORBIDDEN_PER_MINUTE)
  // A payload is bytes whatever its content type says. It is read by hand: of one that is too large its head is kept.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, stream, done) => {
    readBody(stream, parts.payloadBytesMax).then((body) => done(null, body), done)
  })
  app.decorateRequest('device', '')
  // Before the body is read: who may not send shall not cost memory.
  app.addHook('onRequest', async (request, reply) => {
    const given = credentialsIn(request.headers.authorization)
    if (given && guard.isOver(request.ip, given.id)) return tooManyAttempts(reply)
    if (given === null || !parts.credentials.checkDevice(given.id, given.secret)) {
      if (given) guard.wrong(request.ip, given.id)
      reply.header('www-authenticate', 'Basic realm="plumbline devices"')
      return problem(reply, 401, 'wrong_credentials', 'Basic: user name = device id, password = its secret')
    }
    if (parts.isFull())
      return notNow(reply, 'too much is waiting for the database, or the platform is stopping')
    guard.right(request.ip, given.id)
    request.device = given.id
  })

  app.post(
    '/ingest/*',
    {
      bodyLimit: BODY_BYTES_DECLARED_MAX,
      schema: {
        tags: ['ingest'],
        security: [{ device: [] }],
        description:
          'A message as it would be published over MQTT. 204: every reading is committed. 422: the good part is; do not send again.',
        params: z.object({
          '*': z
            .string()
            .max(TOPIC_CHARS_MAX)
            .refine(isTopicName, 'takes a topic name: no wildcard, no control character'),
        }),
        response: {
          204: z.null(),
          401: Problem,
          403: Problem,
          413: Problem,
          422: Refused,
          429: Problem,
          503: Problem,
        },
      },
    },
    async (request, reply) => {
      const { device } = request
      const topic = request.params['*']
      const { payload, bytes } = (request.body as Body | undefined) ?? { payload: Buffer.alloc(0), bytes: 0 }
      const message: Message = { device, topic, payload, receivedAt: receiptNow(), via: 'http' }
      const isAllowed = mayPublish(device, topic)
      if (!isAllowed && !forbidden.take(device))
        return problem(
          reply.header('retry-after', '60'),
          429,
          'too_many_refused',
          'too many messages to topics that the device may not use',
        )
      const refusal = refusalOf(isAllowed, bytes, parts.payloadBytesMax)
      const outcome = await within(parts.ingest(refusal ? { ...message, refusal } : message), COMMIT_WAIT_MS)
      if (outcome === null)
        return notNow(
          reply,
          'the database has not committed in time; the message is still waiting. Sent again it is stored once, if its readings have a time',
        )
      if (!isAllowed)
        return problem(reply, 403, TOPIC_NOT_ALLOWED.code, TOPIC_NOT_ALLOWED.detail, { ...outcome })
      if (refusal) return problem(reply, 413, refusal.code, refusal.detail, { ...outcome })
      const [first] = outcome.rejections
      if (first) return problem(reply, 422, first.code, first.detail, { ...outcome })
      return reply.code(204).send(null)
    },
  )
}

function refusalOf(isAllowed: boolean, bytes: number, bytesMax: number): Message['refusal'] {
  if (!isAllowed) return TOPIC_NOT_ALLOWED
  if (bytes > bytesMax)
    return {
      path: '',
      code: 'payload_too_large',
      detail: `more than ${bytesMax} bytes; the head is kept, the rest was not read`,
    }
  return undefined
}

function credentialsIn(authorization: string | undefined): { id: string; secret: string } | null {
  const [scheme, encoded = ''] = authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic') return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon > 0 ? { id: text.slice(0, colon), secret: text.slice(colon + 1) } : null
}

interface Body {
  readonly payload: Buffer
  /** Of the whole body, as far as it was read. */
  readonly bytes: number
}

/** Reads a body up to the limit. Of a longer one: the head that a rejection keeps; the rest is let by, for a sender that is
 *  cut off would not hear the answer. */
function readBody(stream: Readable, bytesMax: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let bytes = 0
    stream.on('data', (chunk: Buffer) => {
      if (bytes > bytesMax) return
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes <= bytesMax) return
      resolve({ payload: Buffer.concat(chunks).subarray(0, REJECTION_PAYLOAD_BYTES_MAX), bytes })
      chunks = []
    })
    stream.once('end', () => resolve({ payload: Buffer.concat(chunks), bytes }))
    stream.once('error', reject)
  })
}

const notNow = (reply: FastifyReply, detail: string) =>
  problem(reply.header('retry-after', String(RETRY_AFTER_S)), 503, 'back_pressure', detail)

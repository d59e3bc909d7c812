import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { plainAddress } from '../../core/address.ts'
import type { Message } from '../../core/message.ts'
import { REJECTION_PAYLOAD_BYTES_MAX, TOPIC_NOT_ALLOWED } from '../../core/rejection-codes.ts'
import { receiptNow } from '../../core/time.ts'
import { isTopicName } from '../../core/topic.ts'
import { within } from '../../core/within.ts'
import type { RouteOptions } from '../app.ts'
import { deviceAccess, notNow, tooMany } from '../device-access.ts'
import { Problem, problem } from '../problem.ts'
import { RateLimit } from '../rate-limit.ts'
import { RejectionItems } from '../rejection-items.ts'

/** So long a sender waits for the commit; after it the message is pending still. */
const COMMIT_WAIT_MS = 10_000
/** Nothing is gathered beyond the limit of a payload; this is only what may be declared. */
const BODY_BYTES_DECLARED_MAX = 2 ** 40
const TOPIC_CHARS_MAX = 1024
const FORBIDDEN_PER_MINUTE = 60

const Refused = Problem.extend({ stored: z.number(), duplicate: z.number(), rejections: RejectionItems })

const SCHEMA = {
  tags: ['ingest'],
  security: [{ device: [] }],
  description:
    'A message as it would be published over MQTT. 204: every reading is committed. 422: the good part is; do not send again.',
  querystring: z.object({
    event: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,32}$/)
      .optional()
      .describe('appended to the topic as /event/<event>: so ChirpStack tells what it sends'),
    accept: z
      .enum(['always'])
      .optional()
      .describe(
        'always: 204 also for what is refused, once the refusal is recorded; for senders that repeat, or give up, on anything else',
      ),
  }),
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
}

/** `POST /ingest/<topic>`: the same function as MQTT, for devices that only speak HTTP. */
export const ingestRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const forbidden = new RateLimit(FORBIDDEN_PER_MINUTE)
  const { door } = parts
  // A payload is bytes whatever its content type says. It is read by hand: of one that is too large its head is kept.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, stream, done) => {
    readBody(stream, parts.payloadBytesMax).then((body) => done(null, body), done)
  })
  app.decorateRequest('device', '')
  // Before the body is read: who may not send shall not cost memory.
  app.addHook('onRequest', deviceAccess(parts))

  app.post(
    '/ingest/*',
    {
      bodyLimit: BODY_BYTES_DECLARED_MAX,
      schema: SCHEMA,
    },
    async (request, reply) => {
      const { device } = request
      const topic = topicOf(request.params['*'], request.query.event)
      const { payload, bytes } = (request.body as Body | undefined) ?? { payload: Buffer.alloc(0), bytes: 0 }
      const message: Message = { device, topic, payload, receivedAt: receiptNow(), via: 'http' }
      const isAllowed = parts.rights.mayPublish(device, topic)
      if (!isAllowed && !forbidden.take(device))
        return tooMany(
          reply,
          60,
          'too_many_refused',
          'too many messages to topics that the device may not use',
        )
      if (!isAllowed) {
        const address = plainAddress(request.socket.remoteAddress)
        door.refused({
          address,
          port: 'http',
          reason: 'publish_not_allowed',
          username: device,
          device,
          detail: topic,
        })
      }
      const refusal = refusalOf(isAllowed, bytes, parts.payloadBytesMax)
      const outcome = await within(parts.ingest(refusal ? { ...message, refusal } : message), COMMIT_WAIT_MS)
      if (outcome === null)
        return notNow(
          reply,
          'the database has not committed in time; the message is still waiting. Sent again it is stored once, if its readings have a time',
        )
      // Acknowledged means committed, be it as readings or as the record of a refusal.
      if (request.query.accept === 'always') return reply.code(204).send(null)
      if (!isAllowed)
        return problem(reply, 403, TOPIC_NOT_ALLOWED.code, TOPIC_NOT_ALLOWED.detail, { ...outcome })
      if (refusal) return problem(reply, 413, refusal.code, refusal.detail, { ...outcome })
      const [first] = outcome.rejections
      if (first) return problem(reply, 422, first.code, first.detail, { ...outcome })
      return reply.code(204).send(null)
    },
  )
}

const topicOf = (path: string, event: string | undefined): string =>
  event === undefined ? path : `${path.replace(/\/$/, '')}/event/${event}`

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

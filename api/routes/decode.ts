import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Message } from '../../core/message.ts'
import { microsNow } from '../../core/time.ts'
import { codecs } from '../../ingest/codecs/index.ts'
import { dryRun } from '../../ingest/dry-run.ts'
import { type Reader, readerOf, readerOfFormat } from '../../ingest/readers.ts'
import { unmappedPaths, verdictOf } from '../../ingest/verdict.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { readingDocument, ShownReading } from '../message-document.ts'
import { Problem, problem } from '../problem.ts'
import { RejectionItems } from '../rejection-items.ts'
import { Id } from '../schemas.ts'

const EXPRESSION_CHARS_MAX = 65_536

const Query = z.object({
  format: z
    .enum(['mapping', ...codecs.map(({ format }) => format)])
    .optional()
    .describe('left out: what the profile of the device, or the topic, decides'),
  topic: z.string().max(65_535).default(''),
  payload: z.base64().describe('as it would come off the wire'),
  device: Id.optional().describe('the sender; one that is registered is read with its profile'),
  mapping: z
    .string()
    .max(EXPRESSION_CHARS_MAX)
    .optional()
    .describe('a JSONata expression to try, for the format mapping'),
})

const Found = z.object({
  format: z.string().nullable(),
  readings: z.array(ShownReading),
  rejections: RejectionItems,
  unmapped: z.array(z.string()).describe('fields that no meaning is known for'),
  ignored: z.record(z.string(), z.number()),
  presence: z.array(z.object({ device: z.string(), kind: z.string(), reason: z.string() })),
  verdict: z.string(),
})

/** What the platform would make of a payload. Stores nothing. */
export const decodeRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const run = dryRun(parts, parts.retentionDays)
  app.post(
    '/decode',
    {
      config: { audit: false },
      onRequest: allow('integrator'),
      schema: { tags: ['wiring'], body: Query, response: { 200: Found, 404: Problem } },
    },
    async ({ body }, reply) => {
      const topic = body.topic
      const reader = readerFor(body)
      if (!reader)
        return problem(
          reply,
          404,
          'no_codec',
          `nothing reads the topic "${topic}" of this sender: name the format, or give the device a profile`,
        )
      const payload = Buffer.from(body.payload, 'base64')
      const message: Message = {
        device: body.device ?? 'sender',
        topic,
        payload,
        receivedAt: microsNow(),
        via: 'http',
      }
      const { observations, rejections, ignored, decoded, format } = await run(message, reader)
      const unmapped = unmappedPaths(decoded)
      return {
        format,
        readings: observations.map(readingDocument),
        rejections: [...rejections],
        unmapped,
        ignored: { ...ignored } as Record<string, number>,
        presence: (decoded?.presence ?? []).map(({ source, kind, reason }) => ({
          device: source ?? message.device,
          kind,
          reason,
        })),
        verdict: verdictOf({
          format,
          topic,
          isTrial: true,
          stored: observations.length,
          duplicate: 0,
          rejections,
          unmapped,
          ignored,
        }),
      }
    },
  )

  function readerFor({ format, topic, device, mapping }: z.infer<typeof Query>): Reader | undefined {
    if (mapping !== undefined) return { kind: 'mapping', name: 'this mapping', expression: mapping }
    if (format !== undefined && format !== 'mapping') return readerOfFormat(format)
    const sender = parts.registry.device(device ?? '')
    if (sender) return readerOf(sender, topic, parts.wiring)
    const codec = codecs.find(({ matches }) => matches(topic))
    return codec && { kind: 'codec', codec }
  }
}

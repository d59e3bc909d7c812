import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { codecs } from '../../ingest/codecs/index.ts'
import { dryRun } from '../../ingest/dry-run.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Id } from '../schemas.ts'
import { RejectionItems } from './rejections.ts'

const Query = z.object({
  format: z.enum(codecs.map(({ format }) => format) as [string, ...string[]]),
  topic: z.string().max(65_535).default(''),
  payload: z.base64(),
  device: Id.default('device'),
})

const Found = z.object({
  readings: z.array(
    z.object({
      device: z.string(),
      quantity: z.string(),
      channel: z.string(),
      value: z.union([z.number(), z.string()]).nullable(),
      unit: z.string(),
      time: z.string(),
      quality: z.string(),
    }),
  ),
  rejections: RejectionItems,
  ignored: z.record(z.string(), z.number()),
})

/** What the platform would make of a payload. Stores nothing. */
export const decodeRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.post(
    '/decode',
    {
      config: { audit: false },
      onRequest: allow('integrator'),
      schema: { tags: ['devices'], body: Query, response: { 200: Found } },
    },
    async ({ body: { format, topic, payload, device } }) => {
      const { observations, rejections, ignored } = dryRun(
        format,
        { device, topic, payload: Buffer.from(payload, 'base64'), receivedAt: microsNow(), via: 'http' },
        parts.retentionDays,
      )
      return {
        readings: observations.map(({ quantity, unit, channel, value, label, time, quality }) => ({
          device,
          quantity,
          channel,
          value: value ?? label,
          unit,
          time: formatTime(time),
          quality,
        })),
        rejections,
        ignored,
      }
    },
  )
}

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { SpoolState } from '../../ingest/spooling.ts'
import type { RouteOptions } from '../app.ts'
import { readinessOf } from '../readiness.ts'

const Readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
  database: z.enum(['there', 'away']),
  spool: z
    .object({
      messages: z.number(),
      bytes: z.number(),
      bytesMax: z.number(),
      oldestS: z.number().describe('age of the oldest message'),
      drainPerSecond: z.number(),
    })
    .nullable()
    .describe('acknowledged messages that wait for the database; null: there is no spool'),
})

const shown = ({ messages, bytes, bytesMax, oldestS, drainPerSecond }: SpoolState) => ({
  messages,
  bytes,
  bytesMax,
  oldestS: Math.round(oldestS),
  drainPerSecond,
})

export const healthRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/healthz',
    {
      schema: {
        tags: ['health'],
        security: [],
        description: 'The process runs.',
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    async () => ({
      status: 'ok' as const,
    }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['health'],
        security: [],
        description: 'Readings can be taken and committed.',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const { reasons, warnings, isDatabaseThere, spool } = await readinessOf(parts)
      const ready = reasons.length === 0
      return reply.code(ready ? 200 : 503).send({
        ready,
        reasons: [...reasons],
        warnings: [...warnings],
        database: isDatabaseThere ? 'there' : 'away',
        spool: spool && shown(spool),
      })
    },
  )

  app.get(
    '/metrics',
    { schema: { tags: ['health'], security: [], description: 'Prometheus text exposition.' } },
    async (_request, reply) => {
      const { body, contentType } = await parts.metrics()
      return reply.type(contentType).serializer(String).send(body)
    },
  )
}

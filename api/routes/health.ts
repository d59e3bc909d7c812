import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { within } from '../../core/within.ts'
import type { RouteOptions } from '../app.ts'

const DATABASE_WAIT_MS = 2000
const Readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
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
      const reasons: string[] = []
      if (parts.isFull()) reasons.push('too much is waiting for the database')
      if (!(await databaseAnswers())) reasons.push(`the database has not answered in ${DATABASE_WAIT_MS} ms`)
      const warnings =
        parts.store.flavour === 'plain'
          ? ['STORE_PLAIN=1: plain PostgreSQL without TimescaleDB; for benches and drills only']
          : []
      return reply
        .code(reasons.length === 0 ? 200 : 503)
        .send({ ready: reasons.length === 0, reasons, warnings })
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

  async function databaseAnswers(): Promise<boolean> {
    const answered = parts.store.db.query({ text: 'select 1' }).then(
      () => true,
      () => false,
    )
    return (await within(answered, DATABASE_WAIT_MS)) === true
  }
}

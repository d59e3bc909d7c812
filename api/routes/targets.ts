import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { microsNow } from '../../core/time.ts'
import { insertTarget, targetsKnownAt } from '../../store/indicator-inputs.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Day, page } from '../schemas.ts'

const Target = z
  .object({
    kind: z.enum(['per-person', 'upper-average']),
    value: z
      .string()
      .regex(/^(?=.*[1-9])\d{1,6}(\.\d{1,6})?$/, 'takes a decimal above 0')
      .nullable()
      .describe('connections per person; null for upper-average'),
    by: Day,
    source: z.string().min(1).max(500),
  })
  .refine(({ kind, value }) => (kind === 'per-person') === (value !== null), {
    message: 'per-person takes a value, upper-average none',
    path: ['value'],
  })

export const targetRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { store } }) => {
  app.get(
    '/targets',
    { onRequest: allow(), schema: { tags: ['indicator'], response: { 200: page(Target) } } },
    async () => ({
      items: await targetsKnownAt(store.db, microsNow()),
    }),
  )

  app.post(
    '/targets',
    {
      onRequest: allow('statistician'),
      schema: { tags: ['indicator'], body: Target, response: { 201: Target } },
    },
    async ({ body }, reply) => {
      await insertTarget(store.db, body, microsNow())
      return reply.code(201).send(body)
    },
  )
}

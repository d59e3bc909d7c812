import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { REFUSALS, type RefusalReason } from '../../core/refusals.ts'
import { formatTime } from '../../core/time.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Id, Instant, limit } from '../schemas.ts'

const Reason = z.enum(Object.keys(REFUSALS) as [RefusalReason, ...RefusalReason[]])
const RefusedConnection = z.object({
  firstAt: z.string(),
  lastAt: z.string(),
  count: z.number().describe('how many times the same was refused'),
  address: z.string(),
  port: z.enum(['mqtt', 'mqtts', 'ws', 'http']),
  username: z.string(),
  clientId: z.string(),
  device: z.string().nullable().describe('where the name is a device’s'),
  reason: Reason,
  advice: z.string().describe('what happened, and what to do about it'),
})

/** Who was refused at the door, and why. In memory: the newest 1,000 that differ, since the start. */
export const refusedConnectionRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/refused-connections',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['security'],
        querystring: z.object({
          device: Id.optional(),
          address: z.string().max(64).optional(),
          reason: Reason.optional(),
          since: Instant.optional().describe('last refused at or after this'),
          limit: limit(1000, 100),
        }),
        response: { 200: z.object({ items: z.array(RefusedConnection) }) },
      },
    },
    async ({ query }) => ({
      items: parts.door.refusedConnections(query).map((refused) => ({
        ...refused,
        firstAt: formatTime(refused.firstAt),
        lastAt: formatTime(refused.lastAt),
      })),
    }),
  )
}

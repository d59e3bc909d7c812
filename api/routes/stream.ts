import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mayReadAlarms } from '../../core/ports.ts'
import { allow } from '../access.ts'
import type { StreamRouteOptions } from '../app.ts'
import { problem } from '../problem.ts'
import { AreaCode, Id } from '../schemas.ts'
import { endWithSession } from '../session-end.ts'
import { areasBelow } from './entities.ts'

const Query = z.object({
  type: z.string().optional(),
  area: AreaCode.optional().describe('with all areas below it'),
  entity: Id.optional(),
})

/** Server-Sent Events: the state of every entity asked for, then each change; and the alarms and commands, for roles that may read them.
 *  Resumes after Last-Event-ID. */
export const streamRoutes: FastifyPluginAsyncZod<StreamRouteOptions> = async (app, { parts, hub }) => {
  parts.credentials.onRevoked((token) => hub.end(token))
  app.addHook('preClose', async () => hub.close())

  app.get(
    '/stream',
    { onRequest: allow(), schema: { tags: ['entities'], querystring: Query } },
    async (request, reply) => {
      if (hub.isFull)
        return problem(
          reply.header('retry-after', '30'),
          503,
          'too_many_streams',
          'close one, or ask again later',
        )
      const { type, area, entity } = request.query
      const areas = area === undefined ? null : await areasBelow(parts.store.db, area)
      const lastEventId = request.headers['last-event-id']
      const wants = (id: string): boolean => {
        const facts = parts.registry.entity(id)
        if (!facts || (entity !== undefined && id !== entity) || (type !== undefined && facts.type !== type))
          return false
        return areas === null || (facts.area !== null && areas.has(facts.area))
      }
      const { principal } = request
      const mayAlarm = principal?.roles.some(mayReadAlarms) === true
      const isForAll = entity === undefined && type === undefined && areas === null
      reply.hijack()
      endWithSession(reply.raw, principal?.expiresAt ?? null)
      hub.open(principal?.id ?? '', reply.raw, typeof lastEventId === 'string' ? lastEventId : null, {
        entity: wants,
        alarm: (about) => mayAlarm && (isForAll || (about !== null && wants(about))),
        command: (about) => mayAlarm && wants(about),
      })
    },
  )
}

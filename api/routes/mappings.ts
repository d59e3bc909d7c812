import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { isNative } from '../../core/topic.ts'
import type { Mapping } from '../../store/profiles.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Id, IdParams, page } from '../schemas.ts'
import { TopicFilter } from './profiles.ts'

const NewMapping = z.object({
  id: Id,
  topic: TopicFilter.refine(isNative, 'takes topics outside of the platform’s own, the first level by name'),
  gateway: Id.nullable().default(null).describe('null: of any sender that may publish there'),
  expression: z
    .string()
    .max(65_536)
    .describe(
      'JSONata over {topic, levels, payload, device, receivedAt}; gives a canonical message, or an array of them, each with "device" where it is not the sender’s own',
    ),
})
const ShownMapping = NewMapping.extend({ updatedAt: z.string() })

/** How messages of topics are read that no profile and no format decides on. Tried with POST /decode first. */
export const mappingRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { wiring, registry, scripts } = parts
  app.get(
    '/mappings',
    { onRequest: allow(), schema: { tags: ['wiring'], response: { 200: page(ShownMapping) } } },
    async () => ({ items: wiring.mappings().map(shown) }),
  )

  app.post(
    '/mappings',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description: 'Makes a mapping, or replaces the one of this id.',
        body: NewMapping,
        response: { 200: ShownMapping, 201: ShownMapping, 404: Problem, 422: Problem },
      },
    },
    async ({ body: { id, topic, gateway, expression } }, reply) => {
      if (gateway !== null && !registry.device(gateway))
        return problem(reply, 404, 'gateway_not_found', `no device ${gateway}`)
      const checked = await scripts.checkMapping(expression)
      if (!checked.ok) return problem(reply, 422, 'mapping_fault', checked.error.detail)
      const isNew = wiring.mapping(id) === undefined
      const mapping: Mapping = { id, topicFilter: topic, gateway, expression, updatedAt: microsNow() }
      await wiring.putMapping(mapping)
      return reply.code(isNew ? 201 : 200).send(shown(mapping))
    },
  )

  app.delete(
    '/mappings/:id',
    {
      onRequest: allow('integrator'),
      schema: { tags: ['wiring'], params: IdParams, response: { 204: z.null(), 404: Problem } },
    },
    async ({ params: { id } }, reply) => {
      if (!wiring.mapping(id)) return problem(reply, 404, 'not_found', `no mapping ${id}`)
      await wiring.deleteMapping(id)
      return reply.code(204).send(null)
    },
  )
}

const shown = ({
  id,
  topicFilter,
  gateway,
  expression,
  updatedAt,
}: Mapping): z.infer<typeof ShownMapping> => ({
  id,
  topic: topicFilter,
  gateway,
  expression,
  updatedAt: formatTime(updatedAt),
})

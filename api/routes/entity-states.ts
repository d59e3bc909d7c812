import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { microsNow } from '../../core/time.ts'
import { statesAt } from '../../digital-twin/state-at.ts'
import { createdAtOf } from '../../store/entity-times.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Entity } from '../entity-schema.ts'
import type { ApiParts } from '../parts.ts'
import { AS_KNOWN_THEN, pageAt, pastRetention, pastSources, wasThere } from '../past.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Cursor, IdParams, Instant, limit, page, pageOf } from '../schemas.ts'
import { areasBelow, required } from './entities.ts'

const Box = z
  .string()
  .regex(/^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$/, 'takes west,south,east,north in degrees')
  .transform((text) => text.split(',').map(Number) as [number, number, number, number])

const ListQuery = z.object({
  type: z.string().optional(),
  area: AreaCode.optional().describe('with all areas below it'),
  freshness: z.enum(['fresh', 'late', 'silent']).optional(),
  bbox: Box.optional().describe('west,south,east,north'),
  limit: limit(10_000, 1000),
  cursor: Cursor,
  at: Instant.optional(),
})

/** The states of entities, now and at an instant. */
export const entityStateRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, twins, store } = parts

  app.get(
    '/entities',
    {
      onRequest: allow(),
      schema: {
        tags: ['entities'],
        description: `With \`at\`: those that were there at an instant, as they were shown then. Freshness and area are then judged as of then, type and bbox as of today; a page may hold fewer than \`limit\` and have a \`next\`. ${AS_KNOWN_THEN}`,
        querystring: ListQuery,
        response: { 200: page(Entity), 410: Problem },
      },
    },
    async ({ query, raw }, reply) => {
      const { at } = query
      const now = microsNow()
      const areas = query.area === undefined ? null : await areasBelow(store.db, query.area)
      const gone = at === undefined ? null : pastRetention(parts, at, now)
      if (gone) return problem(reply, 410, 'past_retention', gone)
      if (at !== undefined && at < now) {
        reply.serializer(JSON.stringify)
        const isOf = (id: string) =>
          id > (query.cursor ?? '') && isWanted(parts, id, { ...query, freshness: undefined }, null)
        const wanted = { ids: [...twins.entities()].filter(isOf).sort(), ...query, areas, at }
        return pageAt(pastSources(parts), wanted, () => raw.destroyed)
      }
      const ids = [...twins.entities()]
        .filter((id) => id > (query.cursor ?? '') && isWanted(parts, id, query, areas))
        .sort()
      const documents = ids.slice(0, query.limit + 1).flatMap((id) => twins.state(id) ?? [])
      // Our own documents need no check, which for 10,000 of them takes as long as making them.
      reply.serializer(JSON.stringify)
      return pageOf(documents, query.limit, ({ id }) => id)
    },
  )

  app.get(
    '/entities/:id',
    {
      onRequest: allow(),
      schema: {
        tags: ['entities'],
        description: `With \`at\`: exactly what was shown then. ${AS_KNOWN_THEN}`,
        params: IdParams,
        querystring: z.object({ at: Instant.optional() }),
        response: { 200: Entity, 404: Problem, 410: Problem },
      },
    },
    async ({ params: { id }, query: { at } }, reply) => {
      const entity = registry.entity(id)
      const now = microsNow()
      if (!entity) return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      if (at === undefined || at >= now) return required(twins.state(id))
      const gone = pastRetention(parts, at, now)
      if (gone) return problem(reply, 410, 'past_retention', gone)
      const [then] = await statesAt(pastSources(parts), [entity], at)
      const made = await createdAtOf(store.db, [id])
      return then && wasThere(then, made, at)
        ? then
        : problem(reply, 404, 'entity_not_found', `${id} was not there yet`)
    },
  )
}

function isWanted(
  { registry, twins }: Pick<ApiParts, 'registry' | 'twins'>,
  id: string,
  { type, freshness, bbox }: z.infer<typeof ListQuery>,
  areas: ReadonlySet<string> | null,
): boolean {
  const entity = registry.entity(id)
  if (!entity || (type !== undefined && entity.type !== type)) return false
  if (freshness !== undefined && twins.freshness(id) !== freshness) return false
  if (areas && (entity.area === null || !areas.has(entity.area))) return false
  if (!bbox) return true
  const { lat, lon } = entity
  const [west, south, east, north] = bbox
  return lat !== null && lon !== null && lon >= west && lon <= east && lat >= south && lat <= north
}

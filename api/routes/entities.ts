import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { DAY_US, localDate, microsNow } from '../../core/time.ts'
import type { AreaLocator } from '../../digital-twin/area-locator.ts'
import type { EntityDocument } from '../../digital-twin/document.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { stateAt } from '../../digital-twin/state-at.ts'
import { codesBelow, listAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import { Attributes, Entity, EntityName } from '../entity-schema.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Cursor, Id, IdParams, Instant, Location, limit, page, pageOf } from '../schemas.ts'

const NewEntity = z.object({
  id: Id,
  type: z
    .string()
    .refine((type) => MODELS.has(type), { message: `takes one of ${[...MODELS.keys()].join(', ')}` }),
  name: EntityName.optional(),
  attributes: Attributes.optional(),
  area: AreaCode.optional(),
  location: Location.optional(),
})
const EntityChange = z.strictObject({
  name: EntityName.nullable().optional(),
  attributes: Attributes.optional(),
})

type Place = z.infer<typeof Location>

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
})

export const entityRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, twins, store, locator } = parts

  app.get(
    '/entities',
    {
      onRequest: allow(),
      schema: { tags: ['entities'], querystring: ListQuery, response: { 200: page(Entity) } },
    },
    async ({ query }, reply) => {
      const areas = query.area === undefined ? null : await areasBelow(store.db, query.area)
      const ids = [...twins.entities()]
        .filter((id) => id > (query.cursor ?? '') && isWanted(parts, id, query, areas))
        .sort()
      const documents = ids.slice(0, query.limit + 1).flatMap((id) => twins.state(id) ?? [])
      // Our own documents need no check, which for 10,000 of them takes as long as making them.
      reply.serializer(JSON.stringify)
      return pageOf(documents, query.limit, ({ id }) => id)
    },
  )

  app.post(
    '/entities',
    {
      onRequest: allow('integrator'),
      schema: { tags: ['entities'], body: NewEntity, response: { 201: Entity, 404: Problem, 409: Problem } },
    },
    async ({ body: { id, type, name = null, attributes = {}, area, location } }, reply) => {
      const missing = await missingArea(store.db, area, microsNow())
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const entity = {
        id,
        type,
        area: area ?? areaAt(locator, location),
        ...coordinates(location),
        name,
        attributes,
      }
      if (await registry.createEntity(entity, microsNow()))
        return problem(reply, 409, 'id_taken', 'an entity with this id is there')
      twins.entityChanged(id)
      return reply.code(201).send(required(twins.state(id)))
    },
  )

  app.patch(
    '/entities/:id',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['entities'],
        description:
          'Its name, and what no sensor tells of it (the attributes replace those that are there). Place and area change with its device.',
        params: IdParams,
        body: EntityChange,
        response: { 200: Entity, 404: Problem },
      },
    },
    async ({ params: { id }, body: { name, attributes } }, reply) => {
      const update = { ...(name === undefined ? {} : { name }), ...(attributes ? { attributes } : {}) }
      if (await registry.describe(id, update))
        return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      twins.entityChanged(id)
      return required(twins.state(id))
    },
  )

  app.get(
    '/entities/:id',
    {
      onRequest: allow(),
      schema: {
        tags: ['entities'],
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
      if (at < now - parts.retentionDays * DAY_US)
        return problem(reply, 410, 'past_retention', `observations are kept for ${parts.retentionDays} days`)
      const devices = [...registry.devices()]
        .filter((device) => device.entity === id)
        .map((device) => device.id)
      return stateAt(store.db, entity, devices, twins.intervalS(entity), at)
    },
  )
}

const coordinates = (place: Place | undefined) => ({ lat: place?.lat ?? null, lon: place?.lon ?? null })
const areaAt = (locator: AreaLocator, place: Place | undefined) =>
  place ? locator.locate(place.lat, place.lon) : null

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

export async function areasBelow(db: Db, code: string): Promise<ReadonlySet<string>> {
  return codesBelow(await listAreas(db, localDate(microsNow()), null), code)
}

function required(document: EntityDocument | null): z.infer<typeof Entity> {
  if (!document) throw new Error('an entity of the registry has no twin')
  return document as z.infer<typeof Entity>
}

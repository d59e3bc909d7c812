import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import type { AreaLocator } from '../../digital-twin/area-locator.ts'
import type { EntityDocument } from '../../digital-twin/document.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { codesBelow, listAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import { Attributes, Entity, EntityName } from '../entity-schema.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Id, IdParams, Location } from '../schemas.ts'

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

export const entityRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, twins, store, locator } = parts

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
}

const coordinates = (place: Place | undefined) => ({ lat: place?.lat ?? null, lon: place?.lon ?? null })
const areaAt = (locator: AreaLocator, place: Place | undefined) =>
  place ? locator.locate(place.lat, place.lon) : null

export async function areasBelow(db: Db, code: string): Promise<ReadonlySet<string>> {
  return codesBelow(await listAreas(db, localDate(microsNow()), null), code)
}

export function required(document: EntityDocument | null): z.infer<typeof Entity> {
  if (!document) throw new Error('an entity of the registry has no twin')
  return document as z.infer<typeof Entity>
}

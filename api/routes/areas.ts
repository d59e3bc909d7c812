import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import { type AreaRow, insertAreas, listAreas, listGeography } from '../../store/areas.ts'
import { isDuplicateKey } from '../../store/db.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Day, page } from '../schemas.ts'

const Level = z.enum(['province', 'district', 'commune'])
const Position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
const Polygon = z.array(z.array(Position).min(4).max(100_000)).min(1).max(1000)
const Geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: Polygon }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(Polygon).min(1).max(1000) }),
])

const Area = z.object({
  code: AreaCode,
  geoVersion: z.string().regex(/^\d{4}-\d{2}$/),
  level: Level,
  kind: z.string().min(1).max(40),
  nameVi: z.string().min(1).max(200),
  nameEn: z.string().min(1).max(200),
  parent: AreaCode.nullable(),
  validFrom: Day.nullable(),
  validTo: Day.nullable(),
  areaKm2: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .nullable(),
})

const Query = z.object({
  date: Day.optional().describe('areas in force on this day; today if left out'),
  geoVersion: z.string().optional().describe('one geography, whenever it was in force'),
  level: Level.optional(),
  format: z.enum(['json', 'geojson']).default('json'),
})

export const areaRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { store } }) => {
  app.get(
    '/areas',
    {
      onRequest: allow(),
      schema: {
        tags: ['areas'],
        querystring: Query,
        response: { 200: z.union([page(Area), z.looseObject({ type: z.literal('FeatureCollection') })]) },
      },
    },
    async ({ query: { date, geoVersion, level = null, format } }, reply) => {
      const withGeometry = format === 'geojson'
      const areas = geoVersion
        ? await listGeography(store.db, geoVersion, level, withGeometry)
        : await listAreas(store.db, date ?? localDate(microsNow()), level, withGeometry)
      if (!withGeometry) return { items: areas.map(({ geometry, ...area }) => area) }
      return reply
        .type('application/geo+json')
        .serializer(JSON.stringify)
        .send({ type: 'FeatureCollection' as const, features: areas.flatMap(feature) })
    },
  )

  app.post(
    '/areas',
    {
      onRequest: allow('statistician'),
      schema: {
        tags: ['areas'],
        body: Area.extend({ geometry: Geometry.nullable().default(null) }),
        response: { 201: Area, 409: Problem },
      },
    },
    async ({ body }, reply) => {
      try {
        await insertAreas(store.db, [body])
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        return problem(reply, 409, 'area_exists', `${body.code} of ${body.geoVersion} is there already`)
      }
      const { geometry, ...area } = body
      return reply.code(201).send(area)
    },
  )
}

function feature({ geometry, code, nameVi, nameEn, level, parent }: AreaRow): object[] {
  return geometry === null
    ? []
    : [{ type: 'Feature', geometry, properties: { code, nameVi, nameEn, level, parent } }]
}

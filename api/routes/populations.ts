import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { areaOn } from '../../store/areas.ts'
import { insertPopulation, type Population, populationsKnownAt } from '../../store/indicator-inputs.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Day, Instant, page } from '../schemas.ts'

const NewPopulation = z.object({
  area: AreaCode,
  geoVersion: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional()
    .describe('of the area; the one in force at the end of the year if left out'),
  year: z.number().int().min(1900).max(2200),
  basis: z.enum(['average', 'census', 'registered', 'mid-year', 'end-year']),
  value: z.number().int().min(0).max(2_000_000_000).describe('persons'),
  source: z.string().min(1).max(500),
  publishedOn: Day.nullable().default(null),
  synthetic: z.boolean().default(false).describe('made up for a demonstration'),
})
const StoredPopulation = NewPopulation.required().extend({ recordedAt: z.string() })

const shown = ({ isSynthetic, recordedAt, ...row }: Population) => ({
  ...row,
  synthetic: isSynthetic,
  recordedAt: formatTime(recordedAt),
})

export const populationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { store } }) => {
  app.get(
    '/populations',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        querystring: z.object({ area: AreaCode.optional(), asOf: Instant.optional() }),
        response: { 200: page(StoredPopulation) },
      },
    },
    async ({ query }) => {
      const rows = await populationsKnownAt(store.db, query.asOf ?? microsNow(), null)
      return { items: rows.filter(({ area }) => query.area === undefined || area === query.area).map(shown) }
    },
  )

  app.post(
    '/populations',
    {
      onRequest: allow('statistician'),
      schema: { tags: ['indicator'], body: NewPopulation, response: { 201: StoredPopulation, 404: Problem } },
    },
    async ({ body }, reply) => {
      const area = await areaOn(store.db, body.area, `${body.year}-12-31`)
      const geoVersion = body.geoVersion ?? area?.geoVersion
      if (geoVersion === undefined)
        return problem(reply, 404, 'area_not_found', `no area ${body.area} is in force on ${body.year}-12-31`)
      const { synthetic, ...rest } = body
      const row = { ...rest, geoVersion, isSynthetic: synthetic, recordedAt: microsNow() }
      await insertPopulation(store.db, row)
      return reply.code(201).send(shown(row))
    },
  )
}

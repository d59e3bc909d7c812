import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  addDays,
  formatTime,
  localDate,
  localDayStart,
  type Micros,
  microsNow,
  parseRfc3339,
} from '../../core/time.ts'
import { toCsv } from '../../digital-twin/indicator/csv.ts'
import { figures } from '../../digital-twin/indicator/figures.ts'
import { isDate, lastDayOf } from '../../digital-twin/indicator/period.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Day } from '../schemas.ts'

const Arm = z.object({
  kind: z.enum(['per-person', 'upper-average']),
  value: z.string().nullable(),
  by: z.string(),
  source: z.string(),
  met: z.boolean().nullable(),
  gap: z.number().nullable().describe('connections still needed'),
})

const Figure = z.object({
  indicator: z.literal('IOT_CONN_PC'),
  area: z.string(),
  areaName: z.object({ vi: z.string(), en: z.string() }),
  geoVersion: z.string(),
  period: z.string(),
  referenceDate: z.string(),
  connections: z.number().describe('distinct active end devices'),
  population: z.number().nullable(),
  populationYear: z.number().nullable(),
  populationBasis: z.string().nullable(),
  populationSource: z.string().nullable(),
  synthetic: z.boolean().describe('the population, or all data here, is made up for a demonstration'),
  perPerson: z
    .string()
    .nullable()
    .describe('decimal, four places, rounded half away from zero from integers'),
  status: z.enum(['P', 'M']).describe('SDMX CL_OBS_STATUS: provisional, or missing because it cannot exist'),
  target: z.object({ arms: z.array(Arm), met: z.boolean().nullable(), gap: z.number().nullable() }),
  window: z.object({ days: z.number(), from: z.string(), to: z.string() }),
  coverage: z.literal('PLATFORM').describe('only what this platform sees: a lower bound'),
  methodVersion: z.string(),
  asOf: z.string(),
  computedAt: z.string(),
})

/** A bare date means the end of that day, local time. */
const AsOf = z.string().transform((text, context): Micros => {
  const time = isDate(text) ? localDayStart(addDays(text, 1)) - 1 : parseRfc3339(text)
  if (time !== null) return time
  context.addIssue({ code: 'custom', message: 'takes a day, YYYY-MM-DD, or an RFC 3339 time with a zone' })
  return z.NEVER
})

const Query = z
  .object({
    area: AreaCode.optional(),
    level: z.enum(['province', 'district', 'commune']).optional(),
    indicator: z.literal('IOT_CONN_PC').default('IOT_CONN_PC'),
    period: z
      .string()
      .refine((text) => lastDayOf(text) !== null, 'takes 2025, 2025-Q4 or 2025-12')
      .optional(),
    date: Day.optional().describe('the reference date; today if neither date nor period is given'),
    asOf: AsOf.optional().describe('only what was known then'),
    format: z.enum(['json', 'csv']).optional(),
  })
  .refine(({ period, date }) => period === undefined || date === undefined, {
    message: 'takes period or date, not both',
    path: ['date'],
  })

export const indicatorRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/indicators/iot-per-capita',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        produces: ['application/json', 'text/csv'],
        querystring: Query,
        response: {
          200: z.union([Figure, z.object({ items: z.array(Figure) })]),
          400: Problem,
          404: Problem,
        },
      },
    },
    async ({ query, headers }, reply) => {
      const now = microsNow()
      const today = localDate(now)
      const referenceDate =
        query.period === undefined ? (query.date ?? today) : (lastDayOf(query.period) ?? today)
      const asOf = query.asOf ?? now
      if (asOf > localDayStart(addDays(today, 1)))
        return problem(reply, 400, 'not_valid', 'asOf: lies in the future')
      const found = await figures(parts.store.db, {
        area: query.area ?? null,
        level: query.level ?? null,
        period: query.period ?? referenceDate,
        referenceDate,
        asOf,
      })
      if (!found)
        return problem(
          reply,
          404,
          'area_not_found',
          `no area ${query.area ?? query.level ?? ''} is in force on ${referenceDate}`,
        )
      const items = found.map((figure) => ({
        ...figure,
        synthetic: figure.synthetic || parts.isSynthetic,
        computedAt: formatTime(now),
      }))
      if (query.format === 'csv' || (query.format === undefined && headers.accept?.includes('text/csv')))
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .serializer((text: unknown) => String(text))
          .send(toCsv(items) as never)
      return query.area === undefined
        ? { items: items as z.infer<typeof Figure>[] }
        : (items[0] as z.infer<typeof Figure>)
    },
  )
}

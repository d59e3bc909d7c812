import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import { areaLabels } from '../../digital-twin/indicator/indicator.ts'
import { WINDOW_DAYS } from '../../digital-twin/indicator/method.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Explanation, explanationOf } from '../explanation.ts'
import { CellQuery, Indicator } from '../indicator-document.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Day } from '../schemas.ts'
import { KnownQuery, knownAt, PeriodText } from './indicators.ts'

const { asOf, inputsAsOf } = KnownQuery
const PeriodQuery = { period: PeriodText.optional(), date: Day.optional(), asOf, inputsAsOf }

/** How a figure came about: by which steps, and by which method. */
export const indicatorExplanationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (
  app,
  { parts: { indicator, docsDir } },
) => {
  const periodOf = ({ period, date }: { period?: string | undefined; date?: string | undefined }) =>
    period ?? date ?? localDate(microsNow())

  app.get(
    '/indicators/explanation',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        querystring: z.object({
          area: AreaCode,
          indicator: Indicator.default('IOT_CONN_PC'),
          ...CellQuery,
          ...PeriodQuery,
        }),
        response: { 200: Explanation, 404: Problem },
      },
    },
    async ({ query }, reply) => {
      const computed = await indicator.period(periodOf(query), knownAt({ ...query, window: WINDOW_DAYS }))
      const label = areaLabels(computed.inputs).find(({ code }) => code === query.area)
      if (!label)
        return problem(
          reply,
          404,
          'area_not_found',
          `no area ${query.area} is in force on ${computed.inputs.referenceDate}`,
        )
      return explanationOf(indicator, computed, label, query)
    },
  )

  app.get(
    '/indicators/methodology',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description: 'The method in force, whole, as Markdown.',
        querystring: z.object({ lang: z.enum(['vi', 'en']).default('vi') }),
        produces: ['text/markdown'],
        response: { 200: z.string() },
      },
    },
    async ({ query: { lang } }, reply) =>
      reply
        .type('text/markdown; charset=utf-8')
        .serializer(String)
        .send(await readFile(join(docsDir, METHODOLOGY[lang]), 'utf8')),
  )
}

const METHODOLOGY = { vi: 'methodology.md', en: 'methodology.en.md' }

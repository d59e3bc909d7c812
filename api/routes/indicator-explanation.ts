import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { areaLabels } from '../../digital-twin/indicator/indicator.ts'

import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Explanation, explanationOf } from '../explanation.ts'
import { CellQuery, Indicator } from '../indicator-document.ts'
import { knownAt, periodOf, saidOnce, WhenQuery } from '../indicator-query.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode } from '../schemas.ts'

/** How a figure came about: by which steps, and by which method. */
export const indicatorExplanationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (
  app,
  { parts: { indicator, docsDir } },
) => {
  app.get(
    '/indicators/explanation',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description:
          'How one figure came about: the devices by rule, the numbers that went in, and the method.',
        querystring: saidOnce(
          z.object({
            area: AreaCode,
            indicator: Indicator.default('IOT_CONN_PC'),
            ...CellQuery,
            ...WhenQuery,
          }),
        ),
        response: { 200: Explanation, 400: Problem, 404: Problem },
      },
    },
    async ({ query }, reply) => {
      const computed = await indicator.period(periodOf(query), knownAt(query))
      const label = areaLabels(computed.inputs).find(({ code }) => code === query.area)
      if (!label)
        return problem(
          reply,
          404,
          'area_not_found',
          `no area ${query.area} is in force on ${computed.inputs.referenceDate}: GET /api/v1/areas lists them`,
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

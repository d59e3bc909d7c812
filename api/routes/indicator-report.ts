import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import { gatherReport } from '../../digital-twin/indicator/report/gather.ts'
import { reportPage } from '../../digital-twin/indicator/report/report.ts'
import { REPORT_POLICY } from '../../digital-twin/indicator/report/style.ts'
import { releaseAt } from '../../store/releases.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { DearAnswers } from '../dear-answers.ts'
import { WhenQuery } from '../indicator-query.ts'
import { Problem, problem } from '../problem.ts'

/** Three windows of a whole province are counted. */
const DEAR = { waitingMax: 4, holdsMs: 10_000 }

const Query = z.object({
  year: z.coerce.number().int().min(2000).max(2100),
  asOf: WhenQuery.asOf,
  lang: z.enum(['vi', 'en']).default('vi'),
})

/** The yearly report, one page that needs no other and prints to A4. */
export const indicatorReportRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { store, indicator, publication } = parts
  const answers = new DearAnswers<string>(DEAR)
  app.get(
    '/indicators/report',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description: 'The report of a year, as one page to be read or printed.',
        querystring: Query,
        produces: ['text/html'],
        response: { 200: z.string(), 400: Problem, 422: Problem, 503: Problem },
      },
    },
    async ({ query: { year, asOf = null, lang } }, reply) => {
      const last = `${year}-12-31`
      if (last >= localDate(microsNow()))
        return problem(reply, 422, 'period_not_over', `year: ${year} ends on ${last} only`)
      const release = await releaseAt(store.db, String(year), asOf ?? microsNow())
      const page = await answers.get([year, asOf, release?.id, lang].join(' '), async () =>
        reportPage(await gatherReport(store.db, indicator, { year, asOf, publication }), lang),
      )
      if (page === null)
        return problem(reply.header('retry-after', '5'), 503, 'busy', 'others ask for the same: try again')
      return reply
        .header('content-security-policy', REPORT_POLICY)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(page)
    },
  )
}

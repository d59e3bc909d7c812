import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import { lastDayOf } from '../../digital-twin/indicator/period.ts'
import { insertPlanned, listPlanned } from '../../store/release-calendar.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Kind, PeriodCode, Planned, shownPlanned } from '../release-document.ts'
import { Day, limit } from '../schemas.ts'

/** When which figures are to be published. Dates are moved by a later entry, and both stay to be seen. */
export const releaseCalendarRoutes: FastifyPluginAsyncZod<RouteOptions> = async (
  app,
  { parts: { store } },
) => {
  app.get(
    '/release-calendar',
    {
      onRequest: allow(),
      schema: {
        tags: ['releases'],
        description: 'By planned date, the latest first, with entries that were moved.',
        querystring: z.object({ period: PeriodCode.optional(), limit: limit(1000, 200) }),
        response: { 200: z.object({ items: z.array(Planned) }) },
      },
    },
    async ({ query }) => ({
      items: (await listPlanned(store.db, query.period ?? null, query.limit)).map(shownPlanned),
    }),
  )

  app.post(
    '/release-calendar',
    {
      onRequest: allow('statistician'),
      schema: {
        tags: ['releases'],
        description: 'Announces a release; a later entry of the same period and kind moves it.',
        body: z.strictObject({ period: PeriodCode, plannedOn: Day, kind: Kind.default('ROUTINE') }),
        response: { 201: Planned, 422: Problem },
      },
    },
    async ({ body }, reply) => {
      const now = microsNow()
      const last = lastDayOf(body.period) ?? ''
      if (body.plannedOn <= last)
        return problem(reply, 422, 'period_not_over', `plannedOn: ${body.period} ends on ${last} only`)
      if (body.plannedOn < localDate(now))
        return problem(reply, 422, 'in_the_past', 'plannedOn: a release is announced before its day')
      const row = { ...body, recordedAt: now }
      await insertPlanned(store.db, row)
      return reply.code(201).send(shownPlanned({ ...row, isInForce: true, release: null, publishedAt: null }))
    },
  )
}

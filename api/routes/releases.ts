import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { revisionsOf } from '../../digital-twin/indicator/releases/compare-releases.ts'
import { disclosedJson } from '../../digital-twin/indicator/releases/disclosed.ts'
import { vintageOf } from '../../digital-twin/indicator/releases/read.ts'
import { REASONS } from '../../digital-twin/indicator/releases/reason-codes.ts'
import { listPlanned } from '../../store/release-calendar.ts'
import { digestsOf } from '../../store/release-inputs.ts'
import { findRelease, listReleases } from '../../store/releases.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { DearAnswers } from '../dear-answers.ts'
import { Problem, problem } from '../problem.ts'
import {
  PeriodCode,
  ReasonCount,
  ReleaseDocument,
  RevisionDocument,
  reasonCounts,
  revisionsCsv,
  shownDigest,
  shownPlanned,
  shownRelease,
  shownRevision,
  WholeRelease,
} from '../release-document.ts'
import { Id, IdParams, limit } from '../schemas.ts'

const RELEASES_MAX = 1000
/** Both releases are read whole, tens of thousands of figures. */
const DEAR = { waitingMax: 4, holdsMs: 10_000 }

/** What was published, and what each release changed. */
export const releaseRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { store } }) => {
  app.get(
    '/releases',
    {
      onRequest: allow(),
      schema: {
        tags: ['releases'],
        description: 'Newest first.',
        querystring: z.object({ period: PeriodCode.optional(), limit: limit(RELEASES_MAX, 100) }),
        response: { 200: z.object({ items: z.array(ReleaseDocument) }) },
      },
    },
    async ({ query }) => ({
      items: (await listReleases(store.db, query.period ?? null, query.limit)).map(shownRelease),
    }),
  )

  app.get(
    '/releases/:id',
    {
      onRequest: allow(),
      schema: {
        tags: ['releases'],
        description: 'One release, with the digests of its periods and what the calendar says of them.',
        params: IdParams,
        response: { 200: WholeRelease, 404: Problem },
      },
    },
    async ({ params }, reply) => {
      const release = await findRelease(store.db, params.id)
      if (!release) return noRelease(reply, params.id)
      const planned = await Promise.all(
        release.periods.map((period) => listPlanned(store.db, period, RELEASES_MAX)),
      )
      return {
        ...shownRelease(release),
        digests: (await digestsOf(store.db, release.id)).map(shownDigest),
        calendar: planned.flat().map(shownPlanned),
      }
    },
  )

  revisionRoute(app, store)
  inputsRoute(app, store)
}

type App = Parameters<FastifyPluginAsyncZod<RouteOptions>>[0]
type Store = RouteOptions['parts']['store']

export const noRelease = (reply: FastifyReply, id: string): FastifyReply =>
  problem(reply, 404, 'release_not_found', `there is no release ${id}`)

const RevisionsQuery = z.object({
  against: Id.optional().describe('another release; the one before of the same period if left out'),
  period: PeriodCode.optional().describe('all of the release if left out'),
  format: z.enum(['json', 'csv']).default('json').describe('csv has all, json at most `limit`'),
  limit: limit(10_000, 1000),
})
const RevisionsAnswer = z.object({
  release: z.string(),
  periods: z.array(z.object({ period: z.string(), against: z.string().nullable(), figures: z.number() })),
  reasons: z.array(ReasonCount),
  total: z.number(),
  items: z.array(RevisionDocument),
})

function revisionRoute(app: App, { db }: Store): void {
  const answers = new DearAnswers<Awaited<ReturnType<typeof revisionsOf>>>(DEAR)
  app.get(
    '/releases/:id/revisions',
    {
      onRequest: allow(),
      schema: {
        tags: ['releases'],
        description:
          'Which figures are not as they were, and why, from the frozen inputs of both. Of a figure that is or was withheld no number and no reason that would tell of it.',
        params: IdParams,
        querystring: RevisionsQuery,
        produces: ['application/json', 'text/csv'],
        response: { 200: z.union([RevisionsAnswer, z.string()]), 404: Problem, 422: Problem, 503: Problem },
      },
    },
    async ({ params, query }, reply) => {
      const release = await findRelease(db, params.id)
      if (!release) return noRelease(reply, params.id)
      const against = query.against === undefined ? null : await findRelease(db, query.against)
      if (query.against !== undefined && !against) return noRelease(reply, query.against)
      const periods = release.periods.filter(
        (period) => query.period === undefined || period === query.period,
      )
      if (!periods.some((period) => against?.periods.includes(period) ?? true))
        return problem(
          reply,
          422,
          'no_period_in_common',
          'the releases and the period asked have none in common',
        )
      const key = [release.id, against?.id, query.period].join(' ')
      const found = await answers.get(key, () => revisionsOf(db, release, periods, against))
      if (!found) return tooMany(reply)
      const all = found.flatMap(({ items }) => items)
      if (query.format === 'csv')
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .serializer(String)
          .send(revisionsCsv(all))
      return {
        release: release.id,
        periods: found.map(({ period, against, items }) => ({ period, against, figures: items.length })),
        reasons: reasonCounts(all, REASONS),
        total: all.length,
        items: all.slice(0, query.limit).map(shownRevision),
      }
    },
  )
}

export const tooMany = (reply: FastifyReply): FastifyReply =>
  problem(reply.header('retry-after', '5'), 503, 'busy', 'others ask for the same: try again')

function inputsRoute(app: App, { db }: Store): void {
  const answers = new DearAnswers<string>(DEAR)
  app.get(
    '/releases/:id/inputs',
    {
      onRequest: allow(),
      schema: {
        tags: ['releases'],
        description:
          'What the figures of a period followed from, as canonical JSON, in the form that may be shown: without owners, with devices by rule over the whole province, without operators’ numbers. X-Inputs-SHA256 is the digest of all that is frozen, Content-Digest (RFC 9530) of what is sent.',
        params: IdParams,
        querystring: z.object({
          period: PeriodCode.optional().describe('needed where the release has several'),
        }),
        response: { 200: z.string(), 404: Problem, 422: Problem, 503: Problem },
      },
    },
    async ({ params, query }, reply) => {
      const release = await findRelease(db, params.id)
      if (!release) return noRelease(reply, params.id)
      const period = query.period ?? (release.periods.length === 1 ? release.periods[0] : undefined)
      const digest = (await digestsOf(db, release.id)).find((row) => row.period === period)
      if (period === undefined || !digest)
        return problem(
          reply,
          422,
          'period_not_covered',
          `name one of its periods: ${release.periods.join(', ')}`,
        )
      const key = `${release.id} ${period}`
      const text = await answers.get(key, async () => disclosedJson(await vintageOf(db, release, period)))
      if (text === null) return tooMany(reply)
      const sent = createHash('sha256').update(text).digest('base64')
      reply.header('x-inputs-sha256', digest.sha256).header('content-digest', `sha-256=:${sent}:`)
      return reply.type('application/json; charset=utf-8').serializer(String).send(text)
    },
  )
}

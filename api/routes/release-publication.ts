import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Micros, microsNow } from '../../core/time.ts'
import { composeInTurns } from '../../digital-twin/indicator/compose.ts'
import { HOME_PROVINCE } from '../../digital-twin/indicator/home.ts'
import { METHOD_VERSION } from '../../digital-twin/indicator/method.ts'
import { readInputs } from '../../digital-twin/indicator/read-inputs.ts'
import type { Sources } from '../../digital-twin/indicator/releases/plan.ts'
import { publish, tryPublish } from '../../digital-twin/indicator/releases/publish.ts'
import { REASONS } from '../../digital-twin/indicator/releases/reason-codes.ts'
import type { PublishFault, PublishRequest } from '../../digital-twin/indicator/releases/refusal.ts'
import { verifyRelease } from '../../digital-twin/indicator/releases/verify.ts'
import { findRelease } from '../../store/releases.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { DearAnswers } from '../dear-answers.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'
import {
  Kind,
  PeriodCode,
  ReasonCount,
  ReleaseDocument,
  RevisionDocument,
  reasonCounts,
  shownRelease,
  shownRevision,
  withinDay,
} from '../release-document.ts'
import { AsOf, Id, IdParams } from '../schemas.ts'
import { noRelease, tooMany } from './releases.ts'

const PERIODS_MAX = 24
const REVISIONS_SHOWN = 200
/** A release of the whole province is composed anew. */
const DEAR = { waitingMax: 4, holdsMs: 10_000 }

const STATUS: Readonly<Record<PublishFault['code'], number>> = {
  synthetic: 409,
  as_of_in_future: 400,
  published_in_future: 400,
  as_of_after_publication: 400,
  reason_missing: 400,
  release_exists: 409,
  period_not_over: 409,
  not_newest: 409,
  as_of_too_early: 409,
  final_already: 409,
  nothing_to_correct: 409,
}

const NewRelease = z.strictObject({
  id: Id.optional().describe('V and the next number if left out'),
  periods: z.array(PeriodCode).min(1).max(PERIODS_MAX),
  kind: Kind.default('ROUTINE'),
  final: z.boolean().default(false).describe('no longer provisional'),
  reason: z.string().max(2000).default('').describe('why; of a correction the notice to the public'),
  asOf: AsOf.optional().describe(
    'only what was recorded or received by then; the latest instant of which all is committed if left out',
  ),
  publishedAt: AsOf.optional().describe(
    'of a release that was published before this installation knew of it; now if left out',
  ),
})
const Trial = z.object({
  asOf: z.string(),
  periods: z.array(
    z.object({ period: z.string(), figures: z.number(), changed: z.number(), removed: z.number() }),
  ),
  reasons: z.array(ReasonCount),
  total: z.number(),
  items: z.array(RevisionDocument),
})
const Verdict = z.object({
  id: z.string(),
  same: z.boolean(),
  periods: z.array(
    z.object({
      period: z.string(),
      inputs: z.boolean().describe('the frozen inputs have the digest that was published'),
      figures: z.boolean().describe('so have the stored figures'),
      recomputed: z
        .boolean()
        .nullable()
        .describe('so have those computed anew from the frozen inputs; null: by another method, not tried'),
      reason: z.string().nullable(),
    }),
  ),
})

/** Publishing, and whether what was published still follows from what was frozen. */
export const releasePublicationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { isSynthetic } = parts
  const sources: Sources = {
    readInputs: (db, request) =>
      readInputs(db, { ...request, methodVersion: METHOD_VERSION, isSynthetic, province: HOME_PROVINCE }),
    compose: composeInTurns,
  }
  app.post(
    '/releases',
    {
      onRequest: allow('statistician'),
      config: { audit: 'publish a release' },
      schema: {
        tags: ['releases'],
        description:
          'Freezes what is known and publishes what follows from it. dryRun shows what would change against the newest release. A release is never changed or deleted: a CORRECTION follows it, with its reason.',
        querystring: z.object({ dryRun: z.stringbool().default(false) }),
        body: NewRelease,
        response: { 200: Trial, 201: ReleaseDocument, 400: Problem, 409: Problem, 503: Problem },
      },
    },
    async ({ body, query, principal }, reply) => {
      const request = requestOf(body, parts, principal?.actor ?? '')
      if (!request)
        return problem(
          reply.header('retry-after', '5'),
          503,
          'messages_waiting',
          'messages wait in the spool for the database: what they say would be missing. Try again when they are in, or give asOf',
        )
      if (query.dryRun) {
        const trial = await tryPublish(parts.store.db, request, sources)
        if (!trial.ok) return problem(reply, STATUS[trial.error.code], trial.error.code, trial.error.detail)
        const { revised, ...rest } = trial.value
        const items = revised.slice(0, REVISIONS_SHOWN).map(shownRevision)
        return { ...rest, reasons: reasonCounts(revised, REASONS), total: revised.length, items }
      }
      const made = await publish(parts.store.db, request, sources)
      if (!made.ok) return problem(reply, STATUS[made.error.code], made.error.code, made.error.detail)
      return reply.code(201).send(shownRelease(made.value))
    },
  )
  verifyRoute(app, parts)
}

/** Null: what was received lately is not all committed, and nobody can say up to when it is. */
function requestOf(body: z.infer<typeof NewRelease>, parts: ApiParts, by: string): PublishRequest | null {
  const now = microsNow()
  const importedFrom = body.publishedAt === undefined ? null : withinDay(body.publishedAt, now)
  const asOf =
    body.asOf === undefined
      ? (importedFrom ?? committedUntil(parts, now))
      : withinDay(body.asOf, importedFrom ?? now)
  if (asOf === null) return null
  return {
    id: body.id ?? null,
    periods: body.periods,
    kind: body.kind,
    isFinal: body.final,
    reason: body.reason,
    by,
    asOf,
    importedFrom,
  }
}

/** What was received by then is committed. Ages of what waits are told to the second. */
function committedUntil({ spool, vitals }: ApiParts, now: Micros): Micros | null {
  if ((spool()?.messages ?? 0) > 0) return null
  const oldestS = vitals.now.oldestS()
  return oldestS === 0 ? now : now - (oldestS + 1) * 1_000_000
}

type App = Parameters<FastifyPluginAsyncZod<RouteOptions>>[0]

function verifyRoute(app: App, { store: { db } }: ApiParts): void {
  const answers = new DearAnswers<Awaited<ReturnType<typeof verifyRelease>>>(DEAR)
  app.get(
    '/releases/:id/verify',
    {
      onRequest: allow(),
      schema: {
        tags: ['releases'],
        description: 'Computes the figures anew from the frozen inputs and compares all digests.',
        params: IdParams,
        response: { 200: Verdict, 404: Problem, 503: Problem },
      },
    },
    async ({ params }, reply) => {
      const release = await findRelease(db, params.id)
      if (!release) return noRelease(reply, params.id)
      const periods = await answers.get(release.id, () => verifyRelease(db, release, composeInTurns))
      if (!periods) return tooMany(reply)
      return { id: release.id, same: periods.every(({ reason }) => reason === null), periods }
    },
  )
}

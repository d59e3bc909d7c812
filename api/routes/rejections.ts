import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { findRejection, listRejections, type RejectionRow, resolveRejection } from '../../store/rejections.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Code, RejectionItems } from '../rejection-items.ts'
import { Cursor, Id, Instant, limit, page, pageOf } from '../schemas.ts'

const Rejection = z.object({
  id: z.number(),
  receivedAt: z.string(),
  lastAt: z.string().describe('when the same was last refused again'),
  count: z.number().describe('how many times the same was refused'),
  device: z.string(),
  topic: z.string(),
  code: z.string().describe('of the first item'),
  detail: z.string().describe('of the first item'),
  items: RejectionItems,
  payload: z.string().describe('base64'),
  payloadBytes: z.number().describe('of the whole message, as far as it was read'),
  replayable: z.boolean(),
  resolvedAt: z.string().nullable(),
})

const Query = z.object({
  code: Code.optional(),
  device: Id.optional(),
  since: Instant.optional(),
  limit: limit(1000, 100),
  cursor: Cursor.refine((text) => text === undefined || /^\d{1,15}$/.test(text), 'not one of ours'),
})
const IdOfRejection = z.object({ id: z.coerce.number().int().positive() })
const Replayed = z.object({
  stored: z.number(),
  duplicate: z.number(),
  rejections: RejectionItems,
  resolvedAt: z.string().nullable(),
})

/** Messages and values that were refused, and their way back in once the cause is mended. */
export const rejectionRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/rejections',
    {
      onRequest: allow('operator', 'integrator'),
      schema: { tags: ['rejections'], querystring: Query, response: { 200: page(Rejection) } },
    },
    async ({ query }) => {
      const rows = await listRejections(parts.store.db, {
        code: query.code ?? null,
        device: query.device ?? null,
        since: query.since ?? null,
        before: query.cursor === undefined ? null : Number(query.cursor),
        limit: query.limit + 1,
      })
      const { items, next } = pageOf(rows, query.limit, ({ id }) => id)
      return { items: items.map(shown), ...(next === undefined ? {} : { next }) }
    },
  )

  app.post(
    '/rejections/:id/replay',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['rejections'],
        params: IdOfRejection,
        response: { 200: Replayed, 404: Problem, 409: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      const row = await findRejection(parts.store.db, id)
      if (!row) return problem(reply, 404, 'rejection_not_found', `no rejection ${id}`)
      if (!isReplayable(row))
        return problem(reply, 409, 'not_replayable', 'only the head of this message was kept')
      const { device, topic, payload, receivedAt } = row
      const outcome = await parts.ingest({
        device,
        topic,
        payload,
        receivedAt: microsNow(),
        firstReceivedAt: receivedAt,
        via: 'replay',
      })
      // Refused again for the same reason it stays open, counted once more.
      const resolvedAt = outcome.rejections.length === 0 ? microsNow() : row.resolvedAt
      if (resolvedAt !== null) await resolveRejection(parts.store.db, id, resolvedAt)
      return {
        ...outcome,
        rejections: [...outcome.rejections],
        resolvedAt: resolvedAt === null ? null : formatTime(resolvedAt),
      }
    },
  )
}

const isReplayable = ({ payload, payloadBytes, code }: RejectionRow) =>
  payload.length === payloadBytes && code !== 'payload_too_large' && code !== 'topic_not_allowed'

function shown(row: RejectionRow): z.infer<typeof Rejection> {
  return {
    id: row.id,
    receivedAt: formatTime(row.receivedAt),
    lastAt: formatTime(row.lastAt),
    count: row.count,
    device: row.device,
    topic: row.topic,
    code: row.code,
    detail: row.items[0]?.detail ?? '',
    items: [...row.items],
    payload: row.payload.toString('base64'),
    payloadBytes: row.payloadBytes,
    replayable: isReplayable(row),
    resolvedAt: row.resolvedAt === null ? null : formatTime(row.resolvedAt),
  }
}

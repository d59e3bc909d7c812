import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { simName } from '../../store/sim-ledger.ts'
import { endSim, listSims, putSims } from '../../store/sim-spans.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { FAULTS } from '../device-document.ts'
import { Problem, problem } from '../problem.ts'
import { Id, IdParams, Instant } from '../schemas.ts'
import { answerSimConflicts, Sim, simRows } from '../sim-schema.ts'

const ShownSpan = z.object({
  span: z.number().int(),
  id: z.string().describe('the beginning of a keyed digest of the SIM'),
  from: z.string(),
  to: z.string().nullable().describe('null: it is in the device still'),
  recordedAt: z.string(),
  supersededAt: z.string().nullable().describe('null: held to be so still'),
})

/** Which SIMs are and were in a device. */
export const simRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, store, secretKey } = parts
  answerSimConflicts(app)
  const spansOf = async (device: string) => ({
    items: (await listSims(store.db, device)).map((span) => ({
      span: span.id ?? 0,
      id: simName(span.sim),
      from: formatTime(span.from),
      to: span.to === null ? null : formatTime(span.to),
      recordedAt: formatTime(span.recordedAt),
      supersededAt: span.supersededAt === null ? null : formatTime(span.supersededAt),
    })),
  })
  const Spans = z.object({ items: z.array(ShownSpan) })
  const tags = ['devices']

  app.get(
    '/devices/:id/sims',
    {
      onRequest: allow('integrator', 'statistician'),
      schema: { tags, params: IdParams, response: { 200: Spans, 404: Problem } },
    },
    async ({ params: { id } }, reply) =>
      registry.device(id) ? spansOf(id) : problem(reply, 404, 'not_found', FAULTS.not_found[1]),
  )

  app.post(
    '/devices/:id/sims',
    {
      onRequest: allow('integrator'),
      schema: {
        tags,
        description: 'Puts one more SIM into a device, from now on if it is not said since when.',
        params: IdParams,
        body: Sim,
        response: { 201: Spans, 404: Problem, 409: Problem },
      },
    },
    async ({ params: { id }, body }, reply) => {
      if (!registry.device(id)) return problem(reply, 404, 'not_found', FAULTS.not_found[1])
      const now = microsNow()
      const rows = simRows([body], { id, validFrom: now }, now, secretKey)
      await store.db.transaction((tx) => putSims(tx, rows))
      return reply.code(201).send(await spansOf(id))
    },
  )

  app.post(
    '/devices/:id/sims/:spanId/end',
    {
      onRequest: allow('integrator'),
      schema: {
        tags,
        description: 'Takes a SIM out of a device, now or from the instant named.',
        params: z.object({ id: Id, spanId: z.coerce.number().int().min(1) }),
        body: z.object({ at: Instant.optional() }).nullish(),
        response: { 200: Spans, 404: Problem, 409: Problem },
      },
    },
    async ({ params: { id, spanId }, body }, reply) => {
      const now = microsNow()
      const isEnded = await endSim(store.db, id, spanId, body?.at ?? now, now)
      if (!isEnded)
        return problem(
          reply,
          404,
          'not_found',
          `device ${id} has no SIM span ${spanId} that holds; see GET /api/v1/devices/${id}/sims`,
        )
      return spansOf(id)
    },
  )
}

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ALARM_KINDS, SEVERITIES } from '../../core/alarm.ts'
import { alarmDocument } from '../../digital-twin/alarms/alarm-document.ts'
import { listAlarms } from '../../store/alarms.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Cursor, Id, Instant, limit, page, pageOf } from '../schemas.ts'

const Alarm = z.object({
  id: z.number(),
  kind: z.string(),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  state: z.enum(['active', 'cleared']),
  device: z.string().nullable(),
  entity: z.string().nullable(),
  area: z.string().nullable(),
  address: z.string().nullable(),
  text: z.string().describe('what happened, and what to do about it'),
  textVi: z.string().nullable().describe('the same in Vietnamese'),
  details: z.record(z.string(), z.unknown()),
  raisedAt: z.string(),
  lastAt: z.string().describe('when the same was found again last'),
  count: z.number().describe('how many times it was found while active'),
  clearedAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: z.string().nullable().describe('the name of the token'),
  note: z.string().nullable(),
})

const Query = z.object({
  state: z
    .enum(['active', 'cleared', 'acknowledged'])
    .optional()
    .describe('acknowledged: somebody has seen it, whether it is cleared or not'),
  kind: z.enum(ALARM_KINDS).optional(),
  severity: z.enum(SEVERITIES).optional(),
  device: Id.optional(),
  since: Instant.optional().describe('last found at or after this'),
  limit: limit(1000, 100),
  cursor: Cursor.refine((text) => text === undefined || /^\d{1,15}$/.test(text), 'not one of ours'),
})
const IdOfAlarm = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const Acknowledgement = z.object({ note: z.string().max(1000).optional() }).nullish()

/** What somebody should look at. */
export const alarmRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/alarms',
    {
      onRequest: allow('operator', 'integrator'),
      schema: { tags: ['alarms'], querystring: Query, response: { 200: page(Alarm) } },
    },
    async ({ query }) => {
      const alarms = await listAlarms(parts.store.db, {
        state: query.state ?? null,
        kind: query.kind ?? null,
        severity: query.severity ?? null,
        device: query.device ?? null,
        since: query.since ?? null,
        before: query.cursor === undefined ? null : Number(query.cursor),
        limit: query.limit + 1,
      })
      return pageOf(alarms.map(alarmDocument), query.limit, ({ id }) => id)
    },
  )

  app.post(
    '/alarms/:id/acknowledge',
    {
      onRequest: allow('operator', 'integrator'),
      schema: {
        tags: ['alarms'],
        description: 'Somebody has seen it. The first one to say so stays.',
        params: IdOfAlarm,
        body: Acknowledgement,
        response: { 200: Alarm, 404: Problem },
      },
    },
    async ({ params: { id }, body, principal }, reply) => {
      const alarm = await parts.alarms.acknowledge(id, principal?.name ?? '', storable(body?.note))
      return alarm ? alarmDocument(alarm) : problem(reply, 404, 'alarm_not_found', `no alarm ${id}`)
    },
  )
}

/** PostgreSQL's text holds no U+0000. */
const storable = (note: string | undefined): string | null =>
  note?.toWellFormed().replaceAll('\0', '\ufffd') ?? null

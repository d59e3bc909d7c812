import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SEVERITIES } from '../../core/alarm.ts'
import { DAY_US, microsNow } from '../../core/time.ts'
import { alarmDocument } from '../../digital-twin/alarms/alarm-document.ts'
import type { AlarmAction } from '../../store/alarm-actions.ts'
import { allow } from '../access.ts'
import { AlarmSchema } from '../alarm-schema.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Instant } from '../schemas.ts'

/** Shelving must not become a way to switch an alarm off: a rule is changed for that. */
const SHELF_DAYS_MAX = 7
const MINUTE_US = 60_000_000

export const AlarmId = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const Note = z
  .string()
  .max(1000)
  // PostgreSQL's text holds no U+0000.
  .transform((note) => note.toWellFormed().replaceAll('\0', '\ufffd'))
const Noted = z.object({ note: Note.optional() }).nullish()
const Shelf = z
  .object({
    minutes: z
      .number()
      .int()
      .min(1)
      .max(SHELF_DAYS_MAX * 1440)
      .optional(),
    until: Instant.optional(),
    note: Note.optional(),
  })
  .refine(({ minutes, until }) => (minutes === undefined) !== (until === undefined), 'takes minutes or until')
const Edit = z
  .object({ severity: z.enum(SEVERITIES).optional(), note: Note.optional() })
  .refine(({ severity, note }) => severity !== undefined || note !== undefined, 'changes nothing')

const PLAIN = {
  acknowledge: 'Somebody has seen it. The first one to say so stays.',
  unacknowledge: 'It is to be looked at again.',
  unshelve: 'Ends its shelving before its time.',
  clear: 'By hand. While what it is about goes on, it is raised anew with the next finding.',
} as const

/** What people do with an alarm; each is an event of it, and in the audit log. */
export const alarmActionRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { alarms } }) => {
  const onRequest = allow('operator', 'integrator')
  const tags = ['alarms']
  const act = async (reply: FastifyReply, id: number, action: AlarmAction, note: string | undefined) => {
    const alarm = await alarms.act(id, action, reply.request.principal?.name ?? '', note ?? null)
    return alarm ? alarmDocument(alarm) : problem(reply, 404, 'alarm_not_found', `no alarm ${id}`)
  }

  for (const what of Object.keys(PLAIN) as (keyof typeof PLAIN)[])
    app.post(
      `/alarms/:id/${what}`,
      {
        onRequest,
        schema: {
          tags,
          description: PLAIN[what],
          params: AlarmId,
          body: Noted,
          response: { 200: AlarmSchema, 404: Problem },
        },
      },
      async ({ params: { id }, body }, reply) => act(reply, id, { what }, body?.note),
    )

  app.post(
    '/alarms/:id/shelve',
    {
      onRequest,
      schema: {
        tags,
        description: `For ${SHELF_DAYS_MAX} days at most it is not in the list of open ones, and nobody is told of it, nor when it comes again. That ends by itself.`,
        params: AlarmId,
        body: Shelf,
        response: { 200: AlarmSchema, 400: Problem, 404: Problem },
      },
    },
    async ({ params: { id }, body: { minutes = 0, until, note } }, reply) => {
      const now = microsNow()
      const end = until ?? now + minutes * MINUTE_US
      if (end <= now || end > now + SHELF_DAYS_MAX * DAY_US)
        return problem(reply, 400, 'not_valid', `until lies ahead, by ${SHELF_DAYS_MAX} days at most`)
      return act(reply, id, { what: 'shelve', until: end }, note)
    },
  )

  app.patch(
    '/alarms/:id',
    {
      onRequest,
      schema: {
        tags,
        description: 'Another severity, which stays whatever its rule finds, or a note.',
        params: AlarmId,
        body: Edit,
        response: { 200: AlarmSchema, 404: Problem },
      },
    },
    async ({ params: { id }, body: { severity, note } }, reply) =>
      act(reply, id, { what: 'edit', ...(severity ? { severity } : {}) }, note),
  )

  app.delete(
    '/alarms/:id',
    {
      onRequest,
      schema: {
        tags,
        description: 'One that is cleared, with its events; the audit log keeps that it was deleted.',
        params: AlarmId,
        response: { 204: z.null(), 404: Problem, 409: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      const outcome = await alarms.delete(id)
      if (outcome === 'deleted') return reply.code(204).send(null)
      return outcome === 'missing'
        ? problem(reply, 404, 'alarm_not_found', `no alarm ${id}`)
        : problem(
            reply,
            409,
            'alarm_active',
            'it, or an alarm that follows from it, is not over: clear it first',
          )
    },
  )
}

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ALARM_KINDS, SEVERITIES } from '../../core/alarm.ts'
import { formatTime, microsNow } from '../../core/time.ts'
import { alarmDocument } from '../../digital-twin/alarms/alarm-document.ts'
import { ALARM_STATES, findAlarms, listAlarmEvents, listAlarms } from '../../store/alarm-list.ts'
import { allow } from '../access.ts'
import { AlarmSchema, AlarmWithEvents } from '../alarm-schema.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Cursor, Id, Instant, limit, page, pageOf } from '../schemas.ts'
import { AlarmId, alarmActionRoutes } from './alarm-actions.ts'
import { areasBelow } from './entities.ts'

const Query = z.object({
  state: z
    .enum(ALARM_STATES)
    .default('all')
    .describe(
      'open: not over or not acknowledged, and not shelved; acknowledged: somebody has seen it, whether it is cleared or not',
    ),
  kind: z.enum(ALARM_KINDS).optional(),
  severity: z.enum(SEVERITIES).optional(),
  device: Id.optional(),
  entity: Id.optional(),
  area: AreaCode.optional().describe('with all areas below it'),
  rule: z.string().max(200).optional(),
  since: Instant.optional().describe('last found at or after this'),
  until: Instant.optional().describe('raised at or before this'),
  at: Instant.optional().describe('those that were active then'),
  group: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional().describe('its members'),
  members: z
    .enum(['true', 'false'])
    .optional()
    .describe(
      'whether members of groups are listed, too; absent: not of open ones, unless by group, entity or device',
    ),
  limit: limit(1000, 100),
  cursor: Cursor.refine((text) => text === undefined || /^\d{1,15}$/.test(text), 'not one of ours'),
})

/** What somebody should look at; docs/alarms.md. */
export const alarmRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  const { db } = options.parts.store
  await app.register(alarmActionRoutes, options)

  app.get(
    '/alarms',
    {
      onRequest: allow('operator', 'integrator'),
      schema: { tags: ['alarms'], querystring: Query, response: { 200: page(AlarmSchema) } },
    },
    async ({ query }) => {
      const { area, members, cursor, ...filter } = query
      const isNamed = query.group !== undefined || query.entity !== undefined || query.device !== undefined
      const alarms = await listAlarms(db, {
        ...filter,
        areas: area === undefined ? null : [...(await areasBelow(db, area))],
        withMembers: members === undefined ? query.state !== 'open' || isNamed : members === 'true',
        before: cursor === undefined ? null : Number(cursor),
        now: microsNow(),
        limit: query.limit + 1,
      })
      return pageOf(alarms.map(alarmDocument), query.limit, ({ id }) => id)
    },
  )

  app.get(
    '/alarms/:id',
    {
      onRequest: allow('operator', 'integrator'),
      schema: { tags: ['alarms'], params: AlarmId, response: { 200: AlarmWithEvents, 404: Problem } },
    },
    async ({ params: { id } }, reply) => {
      const [alarm] = await findAlarms(db, [id])
      if (!alarm) return problem(reply, 404, 'alarm_not_found', `no alarm ${id}`)
      const events = await listAlarmEvents(db, id)
      return {
        ...alarmDocument(alarm),
        events: events.map((event) => ({ ...event, time: formatTime(event.time) })),
      }
    },
  )
}

import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { allow } from '../access.ts'
import { answer, mediaType } from '../ngsi-ld/answer.ts'
import { readEntityQuery } from '../ngsi-ld/entity-query.ts'
import { bad, refuse, unsupported } from '../ngsi-ld/faults.ts'
import { INSTANCES_MAX, type TemporalEntity, temporalEntity } from '../ngsi-ld/temporal.ts'
import { readTemporalQuery, type TemporalQuery } from '../ngsi-ld/temporal-query.ts'
import type { NgsiOptions } from './ngsi-ld.ts'
import { FindQuery, isNarrowed, notAcceptable } from './ngsi-ld-entities.ts'

const Times = {
  timerel: z.string().optional().describe('before, after (neither with timeAt itself) or between'),
  timeAt: z.string().optional(),
  endTimeAt: z.string().optional().describe('not included'),
  timeproperty: z.string().optional().describe('observedAt'),
  lastN: z.coerce.number().int().min(1).max(INSTANCES_MAX).optional(),
  options: z.string().optional().describe('temporalValues or aggregatedValues'),
  format: z.string().optional(),
  aggrMethods: z.string().optional().describe('avg, min, max, sum, totalCount; by comma'),
  aggrPeriodDuration: z.string().optional().describe('e.g. PT15M, PT1H, P1D; PT0S: all of it'),
}
const FindHistory = FindQuery.omit({ options: true, format: true, geometryProperty: true }).extend({
  ...Times,
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
})
const OneHistory = z.object({
  attrs: z.string().optional(),
  pick: z.string().optional(),
  omit: z.string().optional(),
  ...Times,
})

/** How values went (5.7.3, 5.7.4), out of the stored observations. */
export const ngsiTemporalRoutes: FastifyPluginAsyncZod<NgsiOptions> = async (app, { parts, entities }) => {
  const { store, twins, retentionDays } = parts

  app.get(
    '/temporal/entities',
    { onRequest: allow(), schema: { tags: ['ngsi-ld'], querystring: FindHistory } },
    async (request, reply) => {
      const { query } = request
      const type = mediaType(request)
      if (!type) return notAcceptable(reply)
      if (!isNarrowed(query))
        return refuse(reply, bad('takes at least one of type, id, idPattern, attrs, georel'))
      if (query.timerel === undefined) return refuse(reply, bad('takes timerel and timeAt'))
      if (query.q !== undefined)
        return refuse(
          reply,
          unsupported('q over past values: find by GET /entities, then ask for its history'),
        )
      const times = readTemporalQuery(query, microsNow(), retentionDays)
      if (!times.ok) return refuse(reply, times.error)
      // An attribute may have a history and no value now.
      const wanted = readEntityQuery(query)
      if (!wanted.ok) return refuse(reply, wanted.error)
      const page = entities.candidates(wanted.value).slice(query.offset, query.offset + query.limit)
      const found: TemporalEntity[] = []
      for (const id of page) {
        const twin = twins.state(id)
        const history = twin && (await temporalEntity(store.db, twin, times.value, wanted.value.projection))
        if (history) found.push(history)
      }
      tellCut(reply, times.value, found)
      return answer(
        request,
        reply,
        type,
        found.map(({ document }) => document),
      )
    },
  )

  app.get(
    '/temporal/entities/:entityId',
    {
      onRequest: allow(),
      schema: { tags: ['ngsi-ld'], params: z.object({ entityId: z.string() }), querystring: OneHistory },
    },
    async (request, reply) => {
      const { params, query } = request
      const type = mediaType(request)
      if (!type) return notAcceptable(reply)
      const times = readTemporalQuery(query, microsNow(), retentionDays)
      if (!times.ok) return refuse(reply, times.error)
      const wanted = readEntityQuery({ attrs: query.attrs, pick: query.pick, omit: query.omit })
      if (!wanted.ok) return refuse(reply, wanted.error)
      const id = entities.idOf(params.entityId)
      const twin = id === null ? null : twins.state(id)
      const history = twin && (await temporalEntity(store.db, twin, times.value, wanted.value.projection))
      if (!history)
        return refuse(reply, {
          kind: 'ResourceNotFound',
          detail: `no entity ${params.entityId} with such values in this time`,
        })
      tellCut(reply, times.value, [history])
      return answer(request, reply, type, history.document)
    },
  )
}

/** 6.3.10: where an attribute has more values than one answer holds, the time up to which all are there. */
function tellCut(reply: FastifyReply, { from }: TemporalQuery, found: readonly TemporalEntity[]): void {
  const cuts = found.flatMap(({ cutAt }) => cutAt ?? [])
  if (cuts.length === 0) return
  const range = `${formatTime(from)}-${formatTime(Math.min(...cuts))}`
  reply.code(206).header('content-range', `date-time ${range}/*`)
}

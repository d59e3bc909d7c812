import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { QUANTITIES } from '../../core/quantity.ts'
import { DAY_US, formatTime, microsNow } from '../../core/time.ts'
import { derivedBuckets, derivedKind, derivedPoints } from '../../digital-twin/derived-history.ts'
import { keyParts } from '../../digital-twin/twin-state.ts'
import { buckets } from '../../store/buckets.ts'
import { type Position, points, type Point as StoredPoint } from '../../store/twin-state.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Cursor, cursorOf, IdParams, Instant, limit, page, pageOf, QualityCode } from '../schemas.ts'

const RESOLUTIONS = ['raw', '1m', '1h', '1d'] as const

const ObservationQuery = z.object({
  quantity: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}(\/[A-Za-z0-9._-]{1,32})?$/)
    .describe('`<quantity>` or `<quantity>/<channel>`'),
  from: Instant.optional().describe('a day ago if left out'),
  to: Instant.optional().describe('not included; now if left out'),
  resolution: z.enum(RESOLUTIONS).default('raw'),
  limit: limit(10_000, 1000),
  cursor: Cursor,
})
const Point = z.object({
  time: z.string(),
  value: z.number().nullable(),
  label: z.string().optional(),
  quality: QualityCode,
  device: z.string(),
})
const Bucket = z.object({
  time: z.string(),
  avg: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  first: z.number().nullable(),
  last: z.number().nullable(),
  count: z.number(),
})

/** History of one quantity of an entity: raw, or in rollups. */
export const observationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (
  app,
  { parts: { registry, store, twins } },
) => {
  app.get(
    '/entities/:id/observations',
    {
      onRequest: allow(),
      schema: {
        tags: ['entities'],
        description:
          'Derived quantities that follow from the entity’s own values are computed: raw, at each reading; else by the averages, so that least and most are not known.',
        params: IdParams,
        querystring: ObservationQuery,
        response: { 200: z.union([page(Point), page(Bucket)]), 400: Problem, 404: Problem },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const { quantity, channel } = keyParts(query.quantity)
      const entity = registry.entity(id)
      if (!entity) return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      if (!QUANTITIES.has(quantity))
        return problem(reply, 400, 'unknown_quantity', 'see GET /api/v1/quantities')
      const latest = twins.latest(id)
      const derived = query.quantity in latest ? null : derivedKind(entity.type, query.quantity)
      if (derived === 'around')
        return problem(
          reply,
          400,
          'derived_not_stored',
          `${quantity} of a ${entity.type} follows from others beside it, of which only the present is known: ask for theirs`,
        )
      const to = query.to ?? microsNow()
      const after = query.cursor === undefined ? null : positionOf(query.cursor)
      if (query.cursor !== undefined && !after)
        return problem(reply, 400, 'not_valid', 'cursor: not one of ours')
      const from = after?.time ?? query.from ?? to - DAY_US
      // Our own points need no check, which for a year of hours takes longer than reading them.
      reply.serializer(JSON.stringify)
      const window = { entity: id, quantity, channel, from, to, limit: query.limit + 1, after }
      const own = { entity, quantity, intervalS: twins.intervalS(entity) }
      if (query.resolution !== 'raw') {
        const found = derived
          ? await derivedBuckets(store.db, own, query.resolution, window, Object.keys(latest))
          : await buckets(store.db, query.resolution, window)
        return timed(pageOf(found, query.limit, ({ time }) => `${time}.0`))
      }
      if (derived) {
        const { items, next } = await derivedPoints(store.db, own, { ...window, limit: query.limit })
        const shown = items.map((item) => shownPoint({ ...item, quality: 'good' }))
        return timed({ items: shown, ...(next === null ? {} : { next: cursorOf(`${next}.0`) }) })
      }
      const found = pageOf(
        await points(store.db, window),
        query.limit,
        ({ time, seriesId }) => `${time}.${seriesId}`,
      )
      return timed({ ...found, items: found.items.map(shownPoint) })
    },
  )
}

const shownPoint = ({ time, value, label, quality, device }: Omit<StoredPoint, 'seriesId'>) => ({
  ...{ time, value },
  ...(label === null ? {} : { label }),
  ...{ quality, device },
})

/** A cursor is `<time>.<series>`: several devices may have a point at one time. */
function positionOf(cursor: string): Position | null {
  const match = /^(-?\d{1,16})\.(\d{1,15})$/.exec(cursor)
  return match ? { time: Number(match[1]), seriesId: Number(match[2]) } : null
}

const timed = <T extends { time: number }>({ items, next }: { items: T[]; next?: string }) => ({
  items: items.map((item) => ({ ...item, time: formatTime(item.time) })),
  ...(next === undefined ? {} : { next }),
})

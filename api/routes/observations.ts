import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { QUANTITIES } from '../../core/quantity.ts'
import { formatTime, microsNow } from '../../core/time.ts'
import { buckets, points } from '../../store/twin-state.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Cursor, cursorOf, IdParams, Instant, limit, page, pageOf, QualityCode } from '../schemas.ts'

const RESOLUTIONS = ['raw', '1m', '1h', '1d'] as const
const DAY_US = 86_400_000_000

const ObservationQuery = z.object({
  quantity: z.string().max(128).describe('`<quantity>` or `<quantity>/<channel>`'),
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
  { parts: { registry, store } },
) => {
  app.get(
    '/entities/:id/observations',
    {
      preHandler: allow(),
      schema: {
        tags: ['entities'],
        params: IdParams,
        querystring: ObservationQuery,
        response: { 200: z.union([page(Point), page(Bucket)]), 400: Problem, 404: Problem },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const [quantity = '', channel = ''] = query.quantity.split('/', 2)
      if (!registry.entity(id)) return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      if (!QUANTITIES.has(quantity))
        return problem(reply, 400, 'unknown_quantity', 'see GET /api/v1/quantities')
      const to = query.to ?? microsNow()
      // The cursor is the time of the page's last item: the next begins with the microsecond after it.
      const from = query.cursor === undefined ? (query.from ?? to - DAY_US) : Number(query.cursor) + 1
      if (!Number.isSafeInteger(from)) return problem(reply, 400, 'not_valid', 'cursor: not one of ours')
      const window = { entity: id, quantity, channel, from, to, limit: query.limit + 1 }
      if (query.resolution !== 'raw') {
        const found = await buckets(store.db, query.resolution, window)
        return timed(pageOf(found, query.limit, ({ time }) => time))
      }
      const found = pointsPage(await points(store.db, window), query.limit)
      return timed({
        ...found,
        items: found.items.map(({ label, ...point }) => (label === null ? point : { ...point, label })),
      })
    },
  )
}

/** Two devices may have a point at the same time: a page does not end between them. */
function pointsPage<T extends { time: number }>(found: T[], size: number): { items: T[]; next?: string } {
  if (found.length <= size) return { items: found }
  const next = found[size]?.time
  const items = found.slice(0, size).filter(({ time }) => time !== next)
  const last = items.at(-1)
  return last ? { items, next: cursorOf(last.time) } : { items: found }
}

const timed = <T extends { time: number }>({ items, next }: { items: T[]; next?: string }) => ({
  items: items.map((item) => ({ ...item, time: formatTime(item.time) })),
  ...(next === undefined ? {} : { next }),
})

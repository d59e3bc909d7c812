import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime } from '../../core/time.ts'
import { listImports } from '../../store/import-batches.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Cursor, limit, page, pageOf } from '../schemas.ts'

const ShownImport = z.object({
  id: z.number().int(),
  kind: z.string(),
  sha256: z.string().describe('of the file'),
  rows: z.number().int(),
  changed: z.number().int().nullable().describe('how much of it was new; null: not known yet'),
  by: z.string(),
  at: z.string(),
  finishedAt: z.string().nullable().describe('null: under way, or broken off, and then to be sent again'),
})

/** The files by which the past was brought in. */
export const importsRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/imports',
    {
      onRequest: allow('integrator', 'statistician'),
      schema: {
        description:
          'Every import of a file: which kind, which bytes (SHA-256), how many rows, by whom. Newest first.',
        tags: ['indicator'],
        querystring: z.object({ limit: limit(1000, 100), cursor: Cursor }),
        response: { 200: page(ShownImport) },
      },
    },
    async ({ query }) => {
      const before = /^\d{1,15}$/.test(query.cursor ?? '') ? Number(query.cursor) : Number.MAX_SAFE_INTEGER
      const batches = await listImports(parts.store.db, before, query.limit + 1)
      const items = batches.map(({ at, finishedAt, ...batch }) => ({
        ...batch,
        at: formatTime(at),
        finishedAt: finishedAt === null ? null : formatTime(finishedAt),
      }))
      return pageOf(items, query.limit, ({ id }) => id)
    },
  )
}

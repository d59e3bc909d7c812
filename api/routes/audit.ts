import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime } from '../../core/time.ts'
import { listAudit, verifyAudit } from '../../store/audit.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Cursor, Instant, limit, page, pageOf } from '../schemas.ts'

const Record = z.object({
  id: z.number(),
  time: z.string(),
  actor: z.string().describe('token:<id>, oidc:<subject>, platform or anonymous'),
  actorName: z.string(),
  role: z.string().nullable(),
  action: z.string().describe('method and route, or a name such as sign-in'),
  targets: z.array(z.string()),
  address: z.string().nullable(),
  summary: z.unknown().describe('what was asked, without secrets; cut at 4 KiB'),
  prevHash: z.string(),
  hash: z.string().describe('SHA-256 over prevHash and the record'),
})

const text = z
  .string()
  .max(400)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL takes no U+0000
  .regex(/^[^\u0000]*$/)
  .optional()
const Query = z.object({
  since: Instant.optional(),
  actor: text,
  action: text,
  target: text,
  limit: limit(1000, 100),
  cursor: Cursor.refine((cursor) => cursor === undefined || /^\d{1,15}$/.test(cursor), 'not one of ours'),
})

const Verdict = z.union([
  z.object({
    intact: z.literal(true),
    count: z.number(),
    head: z.string().describe('hash of the last record: note it elsewhere'),
  }),
  z.object({
    intact: z.literal(false),
    brokenAt: z.number().describe('id of the first record that is wrong'),
    reason: z.string(),
  }),
])

/** Who did what. For administrators: it shows people's addresses and their failed sign-ins. */
export const auditRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { store } }) => {
  app.get(
    '/audit',
    {
      onRequest: allow('admin'),
      schema: { tags: ['audit'], querystring: Query, response: { 200: page(Record) } },
    },
    async ({ query }) => {
      const rows = await listAudit(store.db, {
        since: query.since ?? null,
        actor: query.actor ?? null,
        action: query.action ?? null,
        target: query.target ?? null,
        before: query.cursor === undefined ? null : Number(query.cursor),
        limit: query.limit + 1,
      })
      const { items, next } = pageOf(rows, query.limit, ({ id }) => id)
      const shown = items.map((row) => ({
        ...row,
        targets: [...row.targets],
        time: formatTime(row.time),
        summary: JSON.parse(row.summary) as unknown,
      }))
      return { items: shown, ...(next === undefined ? {} : { next }) }
    },
  )

  app.get(
    '/audit/verify',
    {
      onRequest: allow('admin'),
      schema: {
        tags: ['audit'],
        description: 'Follows the chain of hashes from its start to its end.',
        response: { 200: Verdict },
      },
    },
    () => verifyAudit(store.db),
  )
}

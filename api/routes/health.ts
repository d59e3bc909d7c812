import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { within } from '../../core/within.ts'
import type { SpoolState } from '../../ingest/spooling.ts'
import type { RouteOptions } from '../app.ts'

const DATABASE_WAIT_MS = 2000
/** A batch that does not fit any more may leave a little room. */
const NEARLY_FULL = 0.95
const Readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
  database: z.enum(['there', 'away']),
  spool: z
    .object({
      messages: z.number(),
      bytes: z.number(),
      bytesMax: z.number(),
      oldestS: z.number().describe('age of the oldest message'),
      drainPerSecond: z.number(),
    })
    .nullable()
    .describe('acknowledged messages that wait for the database; null: there is no spool'),
})

const shown = ({ messages, bytes, bytesMax, oldestS, drainPerSecond }: SpoolState) => ({
  messages,
  bytes,
  bytesMax,
  oldestS: Math.round(oldestS),
  drainPerSecond,
})

export const healthRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.get(
    '/healthz',
    {
      schema: {
        tags: ['health'],
        security: [],
        description: 'The process runs.',
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    async () => ({
      status: 'ok' as const,
    }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['health'],
        security: [],
        description: 'Readings can be taken and committed.',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const spool = parts.spool()
      const isThere = (await databaseAnswers()) && spool?.isDatabaseAway !== true
      const { reasons, warnings } = judge(isThere, spool)
      const ready = reasons.length === 0
      return reply.code(ready ? 200 : 503).send({
        ready,
        reasons,
        warnings,
        database: isThere ? 'there' : 'away',
        spool: spool && shown(spool),
      })
    },
  )

  /** With the database away, readings are taken as long as the spool has room. */
  function judge(isThere: boolean, spool: SpoolState | null) {
    const reasons: string[] = []
    const warnings: string[] = []
    if (parts.store.flavour === 'plain')
      warnings.push('STORE_PLAIN=1: plain PostgreSQL without TimescaleDB; for benches and drills only')
    if (parts.isFull()) reasons.push('too much is waiting for the database')
    if (isThere) return { reasons, warnings }
    if (!spool) reasons.push(`the database has not answered in ${DATABASE_WAIT_MS} ms`)
    else if (spool.bytes < spool.bytesMax * NEARLY_FULL)
      warnings.push('the database is away: messages are acknowledged from the spool')
    else reasons.push('the database is away, and the spool is full (SPOOL_MEGABYTES_MAX)')
    return { reasons, warnings }
  }

  app.get(
    '/metrics',
    { schema: { tags: ['health'], security: [], description: 'Prometheus text exposition.' } },
    async (_request, reply) => {
      const { body, contentType } = await parts.metrics()
      return reply.type(contentType).serializer(String).send(body)
    },
  )

  async function databaseAnswers(): Promise<boolean> {
    const answered = parts.store.db.query({ text: 'select 1' }).then(
      () => true,
      () => false,
    )
    return (await within(answered, DATABASE_WAIT_MS)) === true
  }
}

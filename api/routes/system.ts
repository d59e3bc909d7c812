import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { DAY_US, formatTime, microsNow } from '../../core/time.ts'
import { databaseBytes, rollupEnds } from '../../store/database-facts.ts'
import { channelTroubles } from '../../store/notifications.ts'
import { allow } from '../access.ts'
import type { StreamRouteOptions } from '../app.ts'
import type { ApiParts } from '../parts.ts'
import { readinessOf } from '../readiness.ts'
import { RememberedAnswer } from '../remembered-answer.ts'
import {
  SystemDocument,
  shownChannelTrouble,
  shownReport,
  shownRollup,
  shownUpstreamState,
} from '../system-document.ts'

/** How the platform does. However many screens ask, the database is asked a little every other second. */
export const systemRoutes: FastifyPluginAsyncZod<StreamRouteOptions> = async (app, { parts, hub }) => {
  const { vitals, upstreams, store } = parts
  const readiness = new RememberedAnswer(() => readinessOf(parts), { everyMs: 2000, waitMs: 2500 })
  const size = new RememberedAnswer(() => databaseBytes(store.db), { everyMs: 60_000, waitMs: 500 })
  const rollups = new RememberedAnswer(() => rollupEnds(store), { everyMs: 30_000, waitMs: 500 })
  const channels = new RememberedAnswer(() => channelTroubles(store.db, microsNow() - DAY_US), {
    everyMs: 5000,
    waitMs: 500,
  })

  app.get(
    '/system',
    {
      onRequest: allow('operator', 'integrator'),
      schema: { tags: ['health'], response: { 200: SystemDocument } },
    },
    async ({ principal }) => {
      const [known, bytes, ends, troubles] = await Promise.all([
        readiness.get(),
        size.get(),
        rollups.get(),
        channels.get(),
      ])
      const report = vitals.report()
      const isAdmin = principal?.roles.includes('admin') === true
      return {
        time: formatTime(microsNow()),
        ready: known?.reasons.length === 0,
        reasons: [...(known?.reasons ?? [])],
        warnings: [...(known?.warnings ?? [])],
        process: {
          version: vitals.version,
          startedAt: formatTime(vitals.startedAt),
          uptimeS: Math.floor((microsNow() - vitals.startedAt) / 1_000_000),
          memoryBytes: report.memoryBytes,
          heapBytes: report.heapBytes,
          eventLoopMs: report.eventLoopMs,
        },
        ...shownReport(report),
        pending: {
          bytes: vitals.now.pendingBytes(),
          bytesMax: vitals.now.pendingBytesMax,
          oldestS: vitals.now.oldestS(),
        },
        rulesWaiting: vitals.now.rulesWaiting(),
        spool: spoolOf(parts),
        sessions: { devices: vitals.now.sessions(), streams: hub.readers },
        database: {
          kind: store.db.kind,
          flavour: store.flavour,
          isThere: known?.isDatabaseThere === true,
          answerMs: known?.databaseMs == null ? null : Math.round(known.databaseMs * 10) / 10,
          bytes,
        },
        rollups: ends?.map(shownRollup) ?? null,
        upstreams: [...upstreams.states()].map(shownUpstreamState),
        channels: troubles?.map((trouble) => shownChannelTrouble(trouble, isAdmin)) ?? null,
      }
    },
  )
}

function spoolOf({ spool }: ApiParts) {
  const state = spool()
  if (!state) return null
  const { messages, bytes, bytesMax, oldestS, drainPerSecond, isDatabaseAway } = state
  return { messages, bytes, bytesMax, oldestS: Math.round(oldestS), drainPerSecond, isDatabaseAway }
}

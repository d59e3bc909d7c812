import { z } from 'zod'
import { formatTime } from '../core/time.ts'
import type { UpstreamState } from '../core/upstream.ts'
import type { VitalReport } from '../core/vitals.ts'
import type { RollupEnd } from '../store/database-facts.ts'
import type { ChannelTrouble } from '../store/notifications.ts'

const Rates = z.object({ s10: z.number(), m1: z.number(), m5: z.number() }).describe('a second')
const series = z.array(z.number())

export const SystemDocument = z.object({
  time: z.string(),
  ready: z.boolean(),
  reasons: z.array(z.string()).describe('as /readyz says them'),
  warnings: z.array(z.string()).describe('as /readyz says them'),
  process: z.object({
    version: z.string(),
    startedAt: z.string(),
    uptimeS: z.number(),
    memoryBytes: z.number(),
    heapBytes: z.number(),
    eventLoopMs: z.number().describe('99 of 100 timers are later by this at most'),
  }),
  messages: Rates,
  observations: Rates,
  acknowledged: Rates,
  pending: z.object({
    bytes: z.number(),
    bytesMax: z.number().describe('at it the senders wait'),
    oldestS: z.number().describe('for how long the oldest message has had no acknowledgement'),
  }),
  commitMs: z
    .object({ p50: z.number(), p95: z.number() })
    .nullable()
    .describe('of the last 5 minutes; null: there was none'),
  rulesWaiting: z.number().describe('readings that the alarm rules have not looked at yet'),
  spool: z
    .object({
      messages: z.number(),
      bytes: z.number(),
      bytesMax: z.number(),
      oldestS: z.number(),
      drainPerSecond: z.number(),
      isDatabaseAway: z.boolean(),
    })
    .nullable()
    .describe('null: there is none'),
  rejected: z.array(z.object({ code: z.string(), count: z.number() })).describe('most first'),
  refused: z.array(z.object({ reason: z.string(), count: z.number() })).describe('most first'),
  lookedBackS: z.number().describe('so far the last two look back: an hour, or since the start'),
  sessions: z.object({ devices: z.number(), streams: z.number() }),
  database: z.object({
    kind: z.enum(['embedded', 'server']),
    flavour: z.enum(['timescale', 'plain']),
    isThere: z.boolean(),
    answerMs: z.number().nullable(),
    bytes: z.number().nullable().describe('looked up every minute'),
  }),
  rollups: z
    .array(
      z.object({
        resolution: z.string(),
        until: z.string().nullable(),
        behindSMax: z.number().describe('it is usually no further behind than this'),
      }),
    )
    .nullable(),
  upstreams: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['connecting', 'connected', 'failing']),
      fault: z.string().nullable().describe('a code'),
      since: z.string(),
      messages: z.number(),
      lastMessageAt: z.string().nullable(),
    }),
  ),
  channels: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        kind: z.string(),
        isEnabled: z.boolean(),
        waiting: z.number(),
        failing: z.number().describe('of those that wait: tried, and not taken'),
        givenUp: z.number().describe('within a day'),
        lastFault: z.string().nullable().describe('for the administrator only'),
      }),
    )
    .nullable(),
  history: z
    .object({
      everyS: z.number(),
      until: z.string(),
      messages: series,
      observations: series,
      acknowledged: series,
      rejected: series,
      pendingBytes: series,
      oldestS: series,
      rulesWaiting: series,
      spoolMessages: series,
      sessions: series,
      memoryBytes: series,
      eventLoopMs: series,
    })
    .describe('the last hour, oldest first; rates are means, all else the worst of its time'),
})

type Shown = z.infer<typeof SystemDocument>

export const shownReport = (
  report: VitalReport,
): Pick<
  Shown,
  | 'messages'
  | 'observations'
  | 'acknowledged'
  | 'commitMs'
  | 'rejected'
  | 'refused'
  | 'lookedBackS'
  | 'history'
> => {
  const { messages, observations, acknowledged, commitMs, lookedBackS, history } = report
  return {
    ...{ messages, observations, acknowledged, commitMs, lookedBackS },
    rejected: mostFirst(report.rejected).map(([code, count]) => ({ code, count })),
    refused: mostFirst(report.refused).map(([reason, count]) => ({ reason, count })),
    history: { ...mutable(history), everyS: history.everyS, until: formatTime(history.until) },
  }
}

const mostFirst = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).sort(([, a], [, b]) => b - a)

type Series = Omit<Shown['history'], 'everyS' | 'until'>

const mutable = ({ everyS: _every, until: _until, ...series }: VitalReport['history']): Series =>
  Object.fromEntries(Object.entries(series).map(([name, values]) => [name, [...values]])) as Series

export const shownRollup = ({ until, ...rest }: RollupEnd) => ({
  ...rest,
  until: until === null ? null : formatTime(until),
})

export const shownUpstreamState = ([id, { state, fault, since, messages, lastMessageAt }]: readonly [
  string,
  UpstreamState,
]) => ({
  ...{ id, state, messages },
  fault: fault?.code ?? null,
  since: formatTime(since),
  lastMessageAt: lastMessageAt === null ? null : formatTime(lastMessageAt),
})

export const shownChannelTrouble = (trouble: ChannelTrouble, isForAdmin: boolean) => ({
  ...trouble,
  // It may name a host or a person.
  lastFault: isForAdmin ? trouble.lastFault : null,
})

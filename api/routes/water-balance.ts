import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { addDays, DAY_US, formatTime, localDate, localDayStart, microsNow } from '../../core/time.ts'
import { type BalanceAsk, balanceAsk, waterBalance } from '../../digital-twin/water-balance/water-balance.ts'
import type { BalanceFault } from '../../digital-twin/water-balance/zone-meters.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { DearAnswers } from '../dear-answers.ts'
import { Problem, problem } from '../problem.ts'
import { Day, IdParams, Instant } from '../schemas.ts'

/** L/h a connection, and where that is from. */
const NIGHT_USE = 1.7
const NIGHT_USE_SOURCE = 'UK Water Industry, Managing Leakage (1994): 1.7 L/h a household'
const LISTED_MAX = 200
/** One day of a zone of 10,000 customers is some 20 s of the database. */
const BALANCES = { waitingMax: 4, holdsMs: 60_000 }
const MINUTE_US = 60_000_000

const BalanceQuery = z.object({
  date: Day.optional().describe('a local day; yesterday if neither it nor `from` is given'),
  from: Instant.optional(),
  to: Instant.optional().describe('not included; now if left out'),
  nightUsePerConnection: z.coerce
    .number()
    .min(0)
    .max(1000)
    .default(NIGHT_USE)
    .describe(`L/h that a customer is taken to use at night. The default: ${NIGHT_USE_SOURCE}`),
})
const Side = z.object({
  meters: z.number(),
  coverage: z.number().describe('the share of all meters’ time that was told of'),
  measured: z.number().describe('m3, in what was told of'),
  volume: z.number().nullable().describe('m3 of all; null: less than 95 % was told of'),
})
const Meter = z.object({
  id: z.string(),
  volume: z.number(),
  coverage: z.number(),
  by: z.enum(['water-volume', 'water-flow']).nullable(),
  resets: z.number().describe('steps of its register whose volume is not known'),
})
const NightFlow = z.object({
  nights: z.array(z.object({ date: z.string(), flow: z.number().nullable(), coverage: z.number() })),
  minimum: z.object({ date: z.string(), flow: z.number() }).nullable(),
  legitimateUse: z.number(),
  leakage: z.number().nullable(),
  usePerConnection: z.number(),
  useSource: z.string(),
})
const WaterBalance = z.object({
  entity: z.string(),
  from: z.string(),
  to: z.string(),
  systemInput: Side,
  meteredConsumption: Side,
  nonRevenueWater: z.object({ volume: z.number(), share: z.number().nullable().describe('%') }).nullable(),
  nightFlow: NightFlow.describe('m3/h from 02:00 to 04:00 local time, through all inlets'),
  incomplete: z
    .object({ inlets: z.array(Meter), customers: z.array(Meter), truncated: z.boolean() })
    .describe('meters that told of less than 95 % of the time, or were set back or changed'),
})
type Balance = z.infer<typeof WaterBalance>

const STATUS: Readonly<Record<BalanceFault['code'], 409 | 422>> = {
  not_a_zone: 422,
  window_too_large: 422,
  zone_without_inlet: 409,
  zone_without_customers: 409,
  inlet_without_meter: 409,
  meter_shared: 409,
  meters_too_far: 409,
}

/** What goes into a metered zone and is not paid for. */
export const waterBalanceRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const balances = new DearAnswers<Balance>(BALANCES)

  app.get(
    '/entities/:id/water-balance',
    {
      onRequest: allow(),
      schema: {
        tags: ['entities'],
        description:
          'The IWA water balance of a zone, as far as meters tell it: system input, metered consumption, non-revenue water, and the minimum night flow with an estimate of leakage. One is found out at a time, and holds for a minute.',
        params: IdParams,
        querystring: BalanceQuery,
        response: { 200: WaterBalance, 404: Problem, 409: Problem, 410: Problem, 422: Problem, 503: Problem },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const zone = parts.registry.entity(id)
      if (!zone) return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      const now = microsNow()
      const window = windowOf(query, now)
      if (typeof window === 'string') return problem(reply, 422, 'window_not_valid', window)
      if (window.from < now - parts.retentionDays * DAY_US)
        return problem(reply, 410, 'past_retention', `observations are kept for ${parts.retentionDays} days`)
      const ask = balanceAsk(parts, zone, window)
      if (!ask.ok) return problem(reply, STATUS[ask.error.code], ask.error.code, ask.error.detail)
      const nightUse = query.nightUsePerConnection
      const key = keyOf(id, ask.value, query.to ?? Math.floor(window.to / MINUTE_US), nightUse)
      const balance = await balances.get(key, async () =>
        documentOf(id, window, nightUse, await waterBalance(parts, ask.value, nightUse)),
      )
      return (
        balance ??
        problem(
          reply.header('retry-after', '20'),
          503,
          'too_many_balances',
          `${BALANCES.waitingMax} are being found out already; ask again later`,
        )
      )
    },
  )
}

/** The same while the window is, and the meters are. */
function keyOf(id: string, { inlets, customers, window }: BalanceAsk, to: number, nightUse: number): string {
  const meters = createHash('sha256')
    .update(JSON.stringify([inlets, customers]))
    .digest('base64')
  return [id, window.from, to, nightUse, meters].join(' ')
}

function documentOf(
  entity: string,
  { from, to }: BalanceAsk['window'],
  usePerConnection: number,
  { nightFlow, incomplete, ...balance }: Awaited<ReturnType<typeof waterBalance>>,
): Balance {
  const { inlets, customers } = incomplete
  return {
    entity,
    from: formatTime(from),
    to: formatTime(to),
    ...balance,
    nightFlow: {
      ...nightFlow,
      nights: [...nightFlow.nights],
      usePerConnection,
      useSource: usePerConnection === NIGHT_USE ? NIGHT_USE_SOURCE : 'given',
    },
    incomplete: {
      inlets: inlets.slice(0, LISTED_MAX),
      customers: customers.slice(0, LISTED_MAX),
      truncated: Math.max(inlets.length, customers.length) > LISTED_MAX,
    },
  }
}

/** A text says what is wrong. */
function windowOf({ date, from, to }: z.infer<typeof BalanceQuery>, now: number) {
  if (date !== undefined && (from !== undefined || to !== undefined))
    return 'date: takes a day, or from and to, not both'
  if (from === undefined && to !== undefined) return 'from: is missing'
  const day = date ?? addDays(localDate(now), -1)
  const start = from ?? localDayStart(day)
  const end = Math.min(now, to ?? (from === undefined ? localDayStart(addDays(day, 1)) : now))
  return end > start
    ? { from: start, to: end }
    : `${from === undefined ? 'date' : 'from'}: nothing is over yet`
}

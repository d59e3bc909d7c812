import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mayReadAlarms } from '../../core/ports.ts'
import { DAY_US, formatTime, type Micros, microsNow } from '../../core/time.ts'
import { alarmDocument } from '../../digital-twin/alarms/alarm-document.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { courses, lastStepOf, type ReplaySource, type Window } from '../../digital-twin/replay/replay.ts'
import type { PastSources } from '../../digital-twin/state-at.ts'
import type { Entity } from '../../store/device.ts'
import { alarmsDuring } from '../../store/replay.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { pastRetention, pastSources } from '../past.ts'
import { Problem, problem } from '../problem.ts'
import { ReplayStreams } from '../replay-streams.ts'
import { AreaCode, Id, Instant } from '../schemas.ts'
import { areasBelow } from './entities.ts'

const STEPS_MAX = 2000
const CELLS_MAX = 1_000_000
const WINDOW_DAYS_MAX = 31
const RAW_HOURS_MAX = 6
const HOUR_US = DAY_US / 24
const ALARMS_MAX = 5000
const ALARMS_A_QUERY = 500
const REPLAYS_MAX = 4
/** As long as a reader of the stream of changes may take nothing. */
const STUCK_MS_MAX = 30_000

const Query = z.object({
  from: Instant,
  to: Instant.optional().describe('now if left out'),
  stepS: z.coerce.number().int().min(1).max(86_400).default(60),
  entity: Id.optional(),
  area: AreaCode.optional().describe('with all areas below it'),
  type: z.string().optional(),
  domain: z.enum(['traffic', 'water', 'power', 'environment']).optional(),
})

const DESCRIPTION = `How entities fared in a window, step by step, as NDJSON: a line \`window\`; a line \`alarm\` for each that was active in it (at most ${ALARMS_MAX}, the newest, and a line \`alarms-cut\` if there were older ones; for roles that may read them); a line \`entity\` for each, with \`freshness\`, \`values\` and \`derived\` as lists of [step, value] where they changed (step 0 is \`from\`; no freshness: not there yet); then a line \`end\`, without which it is not whole.
Of windows up to ${RAW_HOURS_MAX} hours, each step is what \`GET /entities?at=\` says of that instant, except that the area is today’s, too, and sessions are not told. Of longer ones, values are the last of each minute or hour (\`source\`) by when they were measured, and silence is judged by steps where these are longer than the interval. What follows from neighbours is left out where an entity has too many of them.
At most ${WINDOW_DAYS_MAX} days, ${STEPS_MAX} steps, and ${CELLS_MAX} entities × steps. ${REPLAYS_MAX} at a time, of each reader the newest: an older one is cut off, as is one of which nothing was taken for ${STUCK_MS_MAX / 1000} s.`

/** The past, to be played. */
export const replayRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const streams = new ReplayStreams(REPLAYS_MAX, STUCK_MS_MAX)

  app.get(
    '/replay',
    {
      onRequest: allow(),
      schema: {
        tags: ['entities'],
        description: DESCRIPTION,
        querystring: Query,
        response: {
          200: z.unknown().describe('NDJSON'),
          400: Problem,
          404: Problem,
          410: Problem,
          503: Problem,
        },
      },
    },
    async ({ query, principal }, reply) => {
      const now = microsNow()
      const to = Math.min(query.to ?? now, now)
      const window = windowOf(query.from, to, query.stepS)
      const gone = pastRetention(parts, query.from, now)
      if (gone) return problem(reply, 410, 'past_retention', gone)
      if (query.entity !== undefined && !parts.registry.entity(query.entity))
        return problem(reply, 404, 'entity_not_found', `no entity ${query.entity}`)
      const areas = query.area === undefined ? null : await areasBelow(parts.store.db, query.area)
      const entities = [...parts.registry.entities()].filter((entity) => isWanted(entity, query, areas))
      const fault = typeof window === 'string' ? window : tooMuch(entities.length, lastStepOf(window) + 1)
      if (typeof window === 'string' || fault) return problem(reply, 400, 'too_much', fault ?? undefined)
      const reader = principal?.actor ?? ''
      if (streams.isFull(reader))
        return problem(
          reply.header('retry-after', '10'),
          503,
          'too_many_replays',
          `${REPLAYS_MAX} are being read already; ask again later`,
        )
      entities.sort((a, b) => (a.id < b.id ? -1 : 1))
      const mayAlarm = principal?.roles.some(mayReadAlarms) === true
      const isForAll = [query.entity, query.area, query.type, query.domain].every((one) => one === undefined)
      const about = mayAlarm ? { entities: isForAll ? null : entities.map(({ id }) => id) } : null
      const stream = streams.open(reader, lines(pastSources(parts), entities, window, about))
      return reply.type('application/x-ndjson').header('cache-control', 'no-store').send(stream)
    },
  )
}

/** The window, or what is wrong with it. */
function windowOf(from: Micros, to: Micros, stepS: number): Window | string {
  const stepUs = stepS * 1_000_000
  if (from >= to) return 'from must lie before to, and before now'
  if (to - from > WINDOW_DAYS_MAX * DAY_US)
    return `at most ${WINDOW_DAYS_MAX} days at once; move from and to closer together`
  const isLong = to - from > RAW_HOURS_MAX * HOUR_US
  if (isLong && stepS < 60)
    return `of more than ${RAW_HOURS_MAX} hours only with stepS of at least 60; make the step longer or the window shorter`
  const source: ReplaySource = !isLong ? 'raw' : stepS >= 3600 ? '1h' : '1m'
  const window = { from, to, stepUs, source }
  const steps = lastStepOf(window) + 1
  return steps > STEPS_MAX
    ? `at most ${STEPS_MAX} steps, these are ${steps}; make stepS at least ${Math.ceil((to - from) / 1e6 / (STEPS_MAX - 1))}`
    : window
}

const tooMuch = (entities: number, steps: number): string | null =>
  entities * steps > CELLS_MAX
    ? `at most ${CELLS_MAX} entities × steps, these are ${entities} × ${steps}; make stepS longer, the window shorter, or choose by area, type, domain or entity`
    : null

function isWanted(
  { id, type, area }: Entity,
  query: z.infer<typeof Query>,
  areas: ReadonlySet<string> | null,
): boolean {
  if (query.entity !== undefined && id !== query.entity) return false
  if (query.type !== undefined && type !== query.type) return false
  if (query.domain !== undefined && MODELS.get(type)?.domain !== query.domain) return false
  return areas === null || (area !== null && areas.has(area))
}

/** Null: of all, and those about no entity, too. */
interface About {
  readonly entities: readonly string[] | null
}

async function* lines(
  sources: PastSources,
  entities: readonly Entity[],
  window: Window,
  about: About | null,
): AsyncGenerator<string> {
  const { from, to, stepUs, source } = window
  yield line('window', {
    from: formatTime(from),
    to: formatTime(to),
    stepS: stepUs / 1_000_000,
    steps: lastStepOf(window) + 1,
    source,
    entities: entities.length,
  })
  if (about) yield* alarmLines(sources, window, about)
  for await (const some of courses(sources, entities, window))
    yield some.map((course) => line('entity', { ...course })).join('')
  yield line('end', {})
}

async function* alarmLines({ db }: PastSources, window: Window, about: About): AsyncGenerator<string> {
  let before = Number.MAX_SAFE_INTEGER
  for (let told = 0; told < ALARMS_MAX; told += ALARMS_A_QUERY) {
    const alarms = await alarmsDuring(db, window, { ...about, before, limit: ALARMS_A_QUERY })
    if (alarms.length > 0)
      yield alarms.map((alarm) => line('alarm', { alarm: alarmDocument(alarm) })).join('')
    if (alarms.length < ALARMS_A_QUERY) return
    before = alarms.at(-1)?.id ?? 0
  }
  const [older] = await alarmsDuring(db, window, { ...about, before, limit: 1 })
  if (older) yield line('alarms-cut', { told: ALARMS_MAX })
}

const line = (kind: string, document: object): string => `${JSON.stringify({ kind, ...document })}\n`

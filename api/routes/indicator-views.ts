import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { addDays, localDate, microsNow } from '../../core/time.ts'
import { Courses } from '../../digital-twin/indicator/course.ts'
import { areaLabels } from '../../digital-twin/indicator/indicator.ts'
import { periodsBetween } from '../../digital-twin/indicator/period.ts'
import { QUARTERS } from '../../digital-twin/indicator/rank.ts'
import { nationalStanding, standingsOf } from '../../digital-twin/indicator/standings.ts'
import { trend } from '../../digital-twin/indicator/trend.ts'
import { trendWords } from '../../digital-twin/indicator/trend-words.ts'
import { targetsKnownAt } from '../../store/targets.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { CellQuery, figureDocument } from '../indicator-document.ts'
import { knownAt, saidOnce, WhenQuery } from '../indicator-query.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Day } from '../schemas.ts'

const Words = z.object({ vi: z.string(), en: z.string() })
const Reach = z.object({
  status: z.enum(['met', 'reached-on', 'not-at-this-trend', 'too-few-points', 'unknown']),
  date: z.string().nullable(),
  low: z.string().nullable().describe('95 % prediction interval; null: open'),
  high: z.string().nullable(),
  slopePerYear: z.string().nullable(),
  r2: z.string().nullable(),
  points: z.number(),
  words: Words,
})

const Course = z.object({
  area: z.string(),
  points: z.array(
    z.object({
      period: z.string(),
      referenceDate: z.string(),
      connections: z.number().nullable(),
      population: z.number().nullable(),
      perPerson: z.string().nullable(),
      status: z.string(),
      comment: z.string().nullable(),
    }),
  ),
  targets: z.array(
    z.object({
      kind: z.enum(['per-person', 'upper-average']),
      value: z.string().nullable(),
      by: z.string(),
      reach: Reach,
    }),
  ),
})

const Ranking = z.object({
  period: z.string(),
  items: z.array(
    z.object({
      area: z.string(),
      areaName: Words,
      connections: z.number().nullable(),
      population: z.number().nullable(),
      perPerson: z.string().nullable(),
      status: z.string(),
      rank: z.number().nullable(),
      of: z.number().nullable(),
      quartile: z.number().nullable().describe('1: the highest quarter'),
      group: Words.nullable(),
    }),
  ),
  national: z
    .object({
      indicator: z.string(),
      localities: z.number(),
      rank: z.number().nullable(),
      of: z.number().nullable(),
      quartile: z.number().nullable(),
      group: Words.nullable(),
      average: z.string().nullable(),
      distance: z.string().nullable().describe('above the national average, in percent of it'),
      met: z.boolean().nullable().describe('in the upper half of the localities'),
      aboveAverage: z.boolean().nullable().describe('the other reading: at or above the national average'),
      sources: z.array(z.string()),
    })
    .nullable(),
})

/** Each that was not published costs a count of all devices. */
const PERIODS_MAX = 120

const TrendQuery = z
  .object({
    area: AreaCode,
    freq: z.enum(['A', 'Q', 'M']).default('M'),
    from: Day.optional().describe('10 years, 12 quarters or 24 months before `to` if left out'),
    to: Day.optional().describe('yesterday if left out or later'),
    coverage: CellQuery.coverage,
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    message: 'takes a day that is not after `to`',
    path: ['from'],
  })
  .refine(
    ({ freq, from, to = localDate(microsNow()) }) =>
      from === undefined || periodsBetween(freq, from, to).length <= PERIODS_MAX,
    {
      message: `takes at most ${PERIODS_MAX} periods up to \`to\`: a later day, or another freq`,
      path: ['from'],
    },
  )

/** What is made of the figures: how they run over time, and who stands where. */
export const indicatorViewRoutes: FastifyPluginAsyncZod<RouteOptions> = async (
  app,
  { parts: { indicator, store } },
) => {
  const courses = new Courses(indicator)
  app.get(
    '/indicators/trend',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description:
          'The periods of an area that are over, oldest first, and when its targets are reached at that pace.',
        querystring: TrendQuery,
        response: { 200: Course, 400: Problem, 404: Problem },
      },
    },
    async ({ query: { area, freq, from = null, to = null, coverage } }, reply) => {
      const labels = await indicator.areaLabels()
      if (!labels.some(({ code }) => code === area))
        return problem(reply, 404, 'area_not_found', `there is no area ${area}: GET /api/v1/areas lists them`)
      const points = await courses.of({ area, freq, from, to, coverage })
      const targets = await targetsKnownAt(store.db, null)
      return {
        area,
        points,
        targets: targets.map((target) => ({ ...target, reach: reachOf(points, target) })),
      }
    },
  )

  app.get(
    '/indicators/ranking',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description:
          'Communes by connections per person, and the province among the localities; of yesterday if no period is given.',
        querystring: saidOnce(z.object(WhenQuery)),
        response: { 200: Ranking, 400: Problem },
      },
    },
    async ({ query }) => {
      // Today's count changes under the eyes; the ranking is of the last day that is over.
      const period = query.period ?? query.date ?? addDays(localDate(microsNow()), -1)
      const computed = await indicator.period(period, knownAt(query))
      const places = new Map(standingsOf(computed).map((place) => [place.area, place]))
      const labels = areaLabels(computed.inputs)
      const lowest = labels.some(({ level }) => level === 'commune') ? 'commune' : 'district'
      const items = labels
        .filter(({ level }) => level === lowest)
        .map((label) => {
          const asked = { indicator: 'IOT_CONN_PC', ...TOTAL } as const
          const document = figureDocument(computed, label, asked)
          const { area, areaName, connections, population, perPerson, status } = document
          const place = places.get(area)
          return {
            ...{ area, areaName, connections, population, perPerson, status },
            rank: place?.rank ?? null,
            of: place?.of ?? null,
            quartile: place?.quarter ?? null,
            group: groupOf(place?.quarter),
          }
        })
        .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.area < b.area ? -1 : 1))
      return { period, items, national: nationalOf(computed) }
    },
  )
}

const TOTAL = { access: '_T', domain: '_T', class: '_T', coverage: 'PLATFORM' } as const

const groupOf = (quarter: keyof typeof QUARTERS | undefined) =>
  quarter === undefined ? null : { vi: QUARTERS[quarter].nameVi, en: QUARTERS[quarter].nameEn }

function nationalOf(computed: Parameters<typeof nationalStanding>[0]) {
  const standing = nationalStanding(computed)
  if (!standing) return null
  const { indicator, localities, place, average, distance, met, byRule, sources } = standing
  return {
    ...{ indicator, localities, average, distance, met, sources: [...sources] },
    rank: place?.rank ?? null,
    of: place?.of ?? null,
    quartile: place?.quarter ?? null,
    group: groupOf(place?.quarter),
    aboveAverage: byRule['national-average'],
  }
}

function reachOf(
  points: Parameters<typeof trend>[0],
  { value, by }: { readonly value: string | null; readonly by: string },
): z.infer<typeof Reach> {
  if (value === null)
    return {
      ...{ status: 'unknown', date: null, low: null, high: null, slopePerYear: null, r2: null, points: 0 },
      words: {
        vi: 'So với các địa phương khác: xem xếp hạng.',
        en: 'Compared with other localities: see the ranking.',
      },
    }
  const found = trend(points, { target: value, by })
  const { status, date, low, high, slopePerYear, r2 } = found
  return {
    ...{ status, date, low, high, slopePerYear, r2, points: found.points },
    words: { vi: trendWords(found, 'vi'), en: trendWords(found, 'en') },
  }
}

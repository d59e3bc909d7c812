import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { AreaLabel, FigureSet } from '../../digital-twin/indicator/figure.ts'
import { csvwMetadata } from '../../digital-twin/indicator/formats/csvw.ts'
import { HOME_PROVINCE } from '../../digital-twin/indicator/home.ts'
import { areaLabels, type Computed } from '../../digital-twin/indicator/indicator.ts'
import { WINDOW_DAYS } from '../../digital-twin/indicator/method.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { CellQuery, FigureDocument, figureDocument, Indicator } from '../indicator-document.ts'
import { FORMATS, formatOf, sendOutput } from '../indicator-outputs.ts'
import { knownAt, periodOf, saidOnce, WhenQuery } from '../indicator-query.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode } from '../schemas.ts'

const Query = saidOnce(
  z.object({
    area: AreaCode.optional(),
    level: z.enum(['province', 'district', 'commune']).optional(),
    indicator: Indicator.default('IOT_CONN_PC'),
    ...CellQuery,
    breakdown: z
      .enum(['access', 'domain', 'class'])
      .optional()
      .describe('one figure for each of its codes that there is something of'),
    ...WhenQuery,
    window: z
      .enum(['30', '90', '365'])
      .default(`${WINDOW_DAYS}`)
      .transform(Number)
      .describe('days within which a device must have been heard'),
    lang: z.enum(['vi', 'en']).default('vi'),
    format: z.enum(FORMATS).optional().describe('before what Accept asks for; JSON if neither says'),
  }),
).refine(({ area, breakdown }) => breakdown === undefined || area !== undefined, {
  message: 'takes an area with it',
  path: ['breakdown'],
})
type Asked = z.infer<typeof Query>

export const indicatorRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { indicator } }) => {
  const computed = (query: Asked): Promise<Computed> =>
    indicator.period(periodOf(query), knownAt(query, query.window))

  app.get(
    '/indicators/iot-per-capita',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description:
          'Figures of a period: of an area; with `breakdown` by a dimension; without `area` of all communes, or of all of a level. `format` or Accept: JSON, CSV, SDMX-CSV, SDMX-JSON, JSON-stat, XLSX.',
        produces: ['application/json', 'text/csv'],
        querystring: Query,
        response: {
          200: z.union([FigureDocument, z.object({ items: z.array(FigureDocument) })]),
          400: Problem,
          404: Problem,
          422: Problem,
        },
      },
    },
    async (request, reply) => {
      const { query, headers } = request
      if (query.format === undefined) reply.header('vary', 'Accept')
      const found = await computed(query)
      const labels = labelsAsked(found, query)
      if (labels.every(({ level }) => level === 'unknown') && query.area !== labels[0]?.code)
        return problem(reply, 404, ...noArea(query, found))
      if (query.window !== WINDOW_DAYS && !isOfProvince(query))
        return problem(
          reply,
          422,
          'window_of_province_only',
          `window=${query.window}: other windows than ${WINDOW_DAYS} days are told of the province as a whole, area=${HOME_PROVINCE}; side by side, windows of smaller areas would show single persons`,
        )
      const format = query.format ?? formatOf(headers.accept)
      if (format !== 'json')
        return sendOutput(reply, await setOf(indicator, query, format === 'csv' ? labels : null), found, {
          format,
          accept: headers.accept,
          lang: query.lang,
          isDetail: isDetail(query),
          nameParts: [found.inputs.period, query.area ?? null],
          search: searchOf(request.url),
        }) as never
      if (query.breakdown) return { items: brokenDown(found, labels, query) }
      const items = labels.map((label) => figureDocument(found, label, query))
      return query.area === undefined ? { items } : (items[0] as z.infer<typeof FigureDocument>)
    },
  )

  csvMetadataRoute(app, indicator)
}

type App = Parameters<typeof indicatorRoutes>[0]
type Figures = RouteOptions['parts']['indicator']

function csvMetadataRoute(app: App, indicator: Figures): void {
  app.get(
    '/indicators/iot-per-capita.csv-metadata.json',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description: 'What each column of the CSV of the same query means (CSV on the Web).',
        querystring: Query,
        produces: ['application/csvm+json'],
        response: { 400: Problem },
      },
    },
    async (request, reply) =>
      reply
        .type('application/csvm+json')
        .serializer(String)
        .send(
          csvwMetadata(await setOf(indicator, request.query, null), {
            url: `iot-per-capita${searchOf(request.url)}`,
            licence: null,
          }) as never,
        ),
  )
}

/** The figures of formats for machines: those asked for, of every level unless one is. A CSV has the lines of the JSON. */
async function setOf(
  indicator: Figures,
  query: Asked,
  labels: readonly AreaLabel[] | null,
): Promise<FigureSet> {
  const set = await indicator.figureSet({
    periods: [periodOf(query)],
    areas: labels?.map(({ code }) => code) ?? (query.area === undefined ? null : [query.area]),
    level: query.level ?? null,
    isDetail: isDetail(query),
    coverage: query.coverage,
    ...knownAt(query, query.window),
  })
  const indicators = indicatorsOf(query)
  return {
    ...set,
    figures: set.figures.filter(
      (figure) =>
        indicators.has(figure.indicator) &&
        (query.breakdown === 'access' || figure.access === query.access) &&
        (query.breakdown === 'domain' || figure.domain === query.domain) &&
        (query.breakdown === 'class' || figure.class === query.class),
    ),
  }
}

const isDetail = ({ domain, class: of, breakdown }: Asked): boolean =>
  domain !== '_T' || of !== '_T' || breakdown === 'domain' || breakdown === 'class'

/** A table has every indicator, JSON-stat the ratio with what it is made of, SDMX the indicator itself. */
function indicatorsOf({ format, indicator }: Asked): Set<string> {
  if (format === 'csv' || format === 'xlsx') return new Set(Indicator.options)
  if (format === 'json-stat' && indicator === 'IOT_CONN_PC')
    return new Set(['IOT_CONN', 'POP', 'IOT_CONN_PC'])
  return new Set([indicator])
}

const isOfProvince = ({ area, access, breakdown, ...query }: Asked): boolean =>
  area === HOME_PROVINCE &&
  access === '_T' &&
  breakdown === undefined &&
  !isDetail({ ...query, area, access, breakdown })

const searchOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '')

/** No area asked for: the lowest level's, and the line of devices without one. */
function labelsAsked({ inputs }: Computed, { area, level }: Asked): AreaLabel[] {
  const labels = areaLabels(inputs)
  if (area !== undefined) return labels.filter(({ code }) => code === area)
  const lowest = labels.some((label) => label.level === 'commune') ? 'commune' : 'district'
  return labels.filter((label) => label.level === (level ?? lowest) || label.level === 'unknown')
}

function brokenDown(found: Computed, [label]: readonly AreaLabel[], query: Asked) {
  const by = query.breakdown ?? 'access'
  const codes = CellQuery[by].unwrap().options
  return codes.flatMap((code) => {
    const document = label && figureDocument(found, label, { ...query, [by]: code })
    const isThere = document && (code === '_T' || document.connections !== 0)
    return isThere ? [document] : []
  })
}

const noArea = ({ area, level }: Asked, { inputs }: Computed) =>
  [
    'area_not_found',
    `no area ${area ?? `of the level ${level ?? ''}`} is in force on ${inputs.referenceDate}: GET /api/v1/areas lists them`,
  ] as const

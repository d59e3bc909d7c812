import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { FigureSet } from '../../digital-twin/indicator/figure.ts'
import type { FigureSource } from '../../digital-twin/indicator/figure-source.ts'
import { dataflow } from '../../digital-twin/indicator/formats/dataflows.ts'
import { sdmxCsv } from '../../digital-twin/indicator/formats/sdmx-csv.ts'
import { sdmxJson } from '../../digital-twin/indicator/formats/sdmx-json.ts'
import {
  ARTEFACT_TYPES,
  artefacts,
  sdmxStructure,
} from '../../digital-twin/indicator/formats/sdmx-structure.ts'
import { type Access, allow, identify } from '../access.ts'
import { Problem, problem } from '../problem.ts'
import { matchesFilter } from '../sdmx/component-filter.ts'
import { type DataQuery, readDataQuery } from '../sdmx/data-query.ts'
import { matchesKey } from '../sdmx/key.ts'
import {
  DATA_CSV,
  DATA_JSON,
  type DataForm,
  dataForm,
  languageOf,
  STRUCTURE_JSON,
  takesStructure,
} from '../sdmx/media.ts'
import { REFERENCES, withReferences } from '../sdmx/references.ts'

export interface SdmxOptions {
  readonly access: Access
  readonly figures: FigureSource
  /** `VN` and the province: `VN66`. */
  readonly agency: string
  readonly isSynthetic: boolean
  readonly windowDays: number
}

const VERSIONS = ['1.0.0', '1.0', '+', '~', '*', 'latest', '']
/** When the structures of version 1.0.0 were made; they do not change. */
const STRUCTURES_MADE = '2026-11-30T00:00:00Z'

const Version = z
  .string()
  .refine(
    (text) => text.split(',').some((one) => VERSIONS.includes(one)),
    'takes 1.0.0, + (latest stable), ~ (latest) or *',
  )
const Lang = z.enum(['vi', 'en']).optional().describe('of names; default: Accept-Language, else English')
const FlowParams = z.object({
  agency: z.string().max(50),
  flow: z.string().max(50),
  version: Version.optional(),
  key: z.string().max(8000).optional(),
})
/** Filters by component, c[ID], are read with the rest of it (api/sdmx/data-query.ts). */
const DataQueryText = z
  .object({
    asOf: z.string().optional().describe('a time or a day: the release published by then'),
    attributes: z
      .string()
      .optional()
      .describe('dsd, none, dataset, series, obs or ids; by default all, in CSV those of the table'),
    dimensionAtObservation: z.string().optional().describe('TIME_PERIOD, AllDimensions or another dimension'),
    labels: z.string().optional().describe('id, name or both, for CSV; or as a parameter of Accept'),
    lang: z.string().optional().describe('vi or en; default: Accept-Language, else English'),
  })
  .catchall(z.string())
const StructureParams = z.object({
  type: z.enum(ARTEFACT_TYPES as ['dataflow', ...(typeof ARTEFACT_TYPES)[number][]]),
  agency: z.string().max(50),
  id: z.string().max(500).default('*'),
  version: Version.optional(),
})
const StructureQuery = z.strictObject({
  references: z
    .string()
    .default('none')
    .transform((text) => text.split(','))
    .refine((words) => words.every((word) => REFERENCES.includes(word)), `takes ${REFERENCES.join(', ')}`),
  detail: z.enum(['full', 'allstubs', 'allcompletestubs']).default('full'),
  lang: Lang,
})
const answers = { 400: Problem, 404: Problem, 406: Problem, 501: Problem }

/** SDMX REST 2.x (sdmx-twg/sdmx-rest, doc/data.md and doc/structures.md): data of the two flows, and what describes them. */
export const sdmxRoutes: FastifyPluginAsyncZod<SdmxOptions> = async (app, options) => {
  identify(app, options.access)
  const flowPath = '/data/dataflow/:agency/:flow'
  for (const url of [flowPath, `${flowPath}/:version`, `${flowPath}/:version/:key`])
    app.get(
      url,
      {
        onRequest: allow(),
        schema: {
          tags: ['indicator'],
          description:
            'Figures by key, in the form that Accept asks for; filters: c[COMPONENT]=…, e.g. c[TIME_PERIOD]=ge:2025-01+le:2025-12.',
          produces: [DATA_JSON, DATA_CSV],
          params: FlowParams,
          querystring: DataQueryText,
          response: answers,
        },
      },
      ({ params, query, headers }, reply) => answerData(options, { ...params, query, headers }, reply),
    )
  const structurePath = '/structure/:type/:agency'
  for (const url of [structurePath, `${structurePath}/:id`, `${structurePath}/:id/:version`])
    app.get(
      url,
      {
        onRequest: allow(),
        schema: {
          tags: ['indicator'],
          description: 'Dataflows, data structures, concepts and code lists.',
          produces: [STRUCTURE_JSON],
          params: StructureParams,
          querystring: StructureQuery,
          response: answers,
        },
      },
      ({ params, query, headers }, reply) => answerStructure(options, { params, query, headers }, reply),
    )
}

interface DataAsked extends z.infer<typeof FlowParams> {
  readonly query: z.infer<typeof DataQueryText>
  readonly headers: FastifyRequest['headers']
}

async function answerData(options: SdmxOptions, asked: DataAsked, reply: FastifyReply) {
  const { query, headers } = asked
  const id = asked.flow === 'DF_IOT' || asked.flow === 'DF_IOT_DETAIL' ? asked.flow : null
  if (!id || (asked.agency !== options.agency && asked.agency !== '*'))
    return problem(
      reply,
      404,
      'no_such_dataflow',
      `${asked.agency}:${asked.flow}: takes ${options.agency}:DF_IOT or ${options.agency}:DF_IOT_DETAIL`,
    )
  const form = dataForm(headers.accept)
  if (!form)
    return problem(
      reply,
      406,
      'not_acceptable',
      `Accept: takes ${DATA_JSON};version=2.0.0, ${DATA_CSV};version=2.0.0 (labels=id|name|both, keys=none|series|obs|both) or version=1.0.0`,
    )
  const read = readDataQuery(dataflow(id), asked.key ?? '', query as Record<string, string>)
  if (!read.ok) return problem(reply, read.error.status, read.error.code, read.error.detail)
  const { request } = read.value
  const whole = await options.figures.figureSet({ ...request, windowDays: options.windowDays })
  const set = filtered(whole, read.value)
  if (set.figures.length === 0)
    return problem(reply, 404, 'no_data', 'no figure matches the key and the filters')
  const lang = read.value.lang ?? languageOf(headers['accept-language'])
  return sendData(reply, set, { ...read.value, lang }, form)
}

function filtered(set: FigureSet, { key, filters }: DataQuery): FigureSet {
  const figures = set.figures.filter(
    (figure) => matchesKey(key, figure, set) && filters.every((filter) => matchesFilter(filter, figure, set)),
  )
  return { ...set, figures }
}

function sendData(
  reply: FastifyReply,
  set: FigureSet,
  { flow, lang, attributes, dimensionAtObservation, labels: asLabels }: DataQuery & { lang: 'vi' | 'en' },
  form: DataForm,
) {
  reply.header('vary', 'Accept, Accept-Language').header('content-language', lang)
  const asked = { flow, lang, ...(attributes ? { attributes } : {}) }
  if (form.kind === 'json')
    return reply
      .type(`${DATA_JSON}; version=2.0.0`)
      .serializer(String)
      .send(sdmxJson(set, { ...asked, ...(dimensionAtObservation ? { dimensionAtObservation } : {}) }))
  const { version, keys } = form
  const labels = asLabels ?? form.labels
  return reply
    .type(`${DATA_CSV}; version=${version}; labels=${labels}; charset=utf-8`)
    .send(Readable.from(sdmxCsv(set, { ...asked, version, labels, keys })))
}

interface StructureAsked {
  readonly params: z.infer<typeof StructureParams>
  readonly query: z.infer<typeof StructureQuery>
  readonly headers: FastifyRequest['headers']
}

async function answerStructure(
  { agency, figures, isSynthetic }: SdmxOptions,
  { params, query, headers }: StructureAsked,
  reply: FastifyReply,
) {
  if (!takesStructure(headers.accept))
    return problem(reply, 406, 'not_acceptable', `Accept: takes ${STRUCTURE_JSON};version=2.0.0`)
  const lang = query.lang ?? languageOf(headers['accept-language'])
  const areas = (await figures.areaLabels()).map((area) => ({ ...area, id: area.code }))
  const all = artefacts(agency, areas, lang)
  const ids = params.id.split(',')
  const isOurs = params.agency.split(',').some((one) => one === agency || one === '*')
  const chosen = all.filter(
    ({ type, id }) => isOurs && type === params.type && (ids.includes(id) || ids.includes('*')),
  )
  if (chosen.length === 0)
    return problem(
      reply,
      404,
      'no_such_artefact',
      `${params.type} ${params.agency}:${params.id}: there are ${all
        .filter(({ type }) => type === params.type)
        .map(({ id }) => `${agency}:${id}`)
        .join(', ')}`,
    )
  return reply
    .header('vary', 'Accept, Accept-Language')
    .header('content-language', lang)
    .type(`${STRUCTURE_JSON}; version=2.0.0`)
    .serializer(String)
    .send(
      sdmxStructure(withReferences(chosen, all, query.references), {
        agency,
        lang,
        prepared: STRUCTURES_MADE,
        isTest: isSynthetic,
        isStub: query.detail !== 'full',
      }),
    )
}

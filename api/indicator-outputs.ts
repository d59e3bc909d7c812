import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FigureSet } from '../digital-twin/indicator/figure.ts'
import { csvwLink } from '../digital-twin/indicator/formats/csvw.ts'
import { dataflow } from '../digital-twin/indicator/formats/dataflows.ts'
import { fileName, type Lang } from '../digital-twin/indicator/formats/names.ts'
import { type FormatId, FORMATS as OUTPUTS, written } from '../digital-twin/indicator/formats/output.ts'
import { sdmxCsv } from '../digital-twin/indicator/formats/sdmx-csv.ts'
import type { Computed } from '../digital-twin/indicator/indicator.ts'
import { METHOD_SECTIONS } from '../digital-twin/indicator/method.ts'
import { reconciliationOf } from '../digital-twin/indicator/reconciliation.ts'
import { knowStepsWithheld } from '../digital-twin/indicator/steps-withheld.ts'
import { rangesOf } from './accept.ts'
import { DATA_CSV, DATA_JSON } from './sdmx/media.ts'

export const FORMATS = ['json', ...(Object.keys(OUTPUTS) as FormatId[])] as const

const BY_TYPE: ReadonlyMap<string, (typeof FORMATS)[number]> = new Map([
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  [DATA_CSV, 'sdmx-csv'],
  [DATA_JSON, 'sdmx-json'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/*', 'json'],
  ['*/*', 'json'],
])

/** The one of ours that Accept wants most; JSON where it names none, as browsers do. */
export function formatOf(accept: string | undefined): (typeof FORMATS)[number] {
  for (const { type } of rangesOf(accept)) {
    const format = BY_TYPE.get(type)
    if (format) return format
  }
  return 'json'
}

export interface OutputAsked {
  readonly format: FormatId
  readonly accept: string | undefined
  readonly lang: Lang
  readonly isDetail: boolean
  /** What the file is of: period, area. */
  readonly nameParts: readonly (string | null)[]
  /** The query string as it came, for the description beside a CSV. */
  readonly search: string
}

/** Sends figures in a format for machines, or for a spreadsheet. */
export async function sendOutput(
  reply: FastifyReply,
  set: FigureSet,
  computed: Computed,
  { format, accept, lang, isDetail, nameParts, search }: OutputAsked,
): Promise<unknown> {
  const { contentType, extension } = OUTPUTS[format]
  const name = fileName([...nameParts, set.release?.id ?? null], extension)
  reply
    .header('content-disposition', `inline; filename="${name}"`)
    .serializer((body: unknown) => body as string)
  if (format === 'csv') reply.header('link', csvwLink(`iot-per-capita.csv-metadata.json${search}`))
  if (format === 'sdmx-csv' && /vnd\.sdmx\.data\+csv;\s*version=1/.test(accept ?? ''))
    return reply
      .type('application/vnd.sdmx.data+csv; version=1.0.0; charset=utf-8')
      .send(Readable.from(sdmxCsv(set, { version: '1.0.0', flow: dataflow('DF_IOT'), lang })) as never)
  if (format === 'xlsx') await knowStepsWithheld(computed.inputs)
  const body = await written(set, format, {
    lang,
    isDetail,
    populations: computed.inputs.populations,
    ...(format === 'xlsx'
      ? { reconciliation: reconciliationOf(computed, set.areas), methodology: methodText(lang) }
      : {}),
  })
  return reply.type(contentType).send((isText(body) ? Buffer.from(body) : Readable.from(body)) as never)
}

const isText = (body: string | Uint8Array | Iterable<string>): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array

const methodText = (lang: Lang): string[] =>
  METHOD_SECTIONS.flatMap(({ title, text }, i) => [`§${i + 1} ${title[lang]}`, text[lang]])

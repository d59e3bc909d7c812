import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { FigureSet } from '../digital-twin/indicator/figure.ts'
import { csvwLink } from '../digital-twin/indicator/formats/csvw.ts'
import { dataflow } from '../digital-twin/indicator/formats/dataflows.ts'
import { jsonStat } from '../digital-twin/indicator/formats/json-stat.ts'
import { fileName, type Lang } from '../digital-twin/indicator/formats/names.ts'
import { sdmxCsv } from '../digital-twin/indicator/formats/sdmx-csv.ts'
import { sdmxJson } from '../digital-twin/indicator/formats/sdmx-json.ts'
import { tidyCsv } from '../digital-twin/indicator/formats/tidy.ts'
import { xlsx } from '../digital-twin/indicator/formats/xlsx.ts'
import type { PeriodInputs } from '../digital-twin/indicator/inputs.ts'
import { METHOD_SECTIONS } from '../digital-twin/indicator/method.ts'

export const FORMATS = ['json', 'csv', 'sdmx-csv', 'sdmx-json', 'json-stat', 'xlsx'] as const
export type Format = (typeof FORMATS)[number]

const SDMX_CSV_1 = /vnd\.sdmx\.data\+csv;\s*version=1/

/** The first of ours that the Accept header names; JSON where it names none. */
export function formatOf(accept: string | undefined): Format {
  const text = accept ?? ''
  if (text.includes('vnd.sdmx.data+csv')) return 'sdmx-csv'
  if (text.includes('vnd.sdmx.data+json')) return 'sdmx-json'
  if (text.includes('spreadsheetml')) return 'xlsx'
  return text.includes('text/csv') ? 'csv' : 'json'
}

export interface OutputAsked {
  readonly format: Exclude<Format, 'json'>
  readonly accept: string | undefined
  readonly lang: Lang
  readonly isDetail: boolean
  /** What the file is of: period, area. */
  readonly nameParts: readonly (string | null)[]
  /** The query string as it came, for the description beside a CSV. */
  readonly search: string
}

interface Output {
  readonly type: string
  readonly extension: string
  readonly body: string | Uint8Array | Iterable<string>
  readonly link?: string
}

/** Sends figures in a format for machines, or for a spreadsheet. */
export async function sendOutput(
  reply: FastifyReply,
  set: FigureSet,
  inputs: readonly PeriodInputs[],
  asked: OutputAsked,
): Promise<unknown> {
  const { type, extension, body, link } = await outputOf(set, inputs, asked)
  const name = fileName([...asked.nameParts, set.release?.id ?? null], extension)
  reply.type(type).header('content-disposition', `inline; filename="${name}"`)
  if (link) reply.header('link', link)
  const bytes =
    typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body as string) : Readable.from(body)
  return reply.serializer((payload: unknown) => payload as string).send(bytes as never)
}

async function outputOf(
  set: FigureSet,
  inputs: readonly PeriodInputs[],
  { format, accept, lang, isDetail, search }: OutputAsked,
): Promise<Output> {
  const flow = dataflow(isDetail ? 'DF_IOT_DETAIL' : 'DF_IOT')
  const populations = inputs.flatMap((one) => one.populations)
  switch (format) {
    case 'csv':
      return {
        type: 'text/csv; charset=utf-8; header=present',
        extension: 'csv',
        body: tidyCsv(set, populations),
        link: csvwLink(`iot-per-capita.csv-metadata.json${search}`),
      }
    case 'sdmx-csv': {
      const version = SDMX_CSV_1.test(accept ?? '') ? '1.0.0' : '2.0.0'
      return {
        type: `application/vnd.sdmx.data+csv; version=${version}; charset=utf-8`,
        extension: 'csv',
        body: sdmxCsv(set, { version, flow, lang }),
      }
    }
    case 'sdmx-json':
      return {
        type: 'application/vnd.sdmx.data+json; version=2.0.0; charset=utf-8',
        extension: 'json',
        body: sdmxJson(set, { flow, lang }),
      }
    case 'json-stat':
      return { type: 'application/json; charset=utf-8', extension: 'json', body: jsonStat(set, lang) }
    case 'xlsx':
      return {
        type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        extension: 'xlsx',
        body: await xlsx(set, { lang, populations, methodology: methodText(lang) }),
      }
  }
}

const methodText = (lang: Lang): string[] =>
  METHOD_SECTIONS.flatMap(({ title, text }, i) => [`§${i + 1} ${title[lang]}`, text[lang]])

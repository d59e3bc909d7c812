import type { FigureSet } from '../figure.ts'
import { dataflow } from './dataflows.ts'
import { jsonStat } from './json-stat.ts'
import { sdmxCsv } from './sdmx-csv.ts'
import { sdmxJson } from './sdmx-json.ts'
import { tidyCsv } from './tidy.ts'
import { type XlsxOptions, xlsx } from './xlsx.ts'

interface Format {
  readonly contentType: string
  readonly extension: string
}

/** What a figure can be had as, beside the API’s own JSON. */
export const FORMATS = {
  csv: { contentType: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  'sdmx-csv': {
    contentType: 'application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8',
    extension: 'csv',
  },
  'sdmx-json': { contentType: 'application/vnd.sdmx.data+json; version=2.0.0', extension: 'json' },
  'json-stat': { contentType: 'application/json; charset=utf-8', extension: 'json' },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
  },
} as const satisfies Readonly<Record<string, Format>>
export type FormatId = keyof typeof FORMATS

export interface OutputOptions extends XlsxOptions {
  /** By domain and class too: SDMX has a flow of its own for it. */
  readonly isDetail?: boolean
}

/** The figures in a format. Pieces of text are made as they are taken. */
export async function written(
  set: FigureSet,
  format: FormatId,
  options: OutputOptions = {},
): Promise<string | Uint8Array | Iterable<string>> {
  const { lang, populations, isDetail = false } = options
  const flow = dataflow(isDetail ? 'DF_IOT_DETAIL' : 'DF_IOT')
  switch (format) {
    case 'csv':
      return tidyCsv(set, populations)
    case 'sdmx-csv':
      return sdmxCsv(set, { version: '2.0.0', flow, ...(lang ? { lang } : {}) })
    case 'sdmx-json':
      return sdmxJson(set, { flow, ...(lang ? { lang } : {}) })
    case 'json-stat':
      return jsonStat(set, lang)
    case 'xlsx':
      return await xlsx(set, options)
  }
}

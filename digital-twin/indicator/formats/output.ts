import type { FigureSet } from '../figure.ts'
import { sdmxCsv } from './sdmx-csv.ts'
import { tidyCsv } from './tidy.ts'
import { flowOf, type OutputOptions, whole } from './whole.ts'
import { wholeApart } from './whole-apart.ts'

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

/** The figures in a format. Pieces of text are made as they are taken; what can only be made whole is, of many figures, in a
 *  thread of its own. */
export async function written(
  set: FigureSet,
  format: FormatId,
  options: OutputOptions = {},
): Promise<string | Uint8Array | Iterable<string>> {
  switch (format) {
    case 'csv':
      return tidyCsv(set, options.populations)
    case 'sdmx-csv':
      return sdmxCsv(set, {
        version: '2.0.0',
        flow: flowOf(options),
        ...(options.lang ? { lang: options.lang } : {}),
      })
    default:
      return set.figures.length > FIGURES_HERE
        ? await wholeApart({ set, format, options })
        : await whole({ set, format, options })
  }
}

/** A workbook of so many takes some 50 ms. */
const FIGURES_HERE = 1000

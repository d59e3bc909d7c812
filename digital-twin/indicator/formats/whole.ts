import type { FigureSet } from '../figure.ts'
import { type Dataflow, dataflow } from './dataflows.ts'
import { jsonStat } from './json-stat.ts'
import { sdmxJson } from './sdmx-json.ts'
import { type XlsxOptions, xlsx } from './xlsx.ts'

export interface OutputOptions extends XlsxOptions {
  /** By domain and class too: SDMX has a flow of its own for it. */
  readonly isDetail?: boolean
}

/** What is to be made in one piece. */
export interface WholeRequest {
  readonly set: FigureSet
  readonly format: 'sdmx-json' | 'json-stat' | 'xlsx'
  readonly options: OutputOptions
}

export const flowOf = ({ isDetail = false }: OutputOptions): Dataflow =>
  dataflow(isDetail ? 'DF_IOT_DETAIL' : 'DF_IOT')

export async function whole({ set, format, options }: WholeRequest): Promise<string | Uint8Array> {
  const { lang } = options
  switch (format) {
    case 'sdmx-json':
      return sdmxJson(set, { flow: flowOf(options), ...(lang ? { lang } : {}) })
    case 'json-stat':
      return jsonStat(set, lang)
    case 'xlsx':
      return await xlsx(set, options)
  }
}

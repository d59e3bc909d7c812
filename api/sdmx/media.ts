import type { SdmxCsvOptions } from '../../digital-twin/indicator/formats/sdmx-csv.ts'
import { type MediaRange, rangesOf } from '../accept.ts'

export type DataForm =
  | { readonly kind: 'json' }
  | ({ readonly kind: 'csv' } & Required<Pick<SdmxCsvOptions, 'version' | 'labels' | 'keys'>>)

export const DATA_JSON = 'application/vnd.sdmx.data+json'
export const DATA_CSV = 'application/vnd.sdmx.data+csv'
export const STRUCTURE_JSON = 'application/vnd.sdmx.structure+json'

/** The form of data that the client wants most; null: none that there is. */
export function dataForm(accept: string | undefined): DataForm | null {
  for (const range of rangesOf(accept)) {
    const form = formOf(range)
    if (form) return form
  }
  return null
}

function formOf({ type, parameters }: MediaRange): DataForm | null {
  const version = parameters.get('version') ?? '2.0.0'
  if (['*/*', 'application/*', 'application/json', DATA_JSON].includes(type))
    return version === '2.0.0' ? { kind: 'json' } : null
  if (![DATA_CSV, 'text/csv', 'text/*'].includes(type)) return null
  const labels = parameters.get('labels') ?? 'id'
  const keys = parameters.get('keys') ?? parameters.get('key') ?? 'none'
  if (version !== '2.0.0' && version !== '1.0.0') return null
  if (labels !== 'id' && labels !== 'name' && labels !== 'both') return null
  if (keys !== 'none' && keys !== 'series' && keys !== 'obs' && keys !== 'both') return null
  return (parameters.get('timeformat') ?? 'original') === 'original'
    ? { kind: 'csv', version, labels, keys }
    : null
}

export const takesStructure = (accept: string | undefined): boolean =>
  rangesOf(accept).some(
    ({ type, parameters }) =>
      ['*/*', 'application/*', 'application/json', STRUCTURE_JSON].includes(type) &&
      (parameters.get('version') ?? '2.0.0') === '2.0.0',
  )

/** The language of labels: the one of ours that the client names first; English if none. */
export function languageOf(acceptLanguage: string | undefined): 'vi' | 'en' {
  const [first] = rangesOf(acceptLanguage ?? 'en')
    .map(({ type }) => type.slice(0, 2))
    .filter((one) => one === 'vi' || one === 'en')
  return first === 'vi' ? 'vi' : 'en'
}

import type { FigureSet } from '../figure.ts'
import { dataflow, dataflowUrn } from './dataflows.ts'
import { type Names, SYNTHETIC } from './names.ts'
import { FORMATS, type FormatId } from './output.ts'
import { spanOf } from './span.ts'

export interface CatalogueOptions {
  /** Where the API is, without a slash at its end: `https://iot.example.vn`. */
  readonly baseUrl: string
  /** Address of the licence; null: nothing is said of one. */
  readonly licence: string | null
  readonly publisher: Names
  /** Where the method is written down. */
  readonly methodUrl: string
}

const MEDIA = 'https://www.iana.org/assignments/media-types/'
const CONFORMS_TO: Readonly<Record<FormatId, string | null>> = {
  csv: 'http://www.w3.org/ns/csvw',
  'sdmx-csv': 'https://github.com/sdmx-twg/sdmx-csv/tree/v2.0.0',
  'sdmx-json': 'https://github.com/sdmx-twg/sdmx-json/tree/v2.0.0',
  'json-stat': 'https://json-stat.org/full/',
  xlsx: null,
}

const FREQUENCY: Readonly<Record<string, string>> = { A: 'ANNUAL', Q: 'QUARTERLY', M: 'MONTHLY', D: 'DAILY' }

/** The entry of a data catalogue: DCAT 3 as DCAT-AP 3 profiles it, in JSON-LD. Periods and the time of change are those of
 *  the figures handed in. */
export function dcatEntry(set: FigureSet, options: CatalogueOptions): string {
  const { baseUrl, licence, publisher, methodUrl } = options
  const id = `${baseUrl}/api/v1/indicators/catalogue#iot-per-capita`
  const spans = set.figures.flatMap(({ period }) => spanOf(period) ?? [])
  const from = spans.map((span) => span.from).sort()[0]
  const to = spans
    .map((span) => span.to)
    .sort()
    .at(-1)
  const frequency = set.figures.map(({ freq }) => FREQUENCY[freq]).find((one) => one !== undefined)
  return JSON.stringify({
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    '@id': id,
    '@type': 'dcat:Dataset',
    'dct:identifier': dataflowUrn(set.agency, dataflow('DF_IOT')),
    'dct:title': inBoth({ nameVi: 'Kết nối IoT bình quân đầu người', nameEn: 'IoT connections per person' }),
    'dct:description': inBoth(described(set)),
    'dct:publisher': { '@type': 'foaf:Agent', 'foaf:name': inBoth(publisher) },
    ...(licence === null ? {} : { 'dct:license': { '@id': licence } }),
    'dct:modified': dateTime(set.preparedAt),
    ...(set.release
      ? { 'dct:issued': dateTime(set.release.publishedAt), 'dcat:version': set.release.id }
      : {}),
    'dct:language': [language('VIE'), language('ENG')],
    'dct:accrualPeriodicity': authority('frequency', frequency ?? 'UNKNOWN'),
    'dct:conformsTo': { '@id': methodUrl },
    'dct:spatial': set.areas
      .filter(({ level }) => level === 'province')
      .map(({ code, nameVi, nameEn }) => ({
        '@type': 'dct:Location',
        'dct:identifier': code,
        'dct:title': inBoth({ nameVi, nameEn }),
      })),
    ...(from && to
      ? {
          'dct:temporal': {
            '@type': 'dct:PeriodOfTime',
            'dcat:startDate': { '@value': from, '@type': 'xsd:date' },
            'dcat:endDate': { '@value': to, '@type': 'xsd:date' },
          },
        }
      : {}),
    'dcat:keyword': [
      { '@value': 'IoT', '@language': 'vi' },
      { '@value': 'chuyển đổi số', '@language': 'vi' },
      { '@value': 'digital transformation', '@language': 'en' },
    ],
    'dcat:distribution': [
      distribution(options, set, 'json', 'application/json', null),
      ...(Object.keys(FORMATS) as FormatId[]).map((format) =>
        distribution(options, set, format, FORMATS[format].contentType, CONFORMS_TO[format]),
      ),
    ],
  })
}

function distribution(
  { baseUrl, licence }: CatalogueOptions,
  set: FigureSet,
  format: string,
  contentType: string,
  conformsTo: string | null,
) {
  const url = `${baseUrl}/api/v1/indicators/iot-per-capita?format=${format}`
  const [mediaType = ''] = contentType.split(';')
  return {
    '@id': `${baseUrl}/api/v1/indicators/catalogue#${format}`,
    '@type': 'dcat:Distribution',
    'dct:title': format,
    'dct:format': contentType,
    'dcat:mediaType': { '@id': `${MEDIA}${mediaType}` },
    'dcat:accessURL': { '@id': url },
    'dcat:downloadURL': { '@id': url },
    ...(licence === null ? {} : { 'dct:license': { '@id': licence } }),
    'dct:modified': dateTime(set.preparedAt),
    ...(conformsTo === null ? {} : { 'dct:conformsTo': { '@id': conformsTo } }),
  }
}

function described(set: FigureSet): Names {
  const vi = 'Số thiết bị IoT đầu cuối đang hoạt động chia cho dân số trung bình, theo địa bàn và kỳ.'
  const en = 'Active IoT end devices divided by the average population, by area and period.'
  return set.isSynthetic
    ? { nameVi: `${SYNTHETIC.nameVi}. ${vi}`, nameEn: `${SYNTHETIC.nameEn}. ${en}` }
    : { nameVi: vi, nameEn: en }
}

const inBoth = ({ nameVi, nameEn }: Names) => [
  { '@value': nameVi, '@language': 'vi' },
  { '@value': nameEn, '@language': 'en' },
]
const dateTime = (time: string) => ({ '@value': time, '@type': 'xsd:dateTime' })
const authority = (list: string, code: string) => ({
  '@id': `http://publications.europa.eu/resource/authority/${list}/${code}`,
})
const language = (code: string) => authority('language', code)

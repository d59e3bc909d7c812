import type { FigureSet } from '../figure.ts'
import { nameIn, SYNTHETIC } from './names.ts'
import { COLUMNS } from './tidy.ts'

const CSVW_TYPE = 'application/csvm+json'

export interface CsvwOptions {
  /** Of the CSV, relative to this document. */
  readonly url: string
  /** Address of the licence; null: nothing is said of one. */
  readonly licence: string | null
}

const TITLE = { nameVi: 'Kết nối IoT bình quân đầu người', nameEn: 'IoT connections per person' }

/** What the CSV’s columns mean, for machines: W3C CSV on the Web, metadata vocabulary (REC-tabular-metadata-20151217). */
export function csvwMetadata(set: FigureSet, { url, licence }: CsvwOptions): string {
  const note = set.isSynthetic ? SYNTHETIC : null
  return JSON.stringify({
    '@context': ['http://www.w3.org/ns/csvw', { '@language': 'vi' }],
    url,
    'dc:title': [
      { '@value': TITLE.nameVi, '@language': 'vi' },
      { '@value': TITLE.nameEn, '@language': 'en' },
    ],
    'dc:creator': set.agency,
    'dc:source': `${set.agency}, ${set.release ? `release ${set.release.id}` : 'computed'} ${set.preparedAt}`,
    'dc:modified': { '@value': set.preparedAt, '@type': 'xsd:dateTime' },
    ...(licence === null ? {} : { 'dc:license': { '@id': licence } }),
    ...(note ? { 'dc:description': `${nameIn(note, 'vi')} / ${nameIn(note, 'en')}` } : {}),
    dialect: { encoding: 'utf-8', lineTerminators: ['\r\n'], header: true },
    tableSchema: {
      columns: COLUMNS.map(({ name, nameVi, nameEn, datatype, isKey = false }) => ({
        name,
        // The header of the column first: it must be one of the titles.
        titles: { und: name, vi: nameVi, en: nameEn },
        datatype,
        required: isKey,
        null: '',
      })),
      primaryKey: COLUMNS.filter(({ isKey }) => isKey).map(({ name }) => name),
    },
  })
}

/** The header field that leads from the CSV to its metadata (§5.2 of REC-tabular-data-model). */
export const csvwLink = (url: string): string => `<${url}>; rel="describedby"; type="${CSVW_TYPE}"`

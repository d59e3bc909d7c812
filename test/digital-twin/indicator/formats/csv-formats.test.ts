import assert from 'node:assert/strict'
import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, it } from 'vitest'
import { INDICATORS } from '../../../../digital-twin/indicator/codes.ts'
import type { Figure, FigureSet } from '../../../../digital-twin/indicator/figure.ts'
import { ATTRIBUTES } from '../../../../digital-twin/indicator/formats/components.ts'
import { csvwLink, csvwMetadata } from '../../../../digital-twin/indicator/formats/csvw.ts'
import { dataflow } from '../../../../digital-twin/indicator/formats/dataflows.ts'
import { fileName } from '../../../../digital-twin/indicator/formats/names.ts'
import { type SdmxCsvOptions, sdmxCsv } from '../../../../digital-twin/indicator/formats/sdmx-csv.ts'
import { spanOf } from '../../../../digital-twin/indicator/formats/span.ts'
import { tidyCsv } from '../../../../digital-twin/indicator/formats/tidy.ts'
import { only, WORKED } from '../worked-case.ts'
import { anyFigureSet, cellOf } from './any-figure-set.ts'

const joined = (chunks: Iterable<string>) => [...chunks].join('')
const sdmx = (set: FigureSet, options: Partial<SdmxCsvOptions> = {}) =>
  joined(sdmxCsv(set, { version: '2.0.0', flow: dataflow('DF_IOT'), ...options }))

/** As an independent reader of RFC 4180 sees it. */
function read(text: string): Record<string, string>[] {
  assert.match(text, /\r\n$/)
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true })
  assert.deepEqual(errors, [])
  return data
}

const PRINTED = `STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,ACCESS,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,DECIMALS,OBS_STATUS,CONF_STATUS
dataflow,VN66:DF_IOT(1.0.0),R,A,24133,IOT_CONN_PC,_T,2025,0.5000,CONN_PER_PERSON,4,P,F
dataflow,VN66:DF_IOT(1.0.0),R,A,24328,IOT_CONN_PC,_T,2025,0.6667,CONN_PER_PERSON,4,P,F
dataflow,VN66:DF_IOT(1.0.0),R,A,66,IOT_CONN_PC,_T,2025,0.6364,CONN_PER_PERSON,4,P,F
dataflow,VN66:DF_IOT(1.0.0),R,A,66_U,IOT_CONN_PC,_T,2025,,CONN_PER_PERSON,4,M,F
`

describe('SDMX-CSV', () => {
  const ratios = only(WORKED.V2, 'IOT_CONN_PC')

  it('2.0 is the worked case to the letter, with line ends of RFC 4180', () =>
    assert.equal(sdmx(ratios), PRINTED.replaceAll('\n', '\r\n')))

  it('1.0 has the same rows under DATAFLOW', () => {
    const rows = PRINTED.trim()
      .split('\n')
      .map((line, i) => [i === 0 ? 'DATAFLOW' : 'VN66:DF_IOT(1.0)', ...line.split(',').slice(3)].join(','))
    assert.equal(sdmx(ratios, { version: '1.0.0' }), rows.map((row) => `${row}\r\n`).join(''))
  })

  it.each(['V1', 'V2', 'V3'] as const)('of %s has each value and status of the case', (id) =>
    assertSame(WORKED[id], sdmx(WORKED[id])),
  )

  it('names codes in the language asked for, in the cell or beside it', () => {
    const [both] = read(sdmx(ratios, { labels: 'both', lang: 'vi' }))
    assert.equal(both?.STRUCTURE_ID, 'VN66:DF_IOT(1.0.0): Kết nối IoT bình quân đầu người')
    assert.equal(both?.['REF_AREA: Địa bàn'], '24133: Phường Buôn Ma Thuột')
    assert.equal(both?.['OBS_VALUE: Giá trị'], '0.5000')
    const [name] = read(sdmx(ratios, { labels: 'name', lang: 'en' }))
    assert.equal(name?.STRUCTURE_NAME, 'IoT connections per person')
    assert.deepEqual([name?.OBS_STATUS, name?.['Observation status']], ['P', 'Provisional value'])
    const [old] = read(sdmx(ratios, { labels: 'both', version: '1.0.0', lang: 'en' }))
    assert.equal(old?.DATAFLOW, 'VN66:DF_IOT(1.0): IoT connections per person')
  })

  it('adds the keys asked for', () => {
    const [row] = read(sdmx(ratios, { keys: 'both' }))
    assert.deepEqual(
      [row?.SERIES_KEY, row?.OBS_KEY],
      ['A.24133.IOT_CONN_PC._T', 'A.24133.IOT_CONN_PC._T.2025'],
    )
    assert.ok(!('OBS_KEY' in (read(sdmx(ratios, { keys: 'series' }))[0] ?? {})))
  })

  it('of the detailed flow has domain, class and every attribute', () => {
    const detail = dataflow('DF_IOT_DETAIL')
    const [row] = read(sdmx(ratios, { flow: detail }))
    assert.deepEqual(
      [row?.DOMAIN, row?.CLASS, row?.COVERAGE, row?.POP_BASIS, row?.POP_YEAR, row?.REF_DATE, row?.RELEASE],
      ['_T', '_T', 'PLATFORM', 'AVG', '2025', '2025-12-31', 'V2'],
    )
    for (const { id } of ATTRIBUTES) assert.ok(row && id in row, id)
  })

  it('says of a table that lacks attributes that it adds, and of made-up data that it is', () => {
    assert.equal(read(sdmx(ratios, { attributes: [] }))[0]?.ACTION, 'A')
    assert.equal(read(sdmx({ ...ratios, isSynthetic: true }))[0]?.SYNTHETIC, 'true')
  })

  it('read back has every number and status of any figures', () =>
    fc.assert(
      fc.property(anyFigureSet(true), (set) =>
        assertSame(set, sdmx(set, { flow: dataflow('DF_IOT_DETAIL') }), ['DOMAIN', 'CLASS']),
      ),
      { numRuns: 200 },
    ))
})

function assertSame(set: FigureSet, text: string, more: readonly string[] = []): void {
  const rows = read(text)
  const columns = ['FREQ', 'REF_AREA', 'INDICATOR', 'ACCESS', ...more, 'TIME_PERIOD']
  const seen = new Map(rows.map((row) => [columns.map((column) => row[column]).join('.'), row]))
  assert.equal(seen.size, set.figures.length)
  for (const figure of set.figures) {
    const key =
      more.length > 0 ? cellOf(figure) : cellOf(figure).replace('._T._T.', '._T.').replace('._T._T.', '._T.')
    const row = seen.get(key)
    assert.ok(row, key)
    assert.equal(row.OBS_VALUE, figure.value ?? '')
    assert.deepEqual([row.OBS_STATUS, row.CONF_STATUS], [figure.obsStatus, figure.confStatus])
  }
}

const NUMBERS: Readonly<Record<string, string>> = {
  IOT_CONN: 'connections',
  IOT_REG: 'registered',
  M2M_SIM: 'm2m_subscriptions',
  POP: 'population',
  IOT_CONN_PC: 'per_person',
  IOT_CONN_P100: 'per_100',
  M2M_SIM_P100: 'm2m_per_100',
  TARGET_GAP: 'target_gap',
}

describe('the tidy CSV', () => {
  it('begins with the columns it always had, a line an area', () => {
    const text = joined(
      tidyCsv(WORKED.V2, [
        {
          area: '24328',
          geoVersion: '2025-07',
          year: 2025,
          basis: 'average',
          value: 3,
          source: '=cmd, "x"',
          publishedOn: null,
          isSynthetic: false,
          isEstimated: false,
        },
      ]),
    )
    const [header = '', ...lines] = text.split('\r\n')
    assert.match(
      header,
      /^indicator,area,area_name_vi,area_name_en,geo_version,period,reference_date,connections,population,population_year,population_basis,population_source,synthetic,per_person,status,target_met,target_gap,window_from,window_to,coverage,method_version,as_of,/,
    )
    assert.equal(lines.length, 5)
    assert.match(
      lines[1] ?? '',
      /,2,3,2025,average,"'=cmd, ""x""",false,0\.6667,P,,,2025-10-03,2025-12-31,PLATFORM,/,
    )
    assert.match(lines[2] ?? '', /,7,11,2025,average,,false,0\.6364,P,false,4,/)
    assert.match(
      lines[3] ?? '',
      /,66_U,Không rõ địa bàn,Area unknown,2025-07,2025,2025-12-31,1,,,,,false,,M,/,
    )
  })

  it('read back has every number and status of any figures', () =>
    fc.assert(
      fc.property(anyFigureSet(true), (set) => {
        const rows = read(joined(tidyCsv(set)))
        let found = 0
        for (const figure of set.figures) {
          const row = rows.find((one) => isOf(one, figure))
          const column = NUMBERS[figure.indicator] ?? ''
          const prefix = column === 'per_person' ? '' : `${column}_`
          assert.equal(row?.[column], figure.value ?? '')
          assert.equal(row?.[`${prefix}status`], figure.obsStatus)
          assert.equal(row?.[`${prefix}conf_status`], figure.confStatus)
          found++
        }
        assert.equal(found, set.figures.length)
      }),
      { numRuns: 200 },
    ))

  it('keeps the order of the figures, so that the same set gives the same bytes', () => {
    assert.equal(joined(tidyCsv(WORKED.V1)), joined(tidyCsv(structuredClone(WORKED.V1))))
    const areas = read(joined(tidyCsv(WORKED.V1))).map(({ area }) => area)
    assert.deepEqual(areas, ['24133', '24328', '66', '66_U'])
  })
})

const isOf = (row: Record<string, string>, figure: Figure) =>
  row.area === figure.area &&
  row.freq === figure.freq &&
  row.period === figure.period &&
  row.access === figure.access &&
  row.domain === figure.domain &&
  row.class === figure.class

interface Csvw {
  readonly url: string
  readonly 'dc:license'?: { readonly '@id': string }
  readonly tableSchema: {
    readonly columns: readonly {
      name: string
      titles: Record<string, string>
      datatype: string
      required: boolean
      null: string
    }[]
    readonly primaryKey: readonly string[]
  }
}

const DATATYPES: Readonly<Record<string, RegExp>> = {
  string: /^/,
  integer: /^-?\d+$/,
  decimal: /^-?\d+\.\d+$/,
  boolean: /^(true|false)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  dateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
}

describe('the CSVW metadata', () => {
  const metadata = (set: FigureSet): Csvw =>
    JSON.parse(csvwMetadata(set, { url: 'a.csv', licence: 'https://creativecommons.org/licenses/by/4.0/' }))

  it('describes the CSV so that it can be read by its datatypes, and its key is one', () =>
    fc.assert(
      fc.property(anyFigureSet(true), (set) => {
        const { tableSchema } = metadata(set)
        const text = joined(tidyCsv(set))
        const header = text.split('\r\n')[0]?.split(',')
        assert.deepEqual(
          header,
          tableSchema.columns.map(({ name }) => name),
        )
        const keys = new Set<string>()
        const rows = read(text)
        for (const row of rows) {
          for (const column of tableSchema.columns) {
            const cell = row[column.name] ?? ''
            if (cell === column.null) assert.ok(!column.required, column.name)
            else assert.match(cell, DATATYPES[column.datatype] ?? /never^/, column.name)
          }
          keys.add(JSON.stringify(tableSchema.primaryKey.map((name) => row[name])))
        }
        assert.equal(keys.size, rows.length)
      }),
      { numRuns: 50 },
    ))

  it('has titles in both languages, the licence, and the link that leads to it', () => {
    const { url, tableSchema, 'dc:license': licence } = metadata(WORKED.V2)
    assert.equal(url, 'a.csv')
    assert.equal(licence?.['@id'], 'https://creativecommons.org/licenses/by/4.0/')
    const column = tableSchema.columns.find(({ name }) => name === 'per_person')
    assert.deepEqual(column?.titles, {
      und: 'per_person',
      vi: 'Kết nối IoT bình quân đầu người',
      en: 'IoT connections per person',
    })
    assert.equal(
      csvwLink('a.csv-metadata.json'),
      '<a.csv-metadata.json>; rel="describedby"; type="application/csvm+json"',
    )
  })
})

describe('names of downloads and spans of periods', () => {
  it('are made of what was asked for', () => {
    assert.equal(fileName(['2025', '66', 'V2'], 'csv'), 'iot-per-capita_2025_66_V2.csv')
    assert.equal(fileName(['2025', null, 'a/b "c"'], 'xlsx'), 'iot-per-capita_2025_a-b-c-.xlsx')
    assert.deepEqual(spanOf('2025'), { from: '2025-01-01', to: '2025-12-31' })
    assert.deepEqual(spanOf('2025-Q2'), { from: '2025-04-01', to: '2025-06-30' })
    assert.deepEqual(spanOf('2024-02'), { from: '2024-02-01', to: '2024-02-29' })
    assert.deepEqual(spanOf('2025-12-31'), { from: '2025-12-31', to: '2025-12-31' })
    assert.equal(spanOf('2025-13'), null)
  })

  it('every indicator has its column', () =>
    assert.deepEqual(Object.keys(NUMBERS).sort(), INDICATORS.map(({ id }) => id as string).sort()))
})

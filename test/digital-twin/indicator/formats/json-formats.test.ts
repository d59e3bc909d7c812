import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fromSDMX, toCSV } from 'jsonstat-suite'
import JSONstat from 'jsonstat-toolkit'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import type { Figure, FigureSet } from '../../../../digital-twin/indicator/figure.ts'
import { dataflow } from '../../../../digital-twin/indicator/formats/dataflows.ts'
import { jsonStat } from '../../../../digital-twin/indicator/formats/json-stat.ts'
import { type SdmxJsonOptions, sdmxJson } from '../../../../digital-twin/indicator/formats/sdmx-json.ts'
import { only, WORKED } from '../worked-case.ts'
import { anyFigureSet } from './any-figure-set.ts'
import { type DataMessage, dataMessageFaults, readBack } from './sdmx-json-rules.ts'

const V2 = only(WORKED.V2, 'IOT_CONN', 'POP', 'IOT_CONN_PC')

/** What the worked case prints, and P for every cell that it does not. */
const PRINTED = {
  version: '2.0',
  class: 'dataset',
  label: 'IoT connections 2025',
  updated: '2026-02-15T00:00:00+07:00',
  id: ['INDICATOR', 'REF_AREA', 'TIME_PERIOD'],
  size: [3, 4, 1],
  role: { metric: ['INDICATOR'], geo: ['REF_AREA'], time: ['TIME_PERIOD'] },
  dimension: {
    INDICATOR: {
      category: {
        index: ['IOT_CONN', 'POP', 'IOT_CONN_PC'],
        unit: { IOT_CONN: { decimals: 0 }, POP: { decimals: 0 }, IOT_CONN_PC: { decimals: 4 } },
      },
    },
    REF_AREA: { category: { index: ['66', '24133', '24328', '66_U'] } },
    TIME_PERIOD: { category: { index: ['2025'] } },
  },
  value: [7, 4, 2, 1, 11, 8, 3, null, 0.6364, 0.5, 0.6667, null],
  status: { 7: 'M', 11: 'M' },
  extension: { release: 'V2', method_version: '1.0.0' },
}

describe('JSON-stat', () => {
  it('is the worked case', () => {
    const document = JSON.parse(jsonStat(V2)) as typeof PRINTED
    const status = Object.fromEntries(PRINTED.value.map((_, i) => [i, i === 7 || i === 11 ? 'M' : 'P']))
    expect(document).toMatchObject({ ...PRINTED, status })
    assert.deepEqual(document.extension, PRINTED.extension)
  })

  it('keeps areas in order though their codes look like integers', () => {
    const areas = ['24133', '24328', '66', '66_U'].flatMap((code) =>
      V2.areas.filter((area) => area.code === code),
    )
    const document = JSON.parse(jsonStat({ ...V2, areas })) as typeof PRINTED
    assert.deepEqual(document.dimension.REF_AREA.category.index, ['24133', '24328', '66', '66_U'])
    assert.deepEqual(document.value.slice(0, 4), [4, 2, 7, 1])
    assert.deepEqual(JSONstat(document).Dimension('REF_AREA').id, ['24133', '24328', '66', '66_U'])
  })

  it('is read by the toolkit as the worked case says', () => {
    const read = JSONstat(JSON.parse(jsonStat(V2, 'vi')))
    assert.equal(read.n, 12)
    const cell = (INDICATOR: string, REF_AREA: string) =>
      read.Data({ INDICATOR, REF_AREA, TIME_PERIOD: '2025' })
    assert.deepEqual(cell('IOT_CONN_PC', '24328'), { value: 0.6667, status: 'P' })
    assert.deepEqual(cell('POP', '66_U'), { value: null, status: 'M' })
    assert.equal(read.Dimension('REF_AREA').Category('66').label, 'Tỉnh Đắk Lắk')
    assert.equal(read.Dimension('INDICATOR').Category('IOT_CONN_PC').unit?.decimals, 4)
  })

  it('has ACCESS where there is more than the total', () => {
    assert.ok(!jsonStat(V2).includes('ACCESS'))
    const [first] = V2.figures
    const set = {
      ...V2,
      figures: [...V2.figures, { ...(first as Figure), access: 'LPWAN' as const, value: '1' }],
    }
    const read = JSONstat(JSON.parse(jsonStat(set)))
    assert.deepEqual(read.id, ['INDICATOR', 'REF_AREA', 'ACCESS', 'TIME_PERIOD'])
    const at = { INDICATOR: 'IOT_CONN', REF_AREA: '24133', ACCESS: 'LPWAN', TIME_PERIOD: '2025' }
    assert.deepEqual(read.Data(at), { value: 1, status: 'P' })
    assert.deepEqual(read.Data({ ...at, REF_AREA: '66' }), { value: null, status: null })
  })

  it('says why a cell is withheld, and that made-up data is', () => {
    const figures = V2.figures.map(
      (figure) => ({ ...figure, value: null, obsStatus: 'Q', confStatus: 'D' }) as const,
    )
    const document = JSON.parse(jsonStat({ ...V2, figures, isSynthetic: true }))
    assert.deepEqual([document.status[0], document.extension.conf_status[0]], ['Q', 'D'])
    assert.equal(document.extension.synthetic, true)
    assert.match(document.note[0], /SYNTHETIC/)
  })

  it('refuses two figures in one cell rather than lose one', () =>
    assert.throws(
      () => jsonStat({ ...V2, figures: [...V2.figures, ...V2.figures] }),
      /two figures in one cell/,
    ))

  it('is a table to the suite, a line a cell', () => {
    const { data } = Papa.parse(toCSV(JSON.parse(jsonStat(V2)), { content: 'id', status: true }).trim())
    assert.equal(data.length, 1 + 12)
    assert.deepEqual(data[11], ['IOT_CONN_PC', '24328', '2025', 'P', '0.6667'])
  })

  it('read back has every number and status of any figures', () =>
    fc.assert(
      fc.property(anyFigureSet(true), (set) => {
        const read = JSONstat(JSON.parse(jsonStat(set)))
        for (const figure of set.figures)
          assert.deepEqual(read.Data(cellAt(figure)), {
            value: figure.value === null ? null : Number(figure.value),
            status: figure.obsStatus,
          })
      }),
      { numRuns: 60 },
    ))
})

const cellAt = (figure: Figure) => ({
  INDICATOR: figure.indicator,
  REF_AREA: figure.area,
  ACCESS: figure.access,
  DOMAIN: figure.domain,
  CLASS: figure.class,
  TIME_PERIOD: figure.period,
})

describe('SDMX-JSON', () => {
  const three = {
    ...WORKED.V2,
    figures: WORKED.V2.figures.filter(
      ({ indicator, area }) => indicator === 'IOT_CONN_PC' && area !== '66_U',
    ),
  }
  const message = (set: FigureSet, options: Partial<SdmxJsonOptions> = {}): DataMessage =>
    JSON.parse(sdmxJson(set, { flow: dataflow('DF_IOT'), ...options }))

  it('of the worked case has its series, values, relationships and links', () => {
    const { meta, data } = message(three)
    assert.equal(meta.sender.id, 'VN66')
    const [dataSet] = data.dataSets
    const [structure] = data.structures
    assert.ok(dataSet?.series && structure)
    assert.deepEqual(
      Object.entries(dataSet.series).map(([key, { observations }]) => [key, observations]),
      [
        ['0:0:0:0', { 0: [0.5, 0] }],
        ['0:1:0:0', { 0: [0.6667, 0] }],
        ['0:2:0:0', { 0: [0.6364, 0] }],
      ],
    )
    assert.equal(dataSet.action, 'Replace')
    assert.deepEqual(dataSet.links, [
      {
        rel: 'dataflow',
        urn: 'urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=VN66:DF_IOT(1.0.0)',
      },
    ])
    const all = Object.values(structure.attributes).flat()
    assert.deepEqual(all.find(({ id }) => id === 'UNIT_MEASURE')?.relationship, { dimensions: ['INDICATOR'] })
    assert.deepEqual(all.find(({ id }) => id === 'OBS_STATUS')?.relationship, { observation: {} })
  })

  it('keeps the rules of the format and is read by another reader', () => {
    for (const set of Object.values(WORKED)) {
      const document = message(set)
      assert.deepEqual(dataMessageFaults(document), [])
      assertSame(set, readBack(document))
    }
    const read = fromSDMX(message(three, { lang: 'vi' }))
    assert.deepEqual(read.id, ['FREQ', 'REF_AREA', 'INDICATOR', 'ACCESS', 'TIME_PERIOD'])
    assert.deepEqual(read.dimension.REF_AREA?.category.index, ['24133', '24328', '66'])
    assert.deepEqual(
      [read.value, read.status],
      [
        [0.5, 0.6667, 0.6364],
        ['P', 'P', 'P'],
      ],
    )
  })

  it('says an attribute once where it is the same, and left-out ones by their default', () => {
    const { data } = message(WORKED.V2)
    const [structure] = data.structures
    const ids = (level: 'dataSet' | 'series' | 'observation') =>
      structure?.attributes[level].map(({ id }) => id)
    assert.deepEqual(ids('dataSet'), [
      'UNIT_MULT',
      'COVERAGE',
      'GEO_VERSION',
      'METHOD_VERSION',
      'REF_DATE',
      'RELEASE',
    ])
    assert.deepEqual(ids('series'), ['UNIT_MEASURE', 'DECIMALS', 'POP_BASIS', 'POP_YEAR'])
    assert.deepEqual(ids('observation'), ['OBS_STATUS', 'CONF_STATUS'])
    assert.equal(structure?.attributes.observation[1]?.default, 'F')
    const only = message(WORKED.V2, { attributes: [] })
    assert.equal(only.data.dataSets[0]?.action, 'Append')
  })

  it.each(['TIME_PERIOD', 'AllDimensions', 'REF_AREA'])(
    'read back with %s at the observation has every number, status and comment of any figures',
    (dimensionAtObservation) =>
      fc.assert(
        fc.property(anyFigureSet(true), (set) => {
          const document = message(set, { flow: dataflow('DF_IOT_DETAIL'), dimensionAtObservation })
          assert.deepEqual(dataMessageFaults(document), [])
          assertSame(set, readBack(document))
          assert.equal(document.meta.test, set.isSynthetic)
        }),
        { numRuns: 60 },
      ),
  )

  it('is read by the other reader whatever the figures', () =>
    fc.assert(
      fc.property(anyFigureSet(false), (set) => {
        const read = fromSDMX(message(set))
        const present = read.value.filter((value) => value !== null)
        assert.equal(present.length, set.figures.filter(({ value }) => value !== null).length)
        const statuses = read.status?.filter((status) => status !== null).sort()
        assert.deepEqual(statuses, set.figures.map(({ obsStatus }) => obsStatus as string).sort())
      }),
      { numRuns: 60 },
    ))
})

function assertSame(set: FigureSet, read: ReturnType<typeof readBack>): void {
  assert.equal(read.length, set.figures.length)
  const seen = new Map(read.map((one) => [JSON.stringify(place(one.dimensions)), one]))
  for (const figure of set.figures) {
    const { FREQ, DOMAIN, CLASS, ...rest } = { FREQ: figure.freq, ...cellAt(figure) }
    const hasDetail = read[0] && 'DOMAIN' in read[0].dimensions
    const one = seen.get(JSON.stringify(place({ FREQ, ...rest, ...(hasDetail ? { DOMAIN, CLASS } : {}) })))
    assert.ok(one)
    assert.equal(one.value, figure.value === null ? null : Number(figure.value))
    assert.equal(one.attributes.OBS_STATUS, figure.obsStatus)
    assert.equal(one.attributes.CONF_STATUS, figure.confStatus)
    assert.equal(one.attributes.COMMENT_OBS ?? null, figure.comment)
    assert.equal(one.attributes.DECIMALS, figure.decimals)
    assert.equal(one.attributes.COVERAGE, figure.coverage)
  }
}

const place = (dimensions: Readonly<Record<string, string>>) => Object.entries(dimensions).sort()

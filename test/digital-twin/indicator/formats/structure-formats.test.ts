import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { COVERAGES, INDICATORS, OBS_STATUSES } from '../../../../digital-twin/indicator/codes.ts'
import { ATTRIBUTES } from '../../../../digital-twin/indicator/formats/components.ts'
import { dcatEntry } from '../../../../digital-twin/indicator/formats/dcat.ts'
import { FORMATS, written } from '../../../../digital-twin/indicator/formats/output.ts'
import { artefacts, sdmxStructure } from '../../../../digital-twin/indicator/formats/sdmx-structure.ts'
import { whole } from '../../../../digital-twin/indicator/formats/whole.ts'
import { WORKED } from '../worked-case.ts'
import { structureMessageFaults } from './sdmx-json-rules.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents of standards, looked at member by member
type Json = any

const AREAS = WORKED.V2.areas.map((area) => ({ ...area, id: area.code }))
const message = {
  agency: 'VN66',
  lang: 'vi',
  prepared: '2026-02-15T00:00:00Z',
  isTest: false,
  isStub: false,
} as const

describe('the SDMX structure message', () => {
  const all = artefacts('VN66', AREAS, 'vi')
  const document: Json = JSON.parse(sdmxStructure(all, message))

  it('keeps the rules of the format', () => assert.deepEqual(structureMessageFaults(document), []))

  it('names every dimension and attribute by a concept, every coded one by a list that is there', () => {
    const { dataStructures, conceptSchemes, codelists, dataflows } = document.data
    const concepts = new Set(conceptSchemes[0].concepts.map(({ id }: Json) => id))
    const lists = new Set(
      codelists.map(({ id }: Json) => `urn:sdmx:org.sdmx.infomodel.codelist.Codelist=VN66:${id}(1.0.0)`),
    )
    for (const { dataStructureComponents: parts } of dataStructures) {
      const { dimensions, timeDimension } = parts.dimensionList
      const components = [
        ...dimensions,
        timeDimension,
        ...parts.measureList.measures,
        ...parts.attributeList.attributes,
      ]
      for (const { id, conceptIdentity, localRepresentation } of components) {
        assert.equal(
          conceptIdentity,
          `urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=VN66:CS_IOT(1.0.0).${id}`,
        )
        assert.ok(concepts.has(id), id)
        if (localRepresentation.enumeration) assert.ok(lists.has(localRepresentation.enumeration), id)
      }
      const known = new Set([...dimensions, timeDimension].map(({ id }: Json) => id))
      for (const { attributeRelationship } of parts.attributeList.attributes)
        for (const id of attributeRelationship.dimensions ?? []) assert.ok(known.has(id), id)
    }
    assert.deepEqual(
      dataflows.map(({ id, structure }: Json) => [id, structure.split('=')[1]]),
      [
        ['DF_IOT', 'VN66:DSD_IOT(1.0.0)'],
        ['DF_IOT_DETAIL', 'VN66:DSD_IOT_DETAIL(1.0.0)'],
      ],
    )
  })

  it('has the dimensions and attributes of the model in its order', () => {
    const [plain] = document.data.dataStructures
    const { dimensionList, attributeList } = plain.dataStructureComponents
    assert.deepEqual(
      dimensionList.dimensions.map(({ id, position }: Json) => [id, position]),
      [
        ['FREQ', 0],
        ['REF_AREA', 1],
        ['INDICATOR', 2],
        ['ACCESS', 3],
      ],
    )
    assert.deepEqual(
      attributeList.attributes.map(({ id }: Json) => id),
      ATTRIBUTES.map(({ id }) => id),
    )
  })

  it('has the codes with names in both languages, areas below the one they belong to', () => {
    const list = (id: string) => document.data.codelists.find((one: Json) => one.id === id).codes
    assert.deepEqual(list('CL_OBS_STATUS').length, OBS_STATUSES.length)
    assert.deepEqual(list('CL_COVERAGE').length, COVERAGES.length)
    assert.deepEqual(
      list('CL_INDICATOR').map(({ id }: Json) => id),
      INDICATORS.map(({ id }) => id),
    )
    assert.deepEqual(list('CL_AREA')[1], {
      id: '24133',
      name: 'Phường Buôn Ma Thuột',
      names: { vi: 'Phường Buôn Ma Thuột', en: 'Buôn Ma Thuột ward' },
      parent: '66',
    })
    assert.deepEqual(list('CL_CONF_STATUS')[1].names, {
      vi: 'Bảo mật (ô nhỏ)',
      en: 'Confidential statistical information',
    })
  })

  it('of stubs has names only', () => {
    const stubs: Json = JSON.parse(sdmxStructure(all, { ...message, isStub: true }))
    assert.deepEqual(structureMessageFaults(stubs), [])
    assert.ok(!('codes' in stubs.data.codelists[0]))
  })
})

describe('every format by its name', () => {
  it.each(['csv', 'sdmx-csv', 'sdmx-json', 'json-stat', 'xlsx'] as const)('%s is written', async (format) => {
    const body = await written(WORKED.V2, format)
    const text =
      typeof body === 'string'
        ? body
        : body instanceof Uint8Array
          ? String.fromCharCode(...body)
          : [...body].join('')
    const begins = {
      csv: 'indicator,',
      'sdmx-csv': 'STRUCTURE,',
      'sdmx-json': '{"meta"',
      'json-stat': '{"version":"2.0"',
      xlsx: 'PK',
    }
    assert.ok(text.startsWith(begins[format]))
    assert.ok(FORMATS[format].contentType.length > 0)
  })

  it.each(['sdmx-json', 'json-stat', 'xlsx'] as const)(
    '%s of many figures is the same bytes',
    async (format) => {
      const years = Array.from({ length: 100 }, (_, i) => String(2000 + i))
      const figures = years.flatMap((period) => WORKED.V2.figures.map((figure) => ({ ...figure, period })))
      const set = { ...WORKED.V2, figures }
      assert.ok(figures.length > 1000)
      assert.deepEqual(
        Buffer.from((await written(set, format)) as string),
        Buffer.from((await whole({ set, format, options: {} })) as string),
      )
    },
  )

  it('of detail is the flow of detail', async () => {
    const [chunk] = (await written(WORKED.V2, 'sdmx-csv', { isDetail: true })) as Iterable<string>
    assert.match(chunk ?? '', /DF_IOT_DETAIL/)
  })
})

describe('the entry of the catalogue', () => {
  const options = {
    baseUrl: 'https://iot.example.vn',
    licence: 'https://creativecommons.org/licenses/by/4.0/',
    publisher: { nameVi: 'Sở Khoa học và Công nghệ', nameEn: 'Department of Science and Technology' },
    methodUrl: 'https://iot.example.vn/docs/methodology',
  }
  const entry: Json = JSON.parse(dcatEntry(WORKED.V2, options))

  it('has what DCAT-AP asks of a data set, in terms of its @context', () => {
    for (const term of Object.keys(entry).filter((one) => !one.startsWith('@')))
      assert.ok(term.split(':')[0]! in entry['@context'], term)
    assert.equal(entry['@type'], 'dcat:Dataset')
    assert.deepEqual(entry['dct:title'][0], {
      '@value': 'Kết nối IoT bình quân đầu người',
      '@language': 'vi',
    })
    assert.equal(entry['dct:modified']['@value'], '2026-02-15T00:00:00+07:00')
    assert.equal(entry['dcat:version'], 'V2')
    assert.deepEqual(entry['dct:temporal']['dcat:startDate']['@value'], '2025-01-01')
    assert.deepEqual(entry['dct:temporal']['dcat:endDate']['@value'], '2025-12-31')
    assert.deepEqual(
      entry['dct:spatial'].map((place: Json) => place['dct:identifier']),
      ['66'],
    )
    assert.match(entry['dct:accrualPeriodicity']['@id'], /frequency\/ANNUAL$/)
    assert.equal(entry['dct:conformsTo']['@id'], options.methodUrl)
  })

  it('leads to each format, under the licence', () => {
    const distributions = entry['dcat:distribution']
    assert.deepEqual(
      distributions.map((one: Json) => one['dct:title']),
      ['json', 'csv', 'sdmx-csv', 'sdmx-json', 'json-stat', 'xlsx'],
    )
    for (const one of distributions) {
      const url = new URL(one['dcat:downloadURL']['@id'])
      assert.equal(url.searchParams.get('format'), one['dct:title'])
      assert.equal(one['dct:license']['@id'], options.licence)
    }
  })

  it('says of made-up data that it is', () =>
    assert.match(
      JSON.parse(dcatEntry({ ...WORKED.V2, isSynthetic: true }, options))['dct:description'][1]['@value'],
      /SYNTHETIC/,
    ))
})

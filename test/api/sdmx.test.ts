import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import Fastify, { type FastifyError } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { fromSDMX } from 'jsonstat-suite'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Access } from '../../api/access.ts'
import { problem } from '../../api/problem.ts'
import { catalogueDcatRoutes } from '../../api/routes/catalogue-dcat.ts'
import { sdmxRoutes } from '../../api/routes/sdmx.ts'
import { parseRfc3339 } from '../../core/time.ts'
import type { AreaLabel, FigureSet } from '../../digital-twin/indicator/figure.ts'
import type { FigureSetRequest, FigureSource } from '../../digital-twin/indicator/figure-source.ts'
import { WORKED } from '../digital-twin/indicator/worked-case.ts'
import { hasCommand } from '../support/command.ts'

/** The releases of the worked case: the newest published by the time asked for, of the periods and areas asked for. */
class Releases implements FigureSource {
  readonly asked: FigureSetRequest[] = []

  async figureSet(request: FigureSetRequest): Promise<FigureSet> {
    this.asked.push(request)
    const { periods, areas, level, asOf } = request
    const published = Object.values(WORKED).filter(
      ({ release }) => asOf === null || (parseRfc3339(release?.publishedAt ?? '') ?? 0) <= asOf,
    )
    const set = published.at(-1) ?? { ...WORKED.V1, figures: [] }
    const levels = new Map(set.areas.map((area) => [area.code, area.level]))
    const figures = set.figures.filter(
      ({ period, area, coverage }) =>
        (periods?.includes(period) ?? true) &&
        (areas?.includes(area) ?? true) &&
        (level === null || levels.get(area) === level) &&
        coverage === request.coverage,
    )
    return { ...set, figures }
  }

  async areaLabels(): Promise<readonly AreaLabel[]> {
    return WORKED.V3.areas
  }
}

const CSV = 'application/vnd.sdmx.data+csv'
const run = promisify(execFile)
const releases = new Releases()
const app = Fastify()
afterAll(() => app.close())

beforeAll(async () => {
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(({ message, validation }: FastifyError, _request, reply) =>
    problem(reply, validation ? 400 : 500, 'not_valid', message),
  )
  const whoAsks = async ({ headers }: { headers: { authorization?: string } }) =>
    headers.authorization === undefined ? null : { roles: ['operator'] }
  const access = { whoAsks } as unknown as Access
  const options = { figures: releases, windowDays: 90 }
  await app.register(sdmxRoutes, {
    ...options,
    prefix: '/sdmx/v2',
    access,
    agency: 'VN66',
    isSynthetic: false,
  })
  await app.register(
    async (v1) => {
      v1.decorateRequest('principal', null)
      v1.addHook('onRequest', async (request) => {
        request.principal = (await access.whoAsks(request)) as typeof request.principal
      })
      await v1.register(catalogueDcatRoutes, {
        ...options,
        licence: 'https://creativecommons.org/licenses/by/4.0/',
        publisher: { nameVi: 'Sở KH&CN', nameEn: 'DOST' },
        methodPath: '/methodology',
      })
    },
    { prefix: '/api/v1' },
  )
})

// biome-ignore lint/suspicious/noExplicitAny: documents of the standard, looked at member by member
type Json = any

async function get(url: string, headers: Record<string, string> = {}) {
  const answer = await app.inject({ url, headers: { authorization: 'Bearer x', ...headers } })
  const isJson = String(answer.headers['content-type']).includes('json')
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    json: (isJson ? answer.json() : null) as Json,
  }
}

const data = (path: string, accept?: string) =>
  get(`/sdmx/v2/data/dataflow/VN66/${path}`, accept === undefined ? {} : { accept })

/** The columns asked for of each row of the CSV. */
async function rows(path: string, ...columns: string[]): Promise<string[]> {
  const { status, text } = await data(path, `${CSV};version=2.0.0`)
  assert.equal(status, 200, text)
  const [header = '', ...lines] = text.trim().split('\r\n')
  const at = columns.map((column) => header.split(',').indexOf(column))
  return lines.map((line) => at.map((i) => line.split(',')[i]).join(' '))
}

describe('the data path', () => {
  const ratios = 'A..IOT_CONN_PC._T'

  it('gives the worked case in each form that Accept asks for, JSON if none', async () => {
    const query = `DF_IOT/1.0.0/${ratios}?asOf=2026-02-15`
    const json = await data(query)
    assert.match(String(json.headers['content-type']), /^application\/vnd\.sdmx\.data\+json; version=2\.0\.0/)
    assert.deepEqual(fromSDMX(json.json).value, [0.5, 0.6667, 0.6364, null])
    const csv = await data(query, `${CSV}; version=2.0.0`)
    assert.match(
      String(csv.headers['content-type']),
      /^application\/vnd\.sdmx\.data\+csv; version=2\.0\.0; labels=id/,
    )
    assert.equal(
      csv.text.split('\r\n')[1],
      'dataflow,VN66:DF_IOT(1.0.0),R,A,24133,IOT_CONN_PC,_T,2025,0.5000,CONN_PER_PERSON,4,P,F',
    )
    const old = await data(query, `text/html, ${CSV};version=1.0.0;q=0.9, */*;q=0.1`)
    assert.equal(
      old.text.split('\r\n')[1],
      'VN66:DF_IOT(1.0),A,24133,IOT_CONN_PC,_T,2025,0.5000,CONN_PER_PERSON,4,P,F',
    )
    const weighed = await data(
      query,
      `application/json;q=0.3, ${CSV};version=1.0.0;q=0.2, ${CSV};version=2.0.0;q=0.8`,
    )
    assert.equal(weighed.text, csv.text)
    const labelled = await get(`/sdmx/v2/data/dataflow/VN66/${query}`, {
      accept: `${CSV};version=2.0.0;labels=both;keys=obs`,
      'accept-language': 'vi-VN, en;q=0.5',
    })
    assert.match(labelled.text, /24133: Phường Buôn Ma Thuột/)
    assert.match(labelled.text, /,OBS_KEY,/)
    assert.equal(labelled.headers['content-language'], 'vi')
    assert.match((await data(`${query}&labels=name&lang=en`, CSV)).text, /,STRUCTURE_NAME,/)
  })

  it('reads keys: any, one, some of a dimension, several keys', async () => {
    const area = (path: string) => rows(path, 'REF_AREA')
    assert.deepEqual(await area(`DF_IOT/1.0.0/${ratios}`), ['24133', '24328', '66', '66_U'])
    assert.deepEqual(await area('DF_IOT/+/A.66.IOT_CONN_PC'), ['66'])
    assert.deepEqual(await area('DF_IOT/~/*.24133+66_U.IOT_CONN_PC._T'), ['24133', '66_U'])
    assert.deepEqual(await area('DF_IOT/*/A.66.POP._T,A.24328.IOT_CONN._T'), ['24328', '66'])
    assert.equal((await area('DF_IOT')).length, 22)
    assert.equal((await area('DF_IOT/1.0.0')).length, 22)
    assert.equal((await area('DF_IOT/1.0.0/*')).length, 22)
    assert.deepEqual(
      await rows('DF_IOT_DETAIL/1.0.0/A.66.IOT_CONN._T._T._T', 'DOMAIN', 'CLASS', 'OBS_VALUE'),
      ['_T _T 7'],
    )
  })

  it('asks for what is needed only: the areas of the key, the periods of the filter', async () => {
    await data('DF_IOT/1.0.0/M.66+24133.IOT_CONN?c[TIME_PERIOD]=ge:2025-11%2Ble:2026-01')
    assert.deepEqual(releases.asked.at(-1)?.periods, ['2025-11', '2025-12', '2026-01'])
    assert.deepEqual(releases.asked.at(-1)?.areas, ['66', '24133'])
    // As most clients send it: the plus of a query is a space to who decodes it.
    await data('DF_IOT/1.0.0/Q?c[TIME_PERIOD]=ge:2025-04+le:2025-12')
    assert.deepEqual(releases.asked.at(-1)?.periods, ['2025-Q2', '2025-Q3', '2025-Q4'])
    await data('DF_IOT?c[TIME_PERIOD]=2025,2025-12')
    assert.deepEqual(releases.asked.at(-1)?.periods, ['2025', '2025-12'])
    await data('DF_IOT?c[TIME_PERIOD]=ge:2024&c[REF_AREA]=66&c[COVERAGE]=COMBINED')
    const { periods, areas, coverage } = releases.asked.at(-1) ?? {}
    assert.deepEqual({ periods, areas, coverage }, { periods: null, areas: ['66'], coverage: 'COMBINED' })
  })

  it('filters by time, value and attribute', async () => {
    const of = (query: string) => rows(`DF_IOT/1.0.0/${ratios}?${query}`, 'REF_AREA')
    assert.deepEqual(await of('c[OBS_VALUE]=ge:0.55'), ['66'])
    assert.deepEqual(await of('c[OBS_VALUE]=eq:0.5'), ['24133', '24328'])
    assert.deepEqual(await of('c[OBS_STATUS]=M'), ['66_U'])
    assert.deepEqual(await of('c[OBS_STATUS]=ne:M'), ['24133', '24328', '66'])
    assert.deepEqual(await of('c[REF_AREA]=sw:243,66_U'), ['24328', '66_U'])
    assert.equal((await of('c[TIME_PERIOD]=ge:2025-01+le:2025-12')).length, 4)
    for (const none of ['c[TIME_PERIOD]=gt:2025', 'c[TIME_PERIOD]=le:2025-11', 'c[TIME_PERIOD]=lt:2025-01'])
      assert.equal((await data(`DF_IOT/1.0.0/${ratios}?${none}`)).status, 404, none)
  })

  it('gives an earlier release byte for byte with asOf, and none before the first', async () => {
    const first = await data(`DF_IOT/1.0.0/${ratios}?asOf=2026-01-31`, CSV)
    assert.deepEqual(await rows(`DF_IOT/1.0.0/${ratios}?asOf=2026-01-31`, 'OBS_VALUE'), [
      '0.5000',
      '0.3333',
      '0.5455',
      '',
    ])
    assert.equal(
      (await data(`DF_IOT/1.0.0/${ratios}?asOf=2026-01-15T00:00:00%2B07:00`, CSV)).text,
      first.text,
    )
    assert.deepEqual(await rows(`DF_IOT/1.0.0/A.66.IOT_CONN_PC`, 'OBS_VALUE'), ['0.5833'])
    assert.equal((await data(`DF_IOT/1.0.0/${ratios}?asOf=2026-01-14`)).json.code, 'no_data')
  })

  it('takes attributes and the dimension at the observation', async () => {
    const some = await data(`DF_IOT/1.0.0/${ratios}?attributes=OBS_STATUS,COVERAGE`, CSV)
    assert.match(some.text.split('\r\n')[0] ?? '', /,OBS_VALUE,OBS_STATUS,COVERAGE$/)
    assert.match(
      (await data(`DF_IOT/1.0.0/${ratios}?detail=dataonly`, CSV)).text.split('\r\n')[0] ?? '',
      /,OBS_VALUE$/,
    )
    const flat = await data(`DF_IOT/1.0.0/${ratios}?dimensionAtObservation=AllDimensions`)
    assert.deepEqual(Object.keys(flat.json.data.dataSets[0].observations), [
      '0:0:0:0:0',
      '0:1:0:0:0',
      '0:2:0:0:0',
      '0:3:0:0:0',
    ])
  })

  it.each([
    ['DF_IOTS', 404, 'no_such_dataflow', /DF_IOT_DETAIL/],
    ['DF_IOT/1.0.0/A.66.IOT_CON._T', 400, 'not_valid', /INDICATOR has no code "IOT_CON"; takes IOT_CONN, /],
    ['DF_IOT/1.0.0/A.66.IOT_CONN._T.2025', 400, 'not_valid', /FREQ\.REF_AREA\.INDICATOR\.ACCESS/],
    ['DF_IOT/1.0.0/A.99999', 404, 'no_data', /no figure/],
    ['DF_IOT?updatedAfter=2026-01-01', 501, 'not_supported', /revisions/],
    ['DF_IOT?includeHistory=true', 501, 'not_supported', /asOf/],
    ['DF_IOT?startPeriod=2025', 400, 'not_valid', /c\[TIME_PERIOD\]=ge:/],
    ['DF_IOT?nonsense=1', 400, 'not_valid', /nonsense: no such parameter/],
    ['DF_IOT?constructor=1', 400, 'not_valid', /constructor: no such parameter/],
    ['DF_IOT?attributes=__proto__', 400, 'not_valid', /attributes: "__proto__"; takes dsd/],
    ['DF_IOT?c[TIME_PERIOD]=2199', 404, 'no_data', /no figure/],
    ['DF_IOT?c[NONSENSE]=1', 400, 'not_valid', /no such component; takes FREQ, /],
    ['DF_IOT?c[TIME_PERIOD]=2025-13', 400, 'not_valid', /"2025-13" is no period/],
    ['DF_IOT?c[TIME_PERIOD]=sw:2025', 400, 'not_valid', /takes the operators eq, ne, lt/],
    ['DF_IOT?c[INDICATOR]=ge:A', 400, 'not_valid', /takes the operators eq, ne, co/],
    ['DF_IOT/1.0.0/M?c[TIME_PERIOD]=ge:2000+le:2030', 400, 'not_valid', /at most 60 periods/],
    ['DF_IOT?c[COVERAGE]=PLATFORM,COMBINED', 400, 'not_valid', /never added up/],
    ['DF_IOT?asOf=yesterday', 400, 'not_valid', /asOf: takes a day/],
    ['DF_IOT?asOf=2199-01-01', 400, 'not_valid', /future/],
    ['DF_IOT?attributes=OBS_STATE', 400, 'not_valid', /"OBS_STATE"; takes dsd/],
    ['DF_IOT?dimensionAtObservation=X', 400, 'not_valid', /AllDimensions/],
    ['DF_IOT?measures=none', 501, 'not_supported', /measures/],
  ])('refuses %s with a reason', async (path, status, code, detail) => {
    const answer = await data(path)
    assert.deepEqual([answer.status, answer.json.code], [status, code])
    assert.match(answer.json.detail, detail)
  })

  it.each([
    'application/xml',
    `${CSV};version=3.0.0`,
    'application/vnd.sdmx.data+json;version=1.0.0',
    'text/html',
  ])('has nothing for who takes only %s', async (accept) => {
    const { status, json } = await data('DF_IOT', accept)
    assert.deepEqual([status, json.code], [406, 'not_acceptable'])
  })

  it('lets in who is signed in only', async () => {
    for (const url of ['/sdmx/v2/data/dataflow/VN66/DF_IOT', '/sdmx/v2/structure/dataflow/VN66'])
      assert.equal((await app.inject({ url })).statusCode, 401)
    assert.equal((await data('DF_IOT/2.0.0')).status, 400)
  })
})

it.skipIf(!hasCommand('curl'))(
  'every request of docs/outputs.md is answered in the form it asks for',
  async () => {
    const guide = readFileSync(new URL('../../docs/outputs.md', import.meta.url), 'utf8')
    const lines = guide.match(/^curl .*$/gm) ?? []
    assert.equal(lines.length, 5)
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const env = { ...process.env, PLUMBLINE: address, TOKEN: 'x' }
    for (const line of lines) {
      const { stdout } = await run('bash', ['-c', `${line} -D -`], { env })
      const [, accept = ''] = /Accept: ([^']+)'/.exec(line) ?? []
      const [type = '', version = ''] = accept.split(';')
      assert.match(stdout, /^HTTP\/1.1 200/, line)
      assert.ok(stdout.includes(`content-type: ${type}; ${version}`), line)
    }
  },
)

describe('the structure path', () => {
  const structure = (path: string, headers = {}) => get(`/sdmx/v2/structure/${path}`, headers)
  const ids = (json: Json): Record<string, string[]> =>
    Object.fromEntries(
      Object.entries(json.data).map(([type, found]) => [type, (found as Json[]).map(({ id }) => id)]),
    )

  it('gives one artefact, or all of a type', async () => {
    const { json, headers } = await structure('dataflow/VN66/DF_IOT/1.0.0')
    assert.match(String(headers['content-type']), /^application\/vnd\.sdmx\.structure\+json; version=2\.0\.0/)
    assert.deepEqual(ids(json), { dataflows: ['DF_IOT'] })
    assert.deepEqual(ids((await structure('dataflow/VN66')).json), { dataflows: ['DF_IOT', 'DF_IOT_DETAIL'] })
    assert.equal(ids((await structure('codelist/*/*/+')).json).codelists?.length, 11)
    const areas = (await structure('codelist/VN66/CL_AREA/~?lang=vi')).json.data.codelists[0]
    assert.deepEqual(areas.codes[0].name, 'Tỉnh Đắk Lắk')
  })

  it('adds what it refers to and what refers to it', async () => {
    const of = async (path: string) => ids((await structure(path)).json)
    const flow = 'dataflow/VN66/DF_IOT/1.0.0?references='
    assert.deepEqual(await of(`${flow}children`), { dataflows: ['DF_IOT'], dataStructures: ['DSD_IOT'] })
    const whole = await of(`${flow}descendants`)
    assert.deepEqual(whole.dataStructures, ['DSD_IOT'])
    assert.deepEqual(whole.conceptSchemes, ['CS_IOT'])
    assert.ok(whole.codelists?.includes('CL_AREA') && !whole.codelists.includes('CL_CLASS'))
    assert.deepEqual(await of('codelist/VN66/CL_CLASS/1.0.0?references=ancestors'), {
      dataflows: ['DF_IOT_DETAIL'],
      dataStructures: ['DSD_IOT_DETAIL'],
      codelists: ['CL_CLASS'],
    })
    assert.deepEqual(await of(`${flow}conceptscheme`), { dataflows: ['DF_IOT'], conceptSchemes: ['CS_IOT'] })
    assert.deepEqual((await of('datastructure/VN66/DSD_IOT/1.0.0?references=parents')).dataflows, ['DF_IOT'])
    assert.equal((await of('codelist/VN66/CL_DOMAIN?references=all')).dataStructures?.length, 1)
  })

  it('of stubs has names only; refuses what it does not know', async () => {
    const { json } = await structure('codelist/VN66/CL_FREQ/1.0.0?detail=allstubs')
    assert.equal(json.data.codelists[0].codes, undefined)
    const missing = await structure('codelist/VN66/CL_X/1.0.0')
    assert.deepEqual([missing.status, missing.json.code], [404, 'no_such_artefact'])
    assert.match(missing.json.detail, /VN66:CL_FREQ/)
    assert.equal((await structure('codelist/OTHER/CL_FREQ')).status, 404)
    assert.equal((await structure('dataflow/VN66/DF_IOT/1.0.0?references=cousins')).status, 400)
    assert.equal((await structure('dataflow/VN66', { accept: 'application/xml' })).status, 406)
  })
})

describe('the catalogue', () => {
  it('is the entry of the newest figures of the province', async () => {
    const { status, headers, json } = await get('/api/v1/indicators/catalogue', { host: 'iot.example.vn' })
    assert.equal(status, 200)
    assert.match(String(headers['content-type']), /^application\/ld\+json/)
    assert.equal(json['dcat:version'], 'V3')
    assert.equal(json['dct:conformsTo']['@id'], 'http://iot.example.vn/methodology')
    assert.equal(releases.asked.at(-1)?.level, 'province')
    assert.equal((await app.inject({ url: '/api/v1/indicators/catalogue' })).statusCode, 401)
  })
})

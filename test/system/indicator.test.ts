import assert from 'node:assert/strict'
import jsonStatToolkit from 'jsonstat-toolkit'
import Papa from 'papaparse'
import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Figure } from '../../digital-twin/indicator/figure.ts'
import { WORKED } from '../digital-twin/indicator/worked-case.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { upload } from '../support/upload.ts'
import { FILES } from '../support/worked-past.ts'

const POPULATIONS = [
  'area,year,basis,value,source,recordedAt',
  ...['24133,2025,average,8', '24328,2025,average,3', '66,2025,average,11'].map(
    (row) => `${row},worked case,2026-01-10`,
  ),
  ...['24328,2025,average,4', '66,2025,average,12'].map((row) => `${row},worked case,2026-06-20`),
]
const PUBLISHED = { V1: '2026-01-15', V2: '2026-02-15', V3: '2026-07-01' } as const
type Vintage = keyof typeof PUBLISHED

let platform: PlatformProcess
const ask = (path: string, accept?: string) =>
  fetch(`${platform.http}${path}`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(accept ? { accept } : {}) },
  })
const figures = (query: string) => ask(`/api/v1/indicators/iot-per-capita?period=2025&${query}`)
const expected = (vintage: Vintage, area: string, indicator: Figure['indicator']) =>
  WORKED[vintage].figures.find((figure) => figure.area === area && figure.indicator === indicator)

beforeAll(async () => {
  platform = await startSharedPlatform()
  for (const [path, lines] of FILES) assert.equal((await upload(platform, path, lines)).status, 201)
  // Two revisions of one key in one file would not say which is first.
  for (const lines of [POPULATIONS.slice(0, 4), [POPULATIONS[0] ?? '', ...POPULATIONS.slice(4)]])
    assert.equal((await upload(platform, '/populations/import', lines)).status, 201)
})
afterAll(() => platform.kill('SIGTERM'))

describe('a question about figures', () => {
  it.each([
    ['iot-per-capita?period=2199&area=66', 400, /period: has not begun/],
    ['iot-per-capita?period=0001&area=66', 400, /period: takes 2025, /],
    ['iot-per-capita?date=2199-01-01', 400, /date: has not begun/],
    ['iot-per-capita?window=31&area=66', 400, /window: .*"90"/],
    ['iot-per-capita?area=a%20b', 400, /area: takes the code of an area/],
    [
      'iot-per-capita?period=2025&level=district',
      404,
      /no area of the level district is in force on 2025-12-31/,
    ],
    ['ranking?period=2025&date=2025-01-01', 400, /takes period or date/],
    ['explanation?area=66&asOf=2025-01-01&inputsAsOf=2025-01-01', 400, /takes asOf or inputsAsOf/],
    ['%E0%A4%A', 400, /not a valid url/],
    ['trend?area=99999', 404, /no area 99999: GET/],
    ['trend?area=66&from=2026-02-01&to=2026-01-01', 400, /from: takes a day that is not after/],
  ])('that is odd is refused in words: %s', async (query, status, detail) => {
    const answer = await ask(`/api/v1/indicators/${query}`)
    const body = (await answer.json()) as { detail: string }
    assert.equal(answer.status, status, JSON.stringify(body))
    assert.match(body.detail, detail)
  })

  it('has nothing of months to come in its course', async () => {
    const course = (await (
      await ask('/api/v1/indicators/trend?area=66&freq=A&from=2024-01-01&to=2100-01-01')
    ).json()) as {
      points: { referenceDate: string }[]
    }
    assert.ok(course.points.every(({ referenceDate }) => referenceDate < new Date().toISOString()))
  })

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['application/json, text/csv;q=0.1', 'application/json'],
    ['text/csv;q=0, application/json;q=0.1', 'application/json'],
    ['text/csv, application/json;q=0.5', 'text/csv'],
    ['application/vnd.sdmx.data+csv;version=1.0.0', 'application/vnd.sdmx.data+csv'],
    ['image/png', 'application/json'],
  ])('is answered as Accept wants most: %s', async (accept, type) => {
    const answer = await ask('/api/v1/indicators/iot-per-capita?period=2025&area=66', accept)
    assert.equal(answer.headers.get('content-type')?.split(';')[0], type)
    assert.equal(answer.headers.get('vary'), 'Accept')
  })
})

describe('the worked case over the API', () => {
  /** By vintage and path, the bytes that were answered when it was the newest. */
  const answered = new Map<string, Buffer>()
  const PATHS = ['area=66', 'area=24328', 'format=csv', 'format=sdmx-csv', 'format=json-stat', 'format=xlsx']
  const bytes = async (path: string, asOf: string) =>
    Buffer.from(await (await figures(`${path}&asOf=${asOf}`)).arrayBuffer())

  it('gives the figure of each day before anything is published, and the same after it is', async () => {
    for (const [vintage, day] of Object.entries(PUBLISHED) as [Vintage, string][]) {
      for (const area of ['66', '24133', '24328', '66_U']) {
        const body = (await (await figures(`area=${area}&asOf=${day}`)).json()) as Record<string, unknown>
        const [count, ratio] = [expected(vintage, area, 'IOT_CONN'), expected(vintage, area, 'IOT_CONN_PC')]
        assert.deepEqual(
          [body.connections, body.perPerson, body.status, body.release],
          [count?.num, ratio?.value, ratio?.obsStatus, null],
        )
      }
    }
    for (const [vintage, day] of Object.entries(PUBLISHED)) {
      const made = await platform.api('POST', '/releases', {
        periods: ['2025'],
        asOf: day,
        publishedAt: day,
        reason: vintage,
      })
      assert.equal(made.status, 201, JSON.stringify(made.body))
      for (const path of PATHS) answered.set(`${vintage} ${path}`, await bytes(path, day))
    }
  })

  it('gives an earlier release byte for byte after later ones exist', async () => {
    for (const [vintage, between] of [
      ['V1', '2026-01-31'],
      ['V2', '2026-06-30'],
      ['V3', '2026-07-02'],
    ] as const)
      for (const path of PATHS) {
        const first = answered.get(`${vintage} ${path}`)
        assert.ok(first && first.length > 0)
        assert.ok(first.equals(await bytes(path, between)), `${vintage} ${path}`)
      }
    const { body } = await platform.api<Record<string, { id: string }>>(
      'GET',
      '/indicators/iot-per-capita?area=66&period=2025&asOf=2026-01-31',
    )
    assert.equal(body.release?.id, 'V1')
  })

  it('recomputes what was known, whatever was published', async () => {
    const at = async (query: string) =>
      ((await (await figures(`area=66&${query}`)).json()) as { connections: number; release: unknown }) ?? {}
    const [recomputed, published] = [await at('inputsAsOf=2026-01-20'), await at('asOf=2026-01-20')]
    assert.deepEqual([recomputed.connections, recomputed.release], [7, null])
    assert.equal(published.connections, 6)
  })

  it('prints the very lines of SDMX-CSV 2.0 and 1.0', async () => {
    const lines = (text: string) =>
      text.split('\r\n').filter((line) => /REF_AREA|,(24133|24328|66|66_U),/.test(line))
    const asked = 'asOf=2026-02-15&format=sdmx-csv'
    assert.deepEqual(lines(await (await figures(asked)).text()), [
      'STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,ACCESS,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,DECIMALS,OBS_STATUS,CONF_STATUS',
      'dataflow,VN66:DF_IOT(1.0.0),R,A,24133,IOT_CONN_PC,_T,2025,0.5000,CONN_PER_PERSON,4,P,F',
      'dataflow,VN66:DF_IOT(1.0.0),R,A,24328,IOT_CONN_PC,_T,2025,0.6667,CONN_PER_PERSON,4,P,F',
      'dataflow,VN66:DF_IOT(1.0.0),R,A,66,IOT_CONN_PC,_T,2025,0.6364,CONN_PER_PERSON,4,P,F',
      'dataflow,VN66:DF_IOT(1.0.0),R,A,66_U,IOT_CONN_PC,_T,2025,,CONN_PER_PERSON,4,M,F',
    ])
    const first = await ask(
      '/api/v1/indicators/iot-per-capita?period=2025&asOf=2026-02-15',
      'application/vnd.sdmx.data+csv; version=1.0.0',
    )
    assert.equal(
      lines(await first.text())[1],
      'VN66:DF_IOT(1.0),A,24133,IOT_CONN_PC,_T,2025,0.5000,CONN_PER_PERSON,4,P,F',
    )
  })

  it('is read the same from every output by other readers', async () => {
    const csv = Papa.parse<Record<string, string>>(
      await (await figures('asOf=2026-02-15&format=csv')).text(),
      {
        header: true,
      },
    )
    const row = csv.data.find(({ area, access }) => area === '24328' && access === '_T')
    assert.deepEqual([row?.connections, row?.population, row?.per_person], ['2', '3', '0.6667'])

    const stat = jsonStatToolkit(await (await figures('asOf=2026-02-15&format=json-stat')).json())
    const cell = (indicator: string, area: string) =>
      stat.Data({ INDICATOR: indicator, REF_AREA: area, TIME_PERIOD: '2025' })
    assert.equal(cell('IOT_CONN_PC', '24328').value, 0.6667)
    assert.equal(cell('IOT_CONN', '66').value, 7)
    assert.deepEqual([cell('POP', '66_U').value, cell('POP', '66_U').status], [null, 'M'])

    const xlsx = await figures('asOf=2026-02-15&format=xlsx')
    const [sheet] = await readXlsxFile(Buffer.from(await xlsx.arrayBuffer()))
    assert.ok(sheet?.data.some((cells) => cells.includes('24328') && cells.includes(0.6667)))

    const sdmx = await ask(
      '/sdmx/v2/data/dataflow/VN66/DF_IOT/1.0.0/A.66.IOT_CONN_PC._T?c[TIME_PERIOD]=2025&asOf=2026-02-15',
      'application/vnd.sdmx.data+json',
    )
    assert.match(await sdmx.text(), /"0\.6364"|0\.6364/)
  })

  it('answers where a number comes from, what changed, and what it may be compared with', async () => {
    const { body } = await platform.api<{
      formula: string
      steps: { rule: string; count: number }[]
      sims: number
      sensitivity: { windowDays: number; connections: number }[]
      populations: { chosen: boolean; value: number; source: string }[]
      comparability: { en: string }
    }>('GET', '/indicators/explanation?area=66&period=2025&asOf=2026-02-20')
    assert.equal(body.formula, '7 / 11 = 0.6364')
    assert.deepEqual(
      body.steps.map(({ rule, count }) => [rule, count]),
      [
        ...[
          ['ALL', 14],
          ['TEST', 1],
          ['RETIRED', 1],
          ['GATEWAY', 3],
          ['SAME_DEVICE', 0],
        ],
        ...[
          ['REGISTERED', 9],
          ['NEVER_HEARD', 1],
          ['INACTIVE', 1],
          ['ACTIVE', 7],
        ],
      ],
    )
    assert.equal(body.sims, 8)
    assert.deepEqual(
      body.sensitivity.map(({ windowDays, connections }) => [windowDays, connections]),
      [
        [30, 6],
        [90, 7],
        [365, 8],
      ],
    )
    assert.deepEqual(
      body.populations.map(({ chosen, value, source }) => [chosen, value, source]),
      [[true, 11, 'worked case']],
    )
    assert.match(body.comparability.en, /ITU/)
  })
})

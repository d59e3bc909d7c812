import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type PlatformProcess, startSharedPlatform } from '../../support/platform-process.ts'
import { ADMIN_TOKEN } from '../../support/spawn-platform.ts'
import { until } from '../../support/until.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes are looked into.
type Json = any

const START = Date.parse('2026-03-01T00:00:00Z')
const MINUTE = 60_000
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()

let platform: PlatformProcess
let datastream: number

const request = (path: string, options: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(
    `${platform.http}/sensorthings/v1.1${path}${Object.keys(options).length > 0 ? `?${new URLSearchParams(options)}` : ''}`,
    { ...init, headers: { authorization: `Bearer ${ADMIN_TOKEN}` } },
  )

async function get(path: string, options: Record<string, string> = {}): Promise<Json> {
  const response = await request(path, options)
  const text = await response.text()
  assert.equal(response.status, 200, `${path}: ${text}`)
  return JSON.parse(text)
}

async function refused(path: string, options: Record<string, string> = {}) {
  const response = await request(path, options)
  const { code, detail } = (await response.json()) as Json
  return { status: response.status, code, detail: String(detail) }
}

const follow = async (link: string): Promise<Json> =>
  (await fetch(link, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })).json()

const ids = ({ value }: Json): Json[] => value.map((each: Json) => each['@iot.id'])

beforeAll(async () => {
  platform = await startSharedPlatform()
  for (const [id, type, lat, lon] of [
    ['wm-1', 'water-meter', 10.5, 106.5],
    ['wm-2', 'water-meter', 10.9, 106.9],
    ['sc-1', 'sensor', null, null],
  ] as const) {
    const secret = await platform.addDevice(id, { type, ...(lat === null ? {} : { location: { lat, lon } }) })
    for (let minute = 0; minute < 10; minute++) {
      const state = minute % 2 ? 'flashing' : 'normal'
      const response = await fetch(`${platform.http}/ingest/devices/${id}/readings`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
        body: JSON.stringify({
          time: START + minute * MINUTE,
          values: type === 'water-meter' ? { 'water-flow': minute } : { 'operating-state': state },
        }),
      })
      assert.equal(response.status, 204, await response.text())
    }
  }
  await until(
    'all readings are there',
    async () => (await get('/Observations', { $count: 'true' }))['@iot.count'] === 30,
  )
  datastream = (await get('/Datastreams', { $filter: "name eq 'wm-1 water-flow'" })).value[0]['@iot.id']
}, 120_000)
afterAll(() => platform.kill('SIGTERM'))

describe('OGC 18-088 §9.2, resource paths', () => {
  it('§9.2.1: the root names the entity sets and what conforms', async () => {
    const { value, serverSettings } = await get('')
    assert.deepEqual(value.map(({ name }: Json) => name).toSorted(), [
      'Datastreams',
      'FeaturesOfInterest',
      'HistoricalLocations',
      'Locations',
      'Observations',
      'ObservedProperties',
      'Sensors',
      'Things',
    ])
    for (const { url } of value) assert.ok(Array.isArray((await follow(url)).value), url)
    assert.ok(
      serverSettings.conformance.includes('http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel'),
    )
  })

  it('§9.2.2 and §9.2.3: a collection, and each entity of it by its selfLink', async () => {
    for (const set of [
      'Things',
      'Locations',
      'Datastreams',
      'Sensors',
      'ObservedProperties',
      'Observations',
      'FeaturesOfInterest',
    ]) {
      const [first] = (await get(`/${set}`, { $top: '1' })).value
      const alone = await follow(first['@iot.selfLink'])
      assert.deepEqual(alone, first, set)
      for (const [name, link] of Object.entries(alone))
        if (name.endsWith('@iot.navigationLink')) {
          const response = await fetch(String(link), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
          assert.equal(response.status, 200, String(link))
        }
    }
  })

  it('§9.2.4 and §9.2.5: a property, a part of it, and its bare value', async () => {
    assert.deepEqual(await get("/Things('wm-1')/name"), { name: 'wm-1' })
    assert.equal(await (await request("/Things('wm-1')/name/$value")).text(), 'wm-1')
    assert.deepEqual(await get(`/Datastreams(${datastream})/unitOfMeasurement/symbol`), { symbol: 'm3/h' })
    assert.equal((await request(`/Datastreams(${datastream})/observedArea`)).status, 204)
  })

  it('§9.2.6 to §9.2.8: navigation both ways, nested, and $ref', async () => {
    assert.deepEqual(ids(await get("/Things('wm-1')/Datastreams")), [datastream])
    assert.equal((await get(`/Datastreams(${datastream})/Thing`))['@iot.id'], 'wm-1')
    const [newest] = (await get(`/Datastreams(${datastream})/Observations`, { $top: '1' })).value
    assert.equal(newest.result, 9)
    assert.equal((await get(`/Observations('${newest['@iot.id']}')/Datastream/Sensor`))['@iot.id'], 'wm-1')
    assert.equal((await get(`/Observations('${newest['@iot.id']}')/result`)).result, 9)
    assert.equal(
      (await get("/Things('wm-1')/Datastreams/$ref")).value[0]['@iot.selfLink'],
      `${platform.http}/sensorthings/v1.1/Datastreams(${datastream})`,
    )
    assert.equal((await get("/FeaturesOfInterest('wm-1')/Observations")).value.length, 10)
    assert.equal((await request(`/Things('wm-2')/Datastreams(${datastream})`)).status, 404)
  })
})

describe('OGC 18-088 §8.2, entities', () => {
  it('§8.2.4: a datastream has its UCUM unit; one of states has none', async () => {
    const measure = await get(`/Datastreams(${datastream})`)
    assert.equal(measure.name, 'wm-1 water-flow')
    assert.match(measure.observationType, /OM_Measurement$/)
    assert.equal(measure.unitOfMeasurement.definition, 'http://www.opengis.net/def/uom/UCUM/0/m3%2Fh')
    const [state] = (await get("/Things('sc-1')/Datastreams")).value
    assert.match(state.observationType, /OM_CategoryObservation$/)
    assert.deepEqual(state.unitOfMeasurement, { name: null, symbol: null, definition: null })
    assert.equal((await get(`/Datastreams(${state['@iot.id']})/Observations`)).value[0].result, 'flashing')
  })

  it('tells nothing of secrets', async () => {
    const text = JSON.stringify(await get('/Sensors', { $expand: 'Datastreams' }))
    assert.doesNotMatch(text, /secret|hash/i)
  })
})

describe('OGC 18-088 §9.3, query options', () => {
  it('§9.3.2.1: $expand, nested and with options of its own', async () => {
    const things = await get('/Things', {
      $filter: "id eq 'wm-1'",
      $expand:
        'Locations,Datastreams($select=name;$expand=Observations($top=2;$orderby=phenomenonTime asc;$select=result),ObservedProperty/Datastreams)',
    })
    const [thing] = things.value
    assert.deepEqual(thing.Locations[0].location, { type: 'Point', coordinates: [106.5, 10.5] })
    const [expanded] = thing.Datastreams
    assert.equal(expanded.name, 'wm-1 water-flow')
    assert.deepEqual(expanded.Observations, [{ result: 0 }, { result: 1 }])
    assert.equal(expanded.ObservedProperty['@iot.id'], 'water-flow')
    assert.equal(expanded.ObservedProperty.Datastreams.length, 2)
    assert.deepEqual((await follow(expanded['Observations@iot.nextLink'])).value, [
      { result: 2 },
      { result: 3 },
    ])
  })

  it('§9.3.2.2: $select gives those properties alone', async () => {
    const [thing] = (await get('/Things', { $select: 'id,name', $top: '1' })).value
    assert.deepEqual(Object.keys(thing).toSorted(), ['@iot.id', 'name'])
  })

  it('§9.3.3.1 to §9.3.3.4: $orderby, $top, $skip, $count', async () => {
    assert.deepEqual(ids(await get('/Things', { $orderby: 'name desc' })), ['wm-2', 'wm-1', 'sc-1'])
    const page = await get('/Things', { $top: '1', $skip: '1', $count: 'true', $orderby: 'id' })
    assert.deepEqual([ids(page), page['@iot.count']], [['wm-1'], 3])
    assert.deepEqual(ids(await follow(page['@iot.nextLink'])), ['wm-2'])
    const path = `/Datastreams(${datastream})/Observations`
    const results = async (options: Record<string, string>) =>
      (await get(path, options)).value.map((each: Json) => each.result)
    assert.deepEqual(await results({ $orderby: 'phenomenonTime', $top: '3', $skip: '2' }), [2, 3, 4])
    assert.deepEqual(await results({ $orderby: 'result mod 5 desc,result', $top: '3' }), [4, 9, 3])
    assert.deepEqual(await results({ $top: '0' }), [])
  })

  it('§9.3.3.5: $filter through paths, functions, arithmetic and places', async () => {
    const things = async ($filter: string) => ids(await get('/Things', { $filter }))
    assert.deepEqual(await things("Datastreams/ObservedProperty/name eq 'Water flow'"), ['wm-1', 'wm-2'])
    assert.deepEqual(await things("not startswith(name,'wm') or endswith(name,'2')"), ['sc-1', 'wm-2'])
    assert.deepEqual(await things("substringof('m-1',tolower(name)) and length(name) add 1 eq 5"), ['wm-1'])
    assert.deepEqual(await things("properties/type eq 'water-meter'"), ['wm-1', 'wm-2'])
    const square = "geography'POLYGON((106 10, 106.7 10, 106.7 10.7, 106 10.7, 106 10))'"
    assert.deepEqual(await things(`st_within(Locations/location, ${square})`), ['wm-1'])
    assert.deepEqual(await things("geo.distance(Locations/location, geography'POINT(106.9 10.8)') lt 0.2"), [
      'wm-2',
    ])
    assert.deepEqual(await things("st_intersects(Locations/location, geography'POINT(106.5 10.5)')"), [
      'wm-1',
    ])
  })

  it('§9.3.3.5: $filter of observations, in the database and beside it', async () => {
    const results = async ($filter: string, path = `/Datastreams(${datastream})/Observations`) =>
      (await get(path, { $filter, $orderby: 'phenomenonTime' })).value.map((each: Json) => each.result)
    assert.deepEqual(await results(`phenomenonTime ge ${at(3)} and phenomenonTime lt ${at(6)}`), [3, 4, 5])
    assert.deepEqual(await results('result gt 7 or 1 ge result'), [0, 1, 8, 9])
    assert.deepEqual(await results('minute(phenomenonTime) mod 4 eq 1'), [1, 5, 9])
    assert.deepEqual(
      await results(`resultTime gt ${at(9)} sub duration'PT2M30S' and not (result eq 8)`),
      [7, 9],
    )
    assert.deepEqual(
      await results("result eq 'flashing' and Datastream/Thing/id eq 'sc-1'", '/Observations').then(
        (found) => found.length,
      ),
      5,
    )
    assert.deepEqual(await results('phenomenonTime gt now()'), [])
  })

  it('§9.3.3.6: pages go on by nextLink, each observation once, whatever the filter', async () => {
    for (const options of [
      { $top: '4' },
      { $top: '4', $orderby: 'phenomenonTime' },
      { $top: '4', $filter: "result ne 'normal'" },
      { $top: '4', $filter: 'year(phenomenonTime) eq 2026' },
      { $top: '4', $orderby: 'result' },
    ]) {
      const seen: string[] = []
      let page = await get('/Observations', options)
      for (;;) {
        seen.push(...ids(page))
        if (!page['@iot.nextLink']) break
        page = await follow(page['@iot.nextLink'])
      }
      const expected = options.$filter?.includes('normal') ? 25 : 30
      assert.deepEqual([seen.length, new Set(seen).size], [expected, expected], JSON.stringify(options))
    }
  })

  it('§13: resultFormat=dataArray', async () => {
    const { value } = await get(`/Datastreams(${datastream})/Observations`, {
      $resultFormat: 'dataArray',
      $select: 'result,phenomenonTime',
      $top: '2',
    })
    assert.deepEqual(value, [
      {
        'Datastream@iot.navigationLink': `${platform.http}/sensorthings/v1.1/Datastreams(${datastream})`,
        components: ['phenomenonTime', 'result'],
        'dataArray@iot.count': 2,
        dataArray: [
          [at(9), 9],
          [at(8), 8],
        ],
      },
    ])
  })
})

describe('docs/sensorthings.md', () => {
  it('has lines that work', async () => {
    const text = readFileSync(new URL('../../../docs/sensorthings.md', import.meta.url), 'utf8')
    const lines = text.split('\n').filter((line) => line.startsWith('curl '))
    assert.ok(lines.length > 5)
    for (const line of lines) {
      const path = /"\$P([^"]*)"/.exec(line)?.[1]?.replaceAll('\\$', '$') ?? ''
      const options = [...line.matchAll(/--data-urlencode (["'])(.*?)\1(?= --|$)/g)].map(
        ([, , option = '']) => {
          const [name = '', ...rest] = option.replace(/^\\/, '').split('=')
          return [name, rest.join('=')]
        },
      )
      const response = await request(path, Object.fromEntries(options))
      const body = await response.text()
      assert.equal(response.status, 200, `${line}: ${body}`)
      if (path.includes('Observations') || path === '/Things')
        assert.ok(JSON.parse(body).value.length > 0, line)
    }
  })
})

describe('what cannot be answered', () => {
  it('is refused with what is wrong and where', async () => {
    const cases: [path: string, options: Record<string, string>, status: number, detail: RegExp][] = [
      ['/Things', { $filter: 'name eq' }, 400, /\$filter, character 8: takes a property/],
      ['/Things', { $filter: "nam eq 'x'" }, 400, /\$filter, character 1: Things have no nam/],
      ['/Things', { $expand: "Datastreams($filter=name xx 'a')" }, 400, /\$expand, character 26: /],
      ['/Things', { $filter: 'Datastreams/Observations/result gt 5' }, 400, /ask \/Observations/],
      ['/Things', { $filter: "st_touches(name,'x')" }, 501, /not implemented/],
      ['/Things', { $top: '-1' }, 400, /\$top, character 1/],
      ['/Things', { $search: 'x' }, 501, /no query option \$search/],
      ['/Things', { $select: 'secret' }, 400, /Things have no "secret"/],
      ['/Observations', { $skip: '20000' }, 400, /nextLink/],
      ['/Observations', { $skiptoken: 'x' }, 400, /not one of ours/],
      ['/Things/Datastreams', {}, 400, /pick one/],
      ['/Nothing', {}, 404, /there are Things/],
      ["/Things('nobody')", {}, 404, /no Things\('nobody'\)/],
      ["/Observations('1.1')", {}, 404, /no Observations/],
    ]
    for (const [path, options, status, detail] of cases) {
      const answer = await refused(path, options)
      assert.equal(answer.status, status, `${path} ${JSON.stringify(options)}: ${answer.detail}`)
      assert.match(answer.detail, detail)
    }
  })

  it('is a change: answered with 405 and where to make it; and nobody reads without a token', async () => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      const response = await request("/Things('wm-1')", {}, { method })
      assert.equal(response.status, 405)
      assert.equal(response.headers.get('allow'), 'GET, HEAD')
      assert.match(((await response.json()) as Json).detail, /POST \/api\/v1\/entities/)
    }
    assert.equal((await fetch(`${platform.http}/sensorthings/v1.1/Things`)).status, 401)
  })
})

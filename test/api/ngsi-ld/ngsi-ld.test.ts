import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { publish } from '../../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../../support/platform-process.ts'
import { ADMIN_TOKEN } from '../../support/spawn-platform.ts'
import { until } from '../../support/until.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents of the standard, looked at member by member
type Json = any

const METER = 'urn:ngsi-ld:WaterMeter:wm-1'
const START = Date.parse('2026-11-24T00:00:00Z')
let platform: PlatformProcess
let send: (values: object, time?: number) => Promise<void>

async function ask(
  path: string,
  { method = 'GET', token = ADMIN_TOKEN, body, ...headers }: Record<string, Json> = {},
) {
  const response = await fetch(`${platform.http}/ngsi-ld/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answered: Json = text === '' ? null : JSON.parse(text)
  return { status: response.status, headers: response.headers, body: answered }
}

const find = async (query: Record<string, string>): Promise<string[]> => {
  const { status, body } = await ask(
    `/entities?${new URLSearchParams({ type: 'WaterMeter,Valve', ...query })}`,
  )
  assert.equal(status, 200, JSON.stringify(body))
  return (body as { id: string }[]).map(({ id }) => id.split(':')[3] ?? '')
}

beforeAll(async () => {
  platform = await startSharedPlatform()
  const secret = await platform.addDevice('wm-1', {
    type: 'water-meter',
    location: { lat: 16.46, lon: 107.59 },
  })
  await platform.api('POST', '/entities', {
    id: 'v-1',
    type: 'valve',
    name: 'Van 1',
    location: { lat: 16.9, lon: 107.1 },
  })
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.mqttPort}`, {
    clientId: 'wm-1',
    username: 'wm-1',
    password: secret,
  })
  send = async (values, time = Date.now()) => {
    await publish(client, 'devices/wm-1/readings', { time, values })
  }
  for (let minute = 0; minute < 6; minute++) await send({ 'water-flow': minute }, START + minute * 60_000)
  await send({ 'water-flow': 8, 'water-volume': 120.5 })
}, 120_000)

afterAll(async () => void (await platform.kill('SIGTERM')))

describe('entities', () => {
  it('5.7.1, 4.5.4: one in full, with unit, time and quality of each value', async () => {
    const { status, headers, body } = await ask(`/entities/${METER}`)
    assert.equal(status, 200)
    assert.match(
      headers.get('link') ?? '',
      /<http.+\/ngsi-ld\/v1\/context\.jsonld>; rel="http:\/\/www\.w3\.org\/ns\/json-ld#context"/,
    )
    assert.equal(body.type, 'WaterMeter')
    const { observedAt, ...flow } = body.waterFlow
    assert.deepEqual(flow, {
      type: 'Property',
      value: 8,
      unitCode: 'MQH',
      quality: { type: 'Property', value: 'good' },
      device: { type: 'Property', value: 'wm-1' },
    })
    assert.ok(Math.abs(Date.parse(observedAt) - Date.now()) < 120_000)
    assert.deepEqual(body.location, {
      type: 'GeoProperty',
      value: { type: 'Point', coordinates: [107.59, 16.46] },
    })
  })

  it('4.5.4.1, 4.8, 4.21: values only, times of the system, some attributes', async () => {
    const simple = await ask(`/entities/${METER}?options=keyValues,sysAttrs&pick=waterFlow`)
    const { createdAt, modifiedAt, ...rest } = simple.body
    assert.deepEqual(rest, { id: METER, type: 'WaterMeter', waterFlow: 8 })
    assert.ok(Date.parse(createdAt) <= Date.parse(modifiedAt))
    const concise = await ask(`/entities/${METER}?options=concise&omit=location`)
    assert.equal(concise.body.waterFlow.quality, 'good')
    assert.equal(concise.body.location, undefined)
    assert.equal((await ask(`/entities/${METER}?attrs=color`)).status, 404)
    assert.equal(
      (await ask(`/entities/${METER}?options=fast`)).body.type,
      'https://uri.etsi.org/ngsi-ld/errors/OperationNotSupported',
    )
  })

  it('5.7.2, 4.9, 4.10: those that are asked for', async () => {
    assert.deepEqual(await find({}), ['v-1', 'wm-1'])
    assert.deepEqual(await find({ q: 'waterFlow>7;waterFlow.quality=="good"' }), ['wm-1'])
    assert.deepEqual(await find({ q: 'waterFlow>8|name=="Van 1"' }), ['v-1'])
    assert.deepEqual(await find({ attrs: 'waterVolume' }), ['wm-1'])
    assert.deepEqual(await find({ idPattern: '^urn:ngsi-ld:Valve:.*' }), ['v-1'])
    assert.deepEqual(await find({ id: `${METER},urn:ngsi-ld:Valve:none` }), ['wm-1'])
    const near = { geometry: 'Point', coordinates: '[107.6,16.46]' }
    assert.deepEqual(await find({ ...near, georel: 'near;maxDistance==5000' }), ['wm-1'])
    assert.deepEqual(await find({ ...near, georel: 'disjoint', geoproperty: 'elsewhere' }), [])
  })

  it('6.3.10, 6.3.13: pages, and how many there are', async () => {
    const { body, headers } = await ask('/entities?type=WaterMeter,Valve&limit=1&count=true')
    assert.equal(body.length, 1)
    assert.equal(headers.get('ngsild-results-count'), '2')
    assert.match(headers.get('link') ?? '', /offset=1[^>]*>; rel="next"/)
    assert.equal((await ask('/entities?local=true&limit=0&count=true')).body.length, 0)
  })

  it('6.3.4 to 6.3.7: JSON-LD, GeoJSON, and what nobody has', async () => {
    const linked = await ask(`/entities/${METER}`, { accept: 'application/ld+json' })
    assert.match(linked.body['@context'], /context\.jsonld$/)
    assert.equal(linked.headers.get('link'), null)
    const geo = await ask('/entities?type=Valve', { accept: 'application/geo+json' })
    assert.equal(geo.body.features[0].geometry.type, 'Point')
    assert.equal(geo.body.features[0].properties.type, 'Valve')
    assert.equal((await ask('/entities?type=Valve', { accept: 'text/html' })).status, 406)
  })

  it('5.5.2: says what is wrong by the types of the standard', async () => {
    for (const [path, status, kind] of [
      ['/entities', 400, 'BadRequestData'],
      ['/entities?type=Valve&q=a==', 400, 'BadRequestData'],
      ['/entities?type=Valve&limit=-1', 400, 'BadRequestData'],
      ['/entities?type=Valve&idPattern=(a%2B)%2B', 400, 'BadRequestData'],
      ['/entities?type=Valve&georel=near', 400, 'BadRequestData'],
      ['/entities/nothing', 400, 'BadRequestData'],
      ['/entities/urn:ngsi-ld:Valve:wm-1', 404, 'ResourceNotFound'],
      ['/nowhere', 404, 'ResourceNotFound'],
      ['/csourceRegistrations', 405, 'OperationNotSupported'],
    ] as const) {
      const { status: given, body } = await ask(path)
      assert.deepEqual([given, body.type], [status, `https://uri.etsi.org/ngsi-ld/errors/${kind}`], path)
    }
    const write = await ask('/entities', { method: 'POST', body: { id: METER, type: 'WaterMeter' } })
    assert.equal(write.status, 405)
    assert.match(write.body.detail, /MQTT/)
    assert.equal((await ask('/types', { token: 'wrong' })).status, 401)
  })
})

describe('types, attributes and the context', () => {
  it('5.7.5 to 5.7.10', async () => {
    assert.deepEqual((await ask('/types')).body.typeList, ['Valve', 'WaterMeter'])
    assert.equal((await ask('/types/WaterMeter')).body.entityCount, 1)
    assert.equal((await ask('/types/Pump')).status, 404)
    assert.ok((await ask('/attributes')).body.attributeList.includes('waterFlow'))
    const { body } = await ask('/attributes/location')
    assert.deepEqual([body.attributeCount, body.attributeTypes], [2, ['GeoProperty']])
    assert.deepEqual(
      (await ask('/attributes?details=true')).body.find((one: Json) => one.id === 'waterFlow').typeNames,
      ['WaterMeter'],
    )
  })

  it('5.5.7: has a term for each name, open to everybody', async () => {
    const context = (await (await fetch(`${platform.http}/ngsi-ld/v1/context.jsonld`)).json()) as Json
    const [own, core] = context['@context']
    assert.match(core, /ngsi-ld-core-context/)
    for (const name of ['WaterMeter', 'waterFlow', 'feeds']) assert.ok(own[name], name)
  })
})

describe('history', () => {
  const between = `timerel=between&timeAt=${new Date(START).toISOString()}&endTimeAt=${new Date(START + 300_000).toISOString()}`

  it('5.7.3, 4.11: values between two times, the end not included', async () => {
    const { body } = await ask(`/temporal/entities/${METER}?attrs=waterFlow&${between}`)
    assert.deepEqual(
      body.waterFlow.map((one: Json) => one.value),
      [0, 1, 2, 3, 4],
    )
    assert.equal(body.waterFlow[0].observedAt, '2026-11-24T00:00:00.000Z')
    const last = await ask(
      `/temporal/entities/${METER}?options=temporalValues&lastN=2&timerel=before&timeAt=2026-11-24T00:05:00Z`,
    )
    assert.deepEqual(last.body.waterFlow, {
      type: 'Property',
      values: [
        [3, '2026-11-24T00:03:00.000Z'],
        [4, '2026-11-24T00:04:00.000Z'],
      ],
    })
    assert.equal(
      (await ask(`/temporal/entities/${METER}?timerel=after&timeAt=2099-01-01T00:00:00Z`)).status,
      404,
    )
  })

  it('5.7.4, 4.5.19: of several entities, by periods', async () => {
    const { body } = await ask(
      `/temporal/entities?type=WaterMeter&${between}&options=aggregatedValues&aggrMethods=avg,max,sum,totalCount&aggrPeriodDuration=PT2M`,
    )
    const periods = ['00', '02', '04', '06'].map((minute) => `2026-11-24T00:${minute}:00.000Z`)
    const rows = (values: number[]) => values.map((value, i) => [value, periods[i], periods[i + 1]])
    assert.deepEqual(body[0].waterFlow, {
      type: 'Property',
      avg: rows([0.5, 2.5, 4]),
      max: rows([1, 3, 4]),
      sum: rows([1, 5, 4]),
      totalCount: rows([2, 2, 1]),
    })
    const whole = await ask(`/temporal/entities/${METER}?${between}&options=aggregatedValues&aggrMethods=max`)
    assert.equal(whole.body.waterFlow.max[0][0], 4)
    assert.equal((await ask('/temporal/entities?type=Valve')).status, 400)
    assert.equal((await ask(`/temporal/entities?type=Valve&q=a&${between}`)).status, 422)
  })
})

describe('subscriptions', () => {
  const subscription = (uri: string, more: object = {}) => ({
    type: 'Subscription',
    entities: [{ type: 'WaterMeter' }],
    notification: { endpoint: { uri } },
    ...more,
  })
  async function receiver(answers: (count: number) => number) {
    const got: Json[] = []
    const server = createServer(async (request: IncomingMessage, response) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      got.push(JSON.parse(text))
      response.writeHead(answers(got.length)).end()
    })
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    return { got, uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
  }

  it('5.8.1, 5.8.6: tells of a watched value, again when it was not taken, and only where q is true', async () => {
    const { got, uri } = await receiver((count) => (count === 1 ? 503 : 204))
    const made = await ask('/subscriptions', {
      method: 'POST',
      body: subscription(uri, {
        watchedAttributes: ['waterFlow'],
        q: 'waterFlow>50',
        notification: { attributes: ['waterFlow'], format: 'keyValues', endpoint: { uri } },
      }),
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const path = (made.headers.get('location') ?? '').replace('/ngsi-ld/v1', '')
    await send({ 'water-flow': 9 })
    await send({ 'water-flow': 60 })
    await until('the notification', () => got.length >= 2)
    assert.equal(got[1].type, 'Notification')
    assert.deepEqual(got[1].data, [{ id: METER, type: 'WaterMeter', waterFlow: 60 }])
    await until('its record', async () => (await ask(path)).body.notification.lastSuccess !== undefined)
    const { body } = await ask(path)
    assert.deepEqual(
      [body.status, body.notification.timesSent, body.notification.timesFailed],
      ['active', 2, 1],
    )
    assert.equal((await ask(path, { method: 'PATCH', body: { isActive: false, q: null } })).status, 204)
    assert.equal((await ask(path)).body.status, 'paused')
    assert.equal((await ask('/subscriptions?count=true')).headers.get('ngsild-results-count'), '1')
    assert.equal((await ask(path, { method: 'DELETE' })).status, 204)
    assert.equal((await ask(path)).status, 404)
    const audit = await platform.api<Json>('GET', '/audit')
    const actions = audit.body.items.map((one: Json) => one.action)
    assert.ok(actions.includes('POST /ngsi-ld/v1/subscriptions'), actions.join())
  })

  it('5.8.1: refuses what it cannot keep, and inside addresses to all but the administrator', async () => {
    const tokenOf = async (role: string) =>
      (await platform.api<Json>('POST', '/tokens', { name: role, role })).body.token
    const integrator = await tokenOf('integrator')
    for (const [body, status] of [
      [subscription('http://127.0.0.1:9/'), 400],
      [subscription('http://[::ffff:10.0.0.1]/'), 400],
      [subscription('ftp://example.org/'), 400],
      [subscription('http://example.org/', { q: 'a==' }), 400],
      [subscription('http://example.org/', { expiresAt: '2020-01-01T00:00:00Z' }), 400],
      [subscription('http://example.org/', { timeInterval: 60 }), 422],
    ] as const) {
      const answer = await ask('/subscriptions', { method: 'POST', token: integrator, body })
      assert.equal(answer.status, status, JSON.stringify(answer.body))
      assert.match(answer.body.type, /^https:\/\/uri\.etsi\.org\/ngsi-ld\/errors\//)
    }
    const body = { ...subscription('http://example.org/'), id: 'urn:x:1', isActive: false }
    assert.equal((await ask('/subscriptions', { method: 'POST', token: integrator, body })).status, 201)
    assert.equal((await ask('/subscriptions', { method: 'POST', token: integrator, body })).status, 409)
    assert.equal(
      (await ask('/subscriptions', { method: 'POST', token: await tokenOf('operator'), body })).status,
      403,
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

const TOKEN = 'administrator-of-a-test'

describe('access', () => {
  it('is by role, denied by default, and answered as RFC 9457 problems', async () => {
    const platform = await startPlatformProcess()
    const call = (method: string, path: string, token?: string, body?: unknown) =>
      fetch(`${platform.http}/api/v1${path}`, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    const paths = [
      '/devices',
      '/entities',
      '/entities/x',
      '/areas',
      '/quantities',
      '/rejections',
      '/populations',
      '/targets',
      '/tokens',
      '/stream',
      '/session',
      '/indicators/iot-per-capita',
    ]
    for (const path of paths) {
      const response = await call('GET', path)
      assert.equal(response.status, 401, path)
      assert.equal(response.headers.get('content-type'), 'application/problem+json', path)
      const { type, title, status, code } = (await response.json()) as Record<string, unknown>
      assert.deepEqual(
        { type, title, status, code },
        {
          type: 'urn:plumbline:problem:not_signed_in',
          title: 'Sign in first',
          status: 401,
          code: 'not_signed_in',
        },
      )
    }
    const made = await platform.api<{ id: string; token: string }>('POST', '/tokens', {
      name: 'the office',
      role: 'statistician',
    })
    assert.equal(made.status, 201)
    const { token, id } = made.body
    assert.equal((await call('GET', '/entities', token)).status, 200)
    assert.equal((await call('POST', '/devices', token, { id: 'wm-1', type: 'water-meter' })).status, 403)
    assert.equal((await call('GET', '/tokens', token)).status, 403)
    assert.equal((await call('GET', '/rejections', token)).status, 403)
    assert.equal(
      (
        await call('POST', '/populations', token, {
          area: '24133',
          year: 2025,
          basis: 'average',
          value: 8,
          source: 'test',
        })
      ).status,
      201,
    )
    assert.equal((await call('GET', '/entities', `${token.slice(0, -1)}x`)).status, 401)
    assert.equal((await call('DELETE', `/tokens/${id}`, TOKEN)).status, 204)
    assert.equal((await call('GET', '/entities', token)).status, 401)
    // Nothing of a secret is in the log.
    assert.ok(!JSON.stringify(platform.log).includes(token))
  })

  it('of a browser is a cookie that scripts cannot read and other sites cannot use', async () => {
    const platform = await startPlatformProcess()
    const session = await fetch(`${platform.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: TOKEN }),
    })
    assert.equal(session.status, 200)
    const cookie = session.headers.get('set-cookie') ?? ''
    assert.match(cookie, /HttpOnly/)
    assert.match(cookie, /SameSite=Strict/)
    const withCookie = (method: string, more: Record<string, string> = {}, body?: string) =>
      fetch(`${platform.http}/api/v1/${method === 'GET' ? 'entities' : 'tokens'}`, {
        method,
        headers: { cookie: cookie.split(';', 1)[0] ?? '', 'content-type': 'application/json', ...more },
        ...(body ? { body } : {}),
      })
    assert.equal((await withCookie('GET')).status, 200)
    assert.equal(
      (await withCookie('POST', { origin: 'http://evil.example' }, '{"name":"x","role":"admin"}')).status,
      401,
    )
    assert.equal(
      (await withCookie('POST', { 'sec-fetch-site': 'cross-site' }, '{"name":"x","role":"admin"}')).status,
      401,
    )
    assert.equal(
      (await withCookie('POST', { 'sec-fetch-site': 'same-origin' }, '{"name":"x","role":"operator"}'))
        .status,
      201,
    )
    assert.equal(
      (
        await fetch(`${platform.http}/api/v1/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"token":"nonsense"}',
        })
      ).status,
      401,
    )
  })
})

describe('devices', () => {
  it('are made with their entity, found by page, moved by date, given a new secret, and retired', async () => {
    const platform = await startPlatformProcess()
    const { api } = platform
    const made = await api('POST', '/devices', {
      id: 'wm-1',
      type: 'water-meter',
      area: '24328',
      location: { lat: 12.68, lon: 108.05 },
      access: 'lpwan',
    })
    assert.equal(made.status, 201)
    assert.deepEqual([made.body.area, made.body.areaMismatch, made.body.entity], ['24328', true, 'wm-1'])
    assert.equal((await api('POST', '/devices', { id: 'wm-1', type: 'water-meter' })).status, 409)
    assert.equal(
      (await api('POST', '/devices', { id: 'pm-1', type: 'power-meter', entity: 'wm-1' })).status,
      409,
    )
    assert.equal((await api('POST', '/devices', { id: 'x', type: 'water-meter', area: '99999' })).status, 404)
    assert.equal((await api('POST', '/devices', { id: 'token', type: 'water-meter' })).status, 400)
    for (const id of ['a-1', 'a-2', 'a-3']) await platform.addDevice(id)
    const first = await api<{ items: { id: string }[]; next: string }>('GET', '/devices?limit=3')
    const second = await api<{ items: { id: string }[]; next?: string }>(
      'GET',
      `/devices?limit=3&cursor=${first.body.next}`,
    )
    assert.deepEqual(
      [...first.body.items, ...second.body.items].map(({ id }) => id),
      ['a-1', 'a-2', 'a-3', 'wm-1'],
    )
    assert.equal(second.body.next, undefined)

    assert.equal((await api('PATCH', '/devices/wm-1', { area: '24133' })).body.area, '24133')
    const old = (made.body.credentials as { password: string }).password
    const client = await connectDevice(platform.mqttPort, 'wm-1', old)
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
    const renewed = await api<{ credentials: { password: string } }>('POST', '/devices/wm-1/credentials')
    assert.equal(renewed.status, 201)
    await ended
    await assert.rejects(connectDevice(platform.mqttPort, 'wm-1', old))
    const again = await connectDevice(platform.mqttPort, 'wm-1', renewed.body.credentials.password)
    await publish(again, 'devices/wm-1/readings', { values: { 'water-flow': 1 } })
    assert.equal((await api('DELETE', '/devices/wm-1')).status, 204)
    await assert.rejects(connectDevice(platform.mqttPort, 'wm-1', renewed.body.credentials.password))
    assert.notEqual((await api('GET', '/devices/wm-1')).body.retiredAt, null)
  })

  it('are retired also by a client that announces JSON with every request', async () => {
    const { http, api } = await startPlatformProcess()
    await api('POST', '/devices', { id: 'wm-1', type: 'water-meter' })
    const ask = (method: string, path: string, type: string, body = '') =>
      fetch(`${http}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type },
        ...(method === 'POST' ? { body } : {}),
      })
    assert.equal((await ask('POST', '/devices', 'application/json')).status, 400)
    const plain = await ask('POST', '/devices', 'application/x-www-form-urlencoded', '{}')
    assert.deepEqual(
      [plain.status, ((await plain.json()) as { detail: string }).detail.includes('application/json')],
      [415, true],
    )
    assert.equal((await ask('POST', '/devices/wm-1/credentials', 'application/json')).status, 201)
    assert.equal((await ask('DELETE', '/devices/wm-1', 'application/json')).status, 204)
  })

  it('find their commune from their location', async () => {
    const platform = await startPlatformProcess()
    const { body } = await platform.api('POST', '/devices', {
      id: 'wm-1',
      type: 'water-meter',
      location: { lat: 12.68, lon: 108.05 },
    })
    assert.equal(body.area, '24133')
    const { body: list } = await platform.api<{ items: unknown[] }>(
      'GET',
      '/entities?area=66&type=water-meter&bbox=108,12,109,13',
    )
    assert.equal(list.items.length, 1)
    assert.equal(
      (await platform.api<{ items: unknown[] }>('GET', '/entities?bbox=100,12,101,13')).body.items.length,
      0,
    )
  })
})

describe('the indicator over HTTP', () => {
  it('counts a device once it was heard, per area and in CSV, and stays the same as of before', async () => {
    const platform = await startPlatformProcess()
    const { api } = platform
    await api('POST', '/populations', {
      area: '24133',
      year: 2026,
      basis: 'average',
      value: 8,
      source: 'test',
    })
    const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    const before = new Date().toISOString()
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 1 } })
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 2 } })
    const { body } = await api<Record<string, unknown>>('GET', '/indicators/iot-per-capita?area=24133')
    assert.deepEqual([body.connections, body.population, body.perPerson, body.status], [1, 8, '0.1250', 'P'])
    const earlier = await api<Record<string, unknown>>(
      'GET',
      `/indicators/iot-per-capita?area=24133&asOf=${before}`,
    )
    assert.deepEqual([earlier.body.connections, earlier.body.perPerson], [0, '0.0000'])
    const all = await api<{ items: { area: string }[] }>('GET', '/indicators/iot-per-capita')
    assert.equal(all.body.items.length, 103)
    const csv = await fetch(`${platform.http}/api/v1/indicators/iot-per-capita?format=csv`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    })
    assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
    const lines = (await csv.text()).trim().split('\r\n')
    assert.equal(lines.length, 104)
    assert.match(
      lines.find((line) => line.includes(',24133,')) ?? '',
      /,1,8,2026,average,test,false,0\.1250,P,/,
    )
    assert.equal((await api('GET', '/indicators/iot-per-capita?area=nowhere')).status, 404)
    assert.equal((await api('GET', '/indicators/iot-per-capita?period=2025-Q5')).status, 400)
    // Each period would be a count of all devices.
    assert.equal((await api('GET', '/indicators/trend?area=66&from=1950-01-01')).status, 400)
    assert.equal((await api('GET', '/indicators/trend?area=66&from=2026-06-01&to=2199-12-31')).status, 400)
    assert.equal((await api('GET', '/indicators/trend?area=66&freq=A&from=2020-01-01')).status, 200)
    const old = await api<Record<string, unknown>>(
      'GET',
      '/indicators/iot-per-capita?area=54&date=2025-06-30',
    )
    assert.deepEqual([old.body.geoVersion, old.body.connections, old.body.status], ['2025-03', 0, 'M'])
  })
})

describe('the catalogue and the description of the API', () => {
  it('name every quantity with its unit, every route, and what a payload would give', async () => {
    const platform = await startPlatformProcess()
    const { body } = await platform.api<{ items: { id: string; unit: string }[] }>('GET', '/quantities')
    assert.equal(body.items.find(({ id }) => id === 'water-pressure')?.unit, 'kPa')
    const openapi = (await (await fetch(`${platform.http}/openapi.json`)).json()) as {
      paths: Record<string, unknown>
    }
    for (const path of [
      '/api/v1/devices',
      '/api/v1/entities/{id}',
      '/api/v1/stream',
      '/api/v1/indicators/iot-per-capita',
      '/readyz',
    ])
      assert.ok(path in openapi.paths, path)
    assert.equal((await fetch(`${platform.http}/docs/`)).status, 200)
    assert.equal((await fetch(`${platform.http}/healthz`)).status, 200)
    assert.deepEqual(await (await fetch(`${platform.http}/readyz`)).json(), {
      ready: true,
      reasons: [],
      warnings: [],
      database: 'there',
      spool: null,
    })
    const payload = Buffer.from('{"values":{"water-pressure":{"value":1,"unit":"bar"},"x":1}}').toString(
      'base64',
    )
    const dry = await platform.api<{
      readings: { value: number; unit: string }[]
      rejections: { code: string }[]
    }>('POST', '/decode', { format: 'canonical', topic: '', payload })
    assert.deepEqual(
      dry.body.readings.map(({ value, unit }) => [value, unit]),
      [[100, 'kPa']],
    )
    assert.deepEqual(
      dry.body.rejections.map(({ code }) => code),
      ['unknown_quantity'],
    )
    assert.equal(await platform.metric('plumbline_messages_received_total'), 0)
  })
})

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

const TOKEN = 'administrator-of-a-test'

const post = (platform: PlatformProcess, path: string, password: string, body: string | Buffer) =>
  fetch(`${platform.http}/ingest/${path}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { authorization: `Basic ${Buffer.from(`wm-1:${password}`).toString('base64')}` },
  })

/** Sends bytes over TCP and resets the connection at once. */
const resetAfter = (port: number, bytes: string) =>
  new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => socket.resetAndDestroy()))
    socket.on('error', () => {})
    socket.on('close', () => resolve())
  })

describe('what an attacker sends', () => {
  it('does not end the process: resets after an upgrade, odd topics, odd queries', async () => {
    const platform = await startPlatformProcess()
    const secret = await platform.addDevice('wm-1')
    const port = Number(new URL(platform.http).port)
    for (let i = 0; i < 30; i++)
      for (const path of ['/nope', '/mqtt'])
        await resetAfter(
          port,
          `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        )
    for (const topic of ['devices/wm-1%00/readings', 'devices/%2B/readings', 'a%23', '%0a'])
      assert.equal((await post(platform, topic, secret, 'x')).status, 400, topic)
    for (const path of [
      '/rejections?cursor=SW5maW5pdHk',
      '/entities/wm-1/observations?quantity=water-volume/%00',
      '/areas?geoVersion=%00',
      '/indicators/iot-per-capita?date=0000-01-01',
      '/indicators/iot-per-capita?asOf=2999-01-01',
    ])
      assert.equal((await platform.api('GET', path)).status, 400, path)
    const area = {
      code: '99999',
      geoVersion: '2025-07',
      level: 'commune',
      kind: 'ward',
      nameVi: 'x',
      nameEn: 'x',
      parent: '66',
      validFrom: '2025-07-01',
      validTo: null,
      areaKm2: null,
    }
    assert.equal(
      (await platform.api('POST', '/areas', { ...area, geometry: { type: 'Polygon', coordinates: [1] } }))
        .status,
      400,
    )
    const origin = await fetch(`${platform.http}/api/v1/tokens`, {
      method: 'POST',
      headers: { origin: 'null', cookie: 'plumbline_session=x' },
    })
    assert.equal(origin.status, 401)
    assert.equal(
      (await post(platform, 'devices/wm-1/readings', secret, '{"values":{"water-volume":1}}')).status,
      204,
    )
  })

  it('is bounded: channels without end, and bodies without end', async () => {
    const platform = await startPlatformProcess()
    const secret = await platform.addDevice('wm-1')
    const values = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`water-volume/c${i}`, i]))
    const first = await post(platform, 'devices/wm-1/readings', secret, JSON.stringify({ values }))
    const { stored, code, rejections } = (await first.json()) as {
      stored: number
      code: string
      rejections: unknown[]
    }
    assert.deepEqual([first.status, stored, code, rejections.length], [422, 256, 'too_many_series', 44])
    const huge = await post(
      platform,
      'devices/wm-1/readings',
      secret,
      Buffer.alloc(3 * 1_048_576, 0x20),
    ).catch(() => null)
    if (huge) assert.equal(huge.status, 413)
    const recorded = await until('the record of the large body', async () => {
      const { body } = await platform.api<{ items: { payload: string }[] }>(
        'GET',
        '/rejections?code=payload_too_large',
      )
      return body.items[0]
    })
    assert.equal(Buffer.from(recorded.payload, 'base64').length, 65_536)
    const names = ['received', 'stored', 'duplicate', 'rejected'].map((name) =>
      platform.metric(`plumbline_observations_${name}_total`),
    )
    const [received = 0, kept = 0, duplicate = 0, rejected = 0] = await Promise.all(names)
    assert.equal(received, kept + duplicate + rejected)
  })
})

describe('a token that is revoked', () => {
  it('loses its streams, its MQTT sessions and its cookies', async () => {
    const platform = await startPlatformProcess()
    const { body } = await platform.api<{ id: string; token: string }>('POST', '/tokens', {
      name: 'wall',
      role: 'operator',
    })
    await openStream(`${platform.http}/api/v1/stream`, body.token)
    const ended = fetch(`${platform.http}/api/v1/stream`, {
      headers: { authorization: `Bearer ${body.token}` },
    }).then((response) => response.text())
    const screen = await connectDevice(platform.mqttPort, 'token', body.token, { clientId: 'wall' })
    const closed = new Promise<void>((resolve) => screen.once('close', () => resolve()))
    const session = await fetch(`${platform.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: body.token }),
    })
    const cookie = session.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const asBrowser = () => fetch(`${platform.http}/api/v1/session`, { headers: { cookie } })
    assert.equal((await asBrowser()).status, 200)
    assert.equal((await platform.api('DELETE', `/tokens/${body.id}`)).status, 204)
    await Promise.all([ended, closed])
    assert.equal((await asBrowser()).status, 401)
  })

  it('includes the administrator’s when another one is set', async () => {
    const first = await startPlatformProcess()
    const session = await fetch(`${first.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: TOKEN }),
    })
    const cookie = session.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    await first.kill('SIGTERM')
    const second = await startPlatformProcess({
      DATA_DIR: first.dataFolder,
      ADMIN_TOKEN: 'another administrator',
    })
    assert.equal((await fetch(`${second.http}/api/v1/session`, { headers: { cookie } })).status, 401)
    assert.equal(
      (await fetch(`${second.http}/api/v1/entities`, { headers: { authorization: `Bearer ${TOKEN}` } }))
        .status,
      401,
    )
  })
})

describe('two devices on one entity', () => {
  it('page without loss at equal times, count in one area, and follow a shorter interval', async () => {
    const platform = await startPlatformProcess()
    const secrets = [
      await platform.addDevice('wm-1'),
      (
        await platform.api<{ credentials: { password: string } }>('POST', '/devices', {
          id: 'wm-2',
          entity: 'wm-1',
          type: 'water-meter',
        })
      ).body.credentials.password,
    ]
    const t0 = Date.now() - 60_000
    for (const [i, secret] of secrets.entries()) {
      const client = await connectDevice(platform.mqttPort, `wm-${i + 1}`, secret)
      await publish(
        client,
        `devices/wm-${i + 1}/readings`,
        Array.from({ length: 5 }, (_, n) => ({ time: t0 + n, values: { 'water-flow': n * 10 + i } })),
      )
    }
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const { body } = await platform.api<{ items: { value: number }[]; next?: string }>(
        'GET',
        `/entities/wm-1/observations?quantity=water-flow&limit=1${cursor ? `&cursor=${cursor}` : ''}`,
      )
      seen.push(...body.items.map(({ value }) => value))
      cursor = body.next
    } while (cursor)
    assert.deepEqual(seen, [0, 1, 10, 11, 20, 21, 30, 31, 40, 41])
    const { body } = await platform.api('GET', '/indicators/iot-per-capita?area=24133')
    assert.equal(body.connections, 2)
    assert.equal((await platform.api('GET', '/entities/wm-1')).body.freshness, 'fresh')
    await platform.api('PATCH', '/devices/wm-1', { intervalS: 1 })
    assert.equal((await platform.api('GET', '/entities/wm-1')).body.freshness, 'silent')
  })

  it('move on the day that the move is dated', async () => {
    const platform = await startPlatformProcess()
    await platform.addDevice('wm-1')
    const ahead = new Date(Date.now() + 86_400_000).toISOString()
    assert.equal(
      (await platform.api('PATCH', '/devices/wm-1', { area: '24328', validFrom: ahead })).body.area,
      '24133',
    )
    assert.equal((await platform.api('PATCH', '/devices/wm-1', { area: '22015' })).body.area, '22015')
    const back = new Date(Date.now() - 3_600_000).toISOString()
    assert.equal(
      (await platform.api('PATCH', '/devices/wm-1', { area: '24328', validFrom: back })).body.area,
      '22015',
    )
  })
})

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { runMain, startPlatformProcess } from '../support/platform-process.ts'
import { freePort, postgresBin, startPostgres } from '../support/postgres.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

const TOKEN = 'administrator-of-a-test'

describe('wrong settings', () => {
  it('stop the start with 78 and a line for each, and show no secret', async () => {
    const { code, stderr } = await runMain({
      HTTP_PORT: 'eighty',
      LOG_LEVEL: 'loud',
      ADMIN_TOKEN: 'short',
      ROLES: 'broker',
      NATS_URL: 'nats://x',
    })
    assert.equal(code, 78)
    const lines = stderr.trim().split('\n')
    assert.deepEqual(lines.map((line) => line.split(':', 1)[0]).sort(), [
      'ADMIN_TOKEN',
      'HTTP_PORT',
      'LOG_LEVEL',
    ])
    assert.match(stderr, /HTTP_PORT: got "eighty"/)
    assert.doesNotMatch(stderr, /short/)
  })

  it('for parts that are not built say so', async () => {
    const { code, stderr } = await runMain({ ROLES: 'broker', NATS_URL: 'nats://x' })
    assert.equal(code, 78)
    assert.match(stderr, /ROLES: .*not built yet/)
    assert.match(stderr, /NATS_URL: .*not built yet/)
  })

  it('include a port in use', async () => {
    const platform = await startPlatformProcess()
    const { code, stderr } = await runMain({
      DATA_DIR: freshDataFolder(),
      HTTP_PORT: '0',
      MQTT_PORT: String(platform.mqttPort),
    })
    assert.equal(code, 78)
    assert.match(stderr, /in use/)
  })

  it.skipIf(postgresBin() === null)('include a server without TimescaleDB', async () => {
    const postgres = await startPostgres()
    const { code, stderr } = await runMain({ DATA_DIR: freshDataFolder(), DATABASE_URL: postgres.url })
    await postgres.stop()
    assert.equal(code, 78)
    assert.match(stderr, /TimescaleDB/)
  })
})

describe('SIGTERM and the next start', () => {
  it('ends with 0 after committing what was read, and the next start has all of it', async () => {
    const env = { DATA_DIR: freshDataFolder() }
    const first = await startPlatformProcess(env)
    const secret = await first.addDevice('wm-1')
    const client = await connectDevice(first.mqttPort, 'wm-1', secret, {
      will: { topic: 'devices/wm-1/status', payload: Buffer.from('{"online":false}'), qos: 1, retain: true },
    })
    await client.publishAsync('devices/wm-1/status', '{"online":true}', { qos: 1, retain: true })
    const now = Date.now()
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        publish(client, 'devices/wm-1/readings', { time: now - i, values: { 'water-flow': i } }),
      ),
    )
    const live = await first.api<{ quantities: object }>('GET', '/entities/wm-1')
    assert.equal(await first.kill('SIGTERM'), 0)
    assert.equal(statSync(join(env.DATA_DIR, 'secret.key')).mode & 0o777, 0o600)

    const second = await startPlatformProcess(env)
    const entity = await second.api<{ quantities: object; session: string }>('GET', '/entities/wm-1')
    assert.deepEqual(entity.body.quantities, live.body.quantities)
    assert.equal(entity.body.session, 'unknown')
    const again = await connectDevice(second.mqttPort, 'wm-1', secret)
    const heard: string[] = []
    again.on('message', (_topic, payload) => void heard.push(payload.toString()))
    await again.subscribeAsync('devices/wm-1/status')
    await until('the retained status', () => heard.includes('{"online":false}'))
    assert.equal((await second.api<{ session: string }>('GET', '/entities/wm-1')).body.session, 'connected')
  })

  it('asks for a state at an instant give what the twin said then', async () => {
    const platform = await startPlatformProcess()
    const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 1 } })
    const live = await platform.api<Record<string, unknown>>('GET', '/entities/wm-1')
    // Sessions are written in small batches after they begin.
    const then = await until('the session event to be written', async () => {
      const at = new Date().toISOString()
      const { body } = await platform.api<Record<string, unknown>>('GET', `/entities/wm-1?at=${at}`)
      return body.session === 'connected' && { at, body }
    })
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 2 } })
    await client.endAsync()
    const { body } = await platform.api<Record<string, unknown>>('GET', `/entities/wm-1?at=${then.at}`)
    assert.deepEqual({ ...body, revision: 0 }, { ...live.body, revision: 0 })
    assert.equal((await platform.api('GET', '/entities/wm-1?at=2001-01-01T00:00:00Z')).status, 410)
  })
})

describe('the stream', () => {
  it('resumes after its last id, and is reset after a restart', async () => {
    const platform = await startPlatformProcess()
    const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    await platform.addDevice('wm-2')
    const url = `${platform.http}/api/v1/stream`
    const first = await openStream(url, TOKEN)
    const end = await until('the end of the snapshot', () =>
      first.events.find(({ event }) => event === 'snapshot-end'),
    )
    assert.deepEqual(
      new Set(first.events.filter(({ event }) => event === 'twin').map(({ data }) => data.id)),
      new Set(['wm-1', 'wm-2']),
    )
    first.close()
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 7 } })
    const resumed = await openStream(url, TOKEN, end.id)
    await until('the change that was missed', () =>
      resumed.events.some(({ event }) => event === 'snapshot-end'),
    )
    assert.deepEqual(
      resumed.events.filter(({ event }) => event === 'twin').map(({ data }) => data.id),
      ['wm-1'],
    )
    const stale = await openStream(url, TOKEN, 'ffffffffffff-3')
    await until('the snapshot after the reset', () =>
      stale.events.some(({ event }) => event === 'snapshot-end'),
    )
    assert.deepEqual(
      stale.events.map(({ event }) => event).filter((event) => event !== 'ping'),
      ['reset', 'twin', 'twin', 'snapshot-end'],
    )
    const filtered = await openStream(`${url}?entity=wm-2`, TOKEN)
    await until('the filtered snapshot', () => filtered.events.some(({ event }) => event === 'snapshot-end'))
    assert.deepEqual(
      filtered.events.filter(({ event }) => event === 'twin').map(({ data }) => data.id),
      ['wm-2'],
    )
  })
})

describe('other ways in', () => {
  it('takes MQTT over WebSocket on the HTTP port, and over TLS with HTTPS', async () => {
    const folder = freshDataFolder()
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ])
    const plain = await startPlatformProcess()
    const secret = await plain.addDevice('wm-1')
    const overWebSocket = await connectDevice(0, 'wm-1', secret, {
      protocol: 'ws',
      port: Number(new URL(plain.http).port),
      path: '/mqtt',
    })
    await publish(overWebSocket, 'devices/wm-1/readings', { values: { 'water-flow': 3 } })
    assert.equal(await plain.metric('plumbline_observations_stored_total'), 1)
    await plain.kill('SIGTERM')

    const secured = await startPlatformProcess({
      DATA_DIR: plain.dataFolder,
      TLS_CERT_FILE: cert,
      TLS_KEY_FILE: key,
      MQTTS_PORT: String(await freePort()),
    })
    assert.match(secured.http, /^https:/)
    const overTls = await connectDevice(0, 'wm-1', secret, {
      protocol: 'mqtts',
      port: secured.mqttsPort ?? 0,
      ca: readFileSync(cert),
    })
    await publish(overTls, 'devices/wm-1/readings', { values: { 'water-flow': 4 } })
  })

  it('gives a signed-in token the twins, retained, and no right to publish', async () => {
    const platform = await startPlatformProcess()
    const device = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    await publish(device, 'devices/wm-1/readings', { values: { 'water-flow': 3 } })
    const reader = await connectDevice(platform.mqttPort, 'token', TOKEN, { clientId: 'wall-screen' })
    const heard: { retain: boolean; flow: number }[] = []
    reader.on(
      'message',
      (_topic, payload, { retain }) =>
        void heard.push({ retain, flow: JSON.parse(payload.toString()).quantities['water-flow'].value }),
    )
    await reader.subscribeAsync('twins/#')
    await until('the retained twin', () => heard.some(({ retain, flow }) => retain && flow === 3))
    await publish(device, 'devices/wm-1/readings', { values: { 'water-flow': 4 } })
    await until('its change', () => heard.some(({ retain, flow }) => !retain && flow === 4))
    const closed = new Promise<void>((resolve) => reader.once('close', () => resolve()))
    reader.publish('devices/wm-1/readings', '{"values":{"water-flow":5}}', { qos: 1 })
    await closed
    assert.equal(await platform.metric('plumbline_observations_stored_total'), 2)
  })
})

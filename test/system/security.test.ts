import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { describe, it, onTestFinished } from 'vitest'
import { TestCa, type TestCertificate } from '../support/certificates.ts'
import { hasCommand } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, runMain, startPlatformProcess } from '../support/platform-process.ts'
import { mqttBytes } from '../support/raw-mqtt.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

const ADMIN = 'administrator-of-a-test'
const READING = '{"values":{"water-flow":3}}'

interface Refused {
  readonly reason: string
  readonly device: string | null
  readonly address: string
  readonly count: number
  readonly advice: string
}

interface Alarm {
  readonly id: number
  readonly rule: string
  readonly device: string | null
  readonly entity: string | null
  readonly area: string | null
  readonly address: string | null
  readonly state: string
  readonly count: number
  readonly acknowledgedBy: string | null
  readonly acknowledgedAt: string | null
  readonly note: string | null
}

/** Sends a CONNECT from an address of this machine; gives the return code of CONNACK, null when it was closed without one. */
const signInFrom = (port: number, localAddress: string, device: string, password: string) =>
  new Promise<number | null>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () =>
      socket.write(mqttBytes.connect(device, device, password)),
    )
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.once('data', (chunk) => resolve(chunk[3] ?? null))
    socket.once('close', () => resolve(null))
  })

const refusedOf = async (platform: PlatformProcess, query = '') =>
  (await platform.api<{ items: Refused[] }>('GET', `/refused-connections${query}`)).body.items
const alarmsOf = async (platform: PlatformProcess, query = '') =>
  (await platform.api<{ items: Alarm[] }>('GET', `/alarms${query}`)).body.items

async function tokenOf(platform: PlatformProcess, role: string): Promise<string> {
  const { body } = await platform.api<{ token: string }>('POST', '/tokens', { name: `a ${role}`, role })
  return body.token
}

describe('client certificates', () => {
  it.skipIf(!hasCommand('mosquitto_pub'))(
    'sign devices in with mosquitto, and are revoked, and the files are renewed, without a restart',
    async () => {
      const ca = new TestCa()
      const server = ca.issue({ cn: 'first', san: 'IP:127.0.0.1' })
      const [cert, key] = [join(ca.folder, 'server.pem'), join(ca.folder, 'server.key')]
      copyFileSync(server.certFile, cert)
      copyFileSync(server.keyFile, key)
      const plain = await startPlatformProcess()
      for (const id of ['wm-1', 'wm-2', 'wm-3']) await plain.addDevice(id)
      await plain.kill('SIGTERM')
      const platform = await startPlatformProcess({
        DATA_DIR: plain.dataFolder,
        TLS_CERT_FILE: cert,
        TLS_KEY_FILE: key,
        TLS_CLIENT_CA_FILE: ca.file,
        TLS_CLIENT_CRL_FILE: ca.crlFile,
        MQTTS_PORT: String(await freePort()),
      })
      const port = platform.mqttsPort ?? 0
      const api = (method: string, path: string) => callOverTls(`${platform.http}/api/v1${path}`, ca, method)
      const [first, second, third] = ['wm-1', 'wm-2', 'wm-3'].map((cn) => ca.issue({ cn })) as [
        TestCertificate,
        TestCertificate,
        TestCertificate,
      ]
      assert.equal(await mosquitto(port, ca, first, 'wm-1'), 0)
      assert.equal(await mosquitto(port, ca, second, 'wm-2', ['-u', 'wm-2']), 0)
      assert.notEqual(await mosquitto(port, ca, first, 'wm-2', ['-u', 'wm-2']), 0)
      assert.notEqual(await mosquitto(port, ca, null, 'wm-1'), 0)
      const { items } = (await api('GET', '/entities')) as { items: { id: string; quantities: object }[] }
      const heard = items.filter(({ quantities }) => 'water-flow' in quantities).map(({ id }) => id)
      assert.deepEqual(heard.sort(), ['wm-1', 'wm-2'])

      await api('DELETE', '/devices/wm-3')
      assert.notEqual(await mosquitto(port, ca, third, 'wm-3'), 0)
      const live = await connectDevice(0, 'wm-2', '', {
        ...{ protocol: 'mqtts', port, ca: readFileSync(ca.file), cert: second.cert, key: second.key },
      })
      const closed = new Promise<void>((resolve) => live.once('close', () => resolve()))
      ca.revoke(second)
      await closed
      assert.notEqual(await mosquitto(port, ca, second, 'wm-2'), 0)
      const refused = ((await api('GET', '/refused-connections')) as { items: Refused[] }).items
      const reasons = refused.map(({ reason, device }) => [reason, device])
      for (const wanted of [
        ['certificate_revoked', 'wm-2'],
        ['device_retired', 'wm-3'],
        ['certificate_missing', null],
        ['certificate_mismatch', 'wm-1'],
      ])
        assert.ok(
          reasons.some((one) => one.join() === wanted.join()),
          `${wanted} in ${JSON.stringify(reasons)}`,
        )
      const alarm = await until(
        'the alarm',
        async () => ((await api('GET', '/alarms')) as { items: Alarm[] }).items[0],
      )
      assert.deepEqual([alarm.rule, alarm.device], ['revoked-certificate', 'wm-2'])

      const renewed = ca.issue({ cn: 'second', san: 'IP:127.0.0.1' })
      copyFileSync(renewed.certFile, cert)
      copyFileSync(renewed.keyFile, key)
      for (const tlsPort of [port, Number(new URL(platform.http).port)])
        await until('the renewed certificate', async () => (await subjectOf(tlsPort, ca)) === 'second')
      assert.equal(await mosquitto(port, ca, first, 'wm-1'), 0)
    },
    120_000,
  )

  it('of settings that are wrong stop the start with 78', async () => {
    const ca = new TestCa()
    const server = ca.issue({ cn: 'first' })
    const broken = join(ca.folder, 'broken.pem')
    writeFileSync(broken, 'nothing')
    const tls = { TLS_CERT_FILE: server.certFile, TLS_KEY_FILE: server.keyFile }
    for (const [setting, env] of [
      ['TLS_CLIENT_CA_FILE', { ...tls, TLS_CLIENT_CA_FILE: broken }],
      ['TLS_CLIENT_CRL_FILE', { ...tls, TLS_CLIENT_CA_FILE: ca.file, TLS_CLIENT_CRL_FILE: broken }],
      ['TLS_CLIENT_CRL_FILE', { ...tls, TLS_CLIENT_CRL_FILE: ca.crlFile }],
      ['TLS_CLIENT_AUTH', { ...tls, TLS_CLIENT_AUTH: 'optional' }],
      ['SHARED_ADDRESSES', { SHARED_ADDRESSES: 'localhost' }],
    ] as const) {
      const { code, stderr } = await runMain({ DATA_DIR: join(ca.folder, 'data'), ...env })
      assert.equal(code, 78, stderr)
      assert.match(stderr, new RegExp(`^${setting}: .+\n$`))
    }
  })
})

describe('guessing', () => {
  it('is listed, raises an alarm everywhere, and does not lock the device out', async () => {
    const platform = await startPlatformProcess()
    const port = platform.mqttPort
    const secret = await platform.addDevice('wm-1')
    const [operator, statistician] = [
      await tokenOf(platform, 'operator'),
      await tokenOf(platform, 'statistician'),
    ]
    const stream = await openStream(`${platform.http}/api/v1/stream`, operator)
    const blind = await openStream(`${platform.http}/api/v1/stream`, statistician)
    const screen = await connectDevice(port, 'token', operator, { clientId: 'screen' })
    const shown: { topic: string; text: string }[] = []
    screen.on('message', (topic, payload) => void shown.push({ topic, text: payload.toString() }))
    await screen.subscribeAsync('alarms/#')
    const reader = await connectDevice(port, 'token', statistician, { clientId: 'reader' })
    const granted = await reader.subscribeAsync('alarms/#').catch(() => [{ qos: 128 }])
    assert.equal(granted[0]?.qos, 128)
    assert.equal(await signInFrom(port, '127.0.0.7', 'wm-1', secret), 0)

    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, i) => signInFrom(port, '127.0.0.5', 'wm-1', `hunter-${i}`)),
    )
    assert.deepEqual(guesses, new Array(12).fill(4))
    assert.equal(await signInFrom(port, '127.0.0.7', 'wm-1', secret), 0)
    const [listed] = await refusedOf(platform, '?device=wm-1&reason=wrong_password')
    assert.deepEqual([listed?.address, listed?.count], ['127.0.0.5', 12])
    assert.match(listed?.advice ?? '', /POST \/api\/v1\/devices\/wm-1\/credentials/)
    assert.doesNotMatch(JSON.stringify([listed, platform.log]), /hunter-/)

    const alarm = await until(
      'the alarm',
      async () => (await alarmsOf(platform, '?state=active&device=wm-1'))[0],
    )
    assert.deepEqual(
      [alarm.rule, alarm.entity, alarm.area, alarm.address, alarm.state],
      ['device-refused-often', 'wm-1', '24133', '127.0.0.5', 'active'],
    )
    await until('the alarm on the stream', () =>
      stream.events.some(({ event, data }) => event === 'alarm' && data.id === alarm.id),
    )
    await until('the alarm over MQTT', () => shown.some(({ topic }) => topic === `alarms/${alarm.id}`))
    const later = await openStream(`${platform.http}/api/v1/stream?entity=wm-1`, operator)
    await until('the alarm in a snapshot', () => later.events.some(({ event }) => event === 'alarm'))
    assert.ok(!blind.events.some(({ event }) => event === 'alarm'))

    const path = `/alarms/${alarm.id}/acknowledge`
    const first = await platform.api<Alarm>('POST', path, { note: 'seen' })
    const again = await platform.api<Alarm>('POST', path)
    assert.deepEqual([first.status, again.status], [200, 200])
    assert.deepEqual(again.body, first.body)
    assert.deepEqual([first.body.acknowledgedBy, first.body.note], ['administrator', 'seen'])
    await until('the acknowledgement over MQTT', () =>
      shown.some(({ text }) => text.includes('"note":"seen"')),
    )
    assert.equal((await platform.api('POST', '/alarms/99999/acknowledge')).status, 404)
    for (const [token, where] of [
      [statistician, 'alarms'],
      [operator, 'refused-connections'],
    ])
      assert.equal(
        (await fetch(`${platform.http}/api/v1/${where}`, { headers: { authorization: `Bearer ${token}` } }))
          .status,
        403,
      )
    assert.equal((await alarmsOf(platform, '?state=acknowledged')).length, 1)
    assert.equal((await alarmsOf(platform, '?state=cleared')).length, 0)
    assert.equal(await platform.kill('SIGTERM'), 0)
    const next = await startPlatformProcess({ DATA_DIR: platform.dataFolder })
    const [kept] = await alarmsOf(next, '?state=active')
    assert.deepEqual([kept?.id, kept?.note], [alarm.id, 'seen'])
  })

  it('at many names closes the door to that address for a while, and to nobody else', async () => {
    const platform = await startPlatformProcess()
    const port = platform.mqttPort
    const secret = await platform.addDevice('wm-1')
    const names = Array.from({ length: 20 }, (_, i) => `guess-${i}`)
    const answers = await Promise.all(names.map((name) => signInFrom(port, '127.0.0.5', name, 'x')))
    assert.deepEqual(answers, new Array(20).fill(4))
    assert.equal(await signInFrom(port, '127.0.0.5', 'wm-1', secret), 3)
    assert.equal(await signInFrom(port, '127.0.0.6', 'wm-1', secret), 0)
    const rules = await until('the alarm', async () => {
      const alarms = await alarmsOf(platform, '?severity=critical')
      return alarms.length > 0 && alarms.map(({ rule, address }) => [rule, address])
    })
    assert.deepEqual(rules, [['name-scan', '127.0.0.5']])
  })

  it('over HTTP is slowed and refused under the same eyes', async () => {
    const platform = await startPlatformProcess()
    await platform.addDevice('wm-1')
    const post = (password: string) =>
      fetch(`${platform.http}/ingest/devices/wm-1/readings`, {
        method: 'POST',
        body: READING,
        headers: { authorization: `Basic ${Buffer.from(`wm-1:${password}`).toString('base64')}` },
      })
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => (await post(`hunter-${i}`)).status),
    )
    assert.deepEqual(statuses, new Array(30).fill(401))
    const refused = await post('hunter')
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    const listed = await refusedOf(platform, '?device=wm-1')
    assert.deepEqual(
      listed.map(({ reason, count }) => [reason, count]),
      [
        ['guessing', 1],
        ['wrong_password', 30],
      ],
    )
    assert.equal(await signInFrom(platform.mqttPort, '127.0.0.1', 'wm-1', 'hunter'), 3)
  })
})

it('a device that signs in from another network is an alarm, unless its access is cellular', async () => {
  const platform = await startPlatformProcess()
  const secrets = {
    'wm-1': await platform.addDevice('wm-1', { access: 'wired' }),
    'wm-2': await platform.addDevice('wm-2', { access: 'cellular' }),
  }
  const isConnected = async (device: string) =>
    (await platform.api<{ session: string }>('GET', `/entities/${device}`)).body.session === 'connected'
  // The cellular one first: with its alarm there would be two.
  for (const localAddress of ['127.0.0.5', '127.0.9.5'])
    for (const [device, secret] of Object.entries(secrets).reverse()) {
      const socket = connect({ port: platform.mqttPort, host: '127.0.0.1', localAddress })
      onTestFinished(() => void socket.destroy())
      socket.write(mqttBytes.connect(device, device, secret))
      await until('its session', () => isConnected(device))
      socket.destroy()
      await until('its end', async () => !(await isConnected(device)))
    }
  const [alarm, ...others] = await until('the alarm', async () => {
    const alarms = await alarmsOf(platform)
    return alarms.length > 0 && alarms
  })
  assert.deepEqual(others, [])
  assert.deepEqual([alarm?.rule, alarm?.device, alarm?.address], ['new-network', 'wm-1', '127.0.9.5'])
})

it('a device that floods is cut off, and comes back to what it may send', async () => {
  const platform = await startPlatformProcess({ MQTT_DEVICE_MESSAGES_PER_SECOND_MAX: '2' })
  const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  let taken = 0
  for (let i = 0; i < 200; i++)
    publish(client, 'devices/wm-1/readings', { values: { 'water-flow': i } }).then(
      () => taken++,
      () => {},
    )
  await closed
  assert.ok(taken <= 120, `${taken} were taken`)
  const [refused] = await refusedOf(platform)
  assert.deepEqual([refused?.reason, refused?.device], ['too_many_messages', 'wm-1'])
  const alarm = await until('the alarm', async () => (await alarmsOf(platform))[0])
  assert.deepEqual([alarm.rule, alarm.device], ['message-flood', 'wm-1'])
})

/** Publishes a reading with mosquitto's own client; gives its exit code. */
async function mosquitto(
  port: number,
  ca: TestCa,
  certificate: TestCertificate | null,
  device: string,
  more: string[] = [],
): Promise<number> {
  const identity = certificate ? ['--cert', certificate.certFile, '--key', certificate.keyFile] : []
  const topic = ['-t', `devices/${device}/readings`, '-m', READING, '-q', '1']
  const address = ['-h', '127.0.0.1', '-p', String(port), '--cafile', ca.file]
  const args = [...address, ...identity, '-i', device, ...topic, ...more]
  return promisify(execFile)('mosquitto_pub', args, { timeout: 20_000 }).then(
    () => 0,
    (error: { code?: number }) => error.code ?? -1,
  )
}

function callOverTls(url: string, ca: TestCa, method: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${ADMIN}` }
    const call = request(url, { method, headers, ca: readFileSync(ca.file) }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () => resolve(text.startsWith('{') ? JSON.parse(text) : text))
    })
    call.on('error', reject)
    call.end()
  })
}

/** Whom the certificate of a TLS port names. */
function subjectOf(port: number, ca: TestCa): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', ca: readFileSync(ca.file) }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

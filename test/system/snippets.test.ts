import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { hasCommand } from '../support/command.ts'
import {
  type PlatformProcess,
  startPlatformProcess,
  startSharedPlatform,
} from '../support/platform-process.ts'

interface Snippets {
  readonly connection: { readonly host: string; readonly isMqttOnLoopbackOnly: boolean }
  readonly topic: string
  readonly items: readonly { readonly for: string; readonly text: string }[]
}

const snippetsOf = async (platform: PlatformProcess, device: string, query = '') =>
  (await platform.api<Snippets>('GET', `/devices/${device}/snippets${query}`)).body

async function textFor(platform: PlatformProcess, device: string, secret: string, name: string) {
  const { items } = await snippetsOf(platform, device, `?for=${name}`)
  assert.deepEqual(
    items.map((item) => item.for),
    [name],
  )
  const text = items[0]?.text ?? ''
  assert.ok(text.includes('<secret>'))
  return text.replaceAll('<secret>', secret)
}

const runInShell = async (line: string) => (await promisify(execFile)('sh', ['-c', line])).stdout

const latestOf = async (platform: PlatformProcess, entity: string, quantity: string) =>
  (await platform.api<{ quantities: Record<string, { value: number }> }>('GET', `/entities/${entity}`)).body
    .quantities[quantity]?.value

describe('the snippets of a device', () => {
  let platform: PlatformProcess
  beforeAll(async () => {
    platform = await startSharedPlatform()
  })
  afterAll(() => platform.kill('SIGKILL'))

  it.skipIf(!hasCommand('mosquitto_pub'))('for mosquitto_pub sends a reading as it is printed', async () => {
    const secret = await platform.addDevice('wm-1')
    await runInShell(await textFor(platform, 'wm-1', secret, 'mosquitto'))
    assert.equal(await latestOf(platform, 'wm-1', 'water-volume'), 1234.5)
  })

  it.skipIf(!hasCommand('curl'))('for curl sends a reading as it is printed', async () => {
    const secret = await platform.addDevice('ws-1', { type: 'weather-station' })
    assert.match(await runInShell(await textFor(platform, 'ws-1', secret, 'curl')), /^HTTP\/1\.1 204/)
    assert.equal(await latestOf(platform, 'ws-1', 'temperature'), 27.4)
  })

  it('go to the topic of the profile, whatever characters are in it', async () => {
    await platform.api('POST', '/profiles', {
      id: 'odd',
      codec: 'mapping',
      topics: ["it's/+/up"],
      entityType: 'water-meter',
      mapping: '{"values": {"water-flow": payload.values.`water-flow`}}',
    })
    const secret = await platform.addDevice('odd-1', { profile: 'odd' })
    assert.equal((await snippetsOf(platform, 'odd-1')).topic, "it's/odd-1/up")
    for (const [name, command] of [
      ['mosquitto', 'mosquitto_pub'],
      ['curl', 'curl'],
    ] as const)
      if (hasCommand(command)) await runInShell(await textFor(platform, 'odd-1', secret, name))
    if (hasCommand('curl')) assert.equal(await latestOf(platform, 'odd-1', 'water-flow'), 1.8)
  })

  it('are written for a type without usual values too, and are programs of their languages', async () => {
    const types = (await platform.api<{ items: { id: string }[] }>('GET', '/entity-types')).body.items
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-snippets-'))
    for (const { id: type } of types) {
      const secret = await platform.addDevice(`a-${type}`, { type })
      const body = { format: 'canonical', topic: `devices/a-${type}/readings`, device: `a-${type}` }
      const { items, topic, payload } = (await snippetsOf(platform, `a-${type}`)) as Snippets & {
        payload: string
      }
      assert.equal(topic, body.topic)
      const decoded = await platform.api<{ readings: { quality: string }[]; rejections: unknown[] }>(
        'POST',
        '/decode',
        { ...body, payload: Buffer.from(payload).toString('base64') },
      )
      assert.deepEqual(decoded.body.rejections, [], type)
      assert.ok(
        decoded.body.readings.every(({ quality }) => quality === 'good'),
        type,
      )
      const text = (name: string) =>
        (items.find((item) => item.for === name)?.text ?? '').replaceAll('<secret>', secret)
      const flow = JSON.parse(text('node-red')) as { type: string; credentials?: { password: string } }[]
      assert.equal(flow.find((node) => node.type === 'mqtt-broker')?.credentials?.password, secret)
      writeFileSync(join(folder, `${type}.py`), text('python'))
      assert.match(text('arduino'), /mqtt\.connect\(DEVICE, DEVICE, SECRET\)/)
    }
    if (hasCommand('python3'))
      execFileSync('python3', ['-m', 'py_compile', ...types.map(({ id }) => join(folder, `${id}.py`))])
  })

  it('show a message that the format of the profile reads, for every format', async () => {
    const { items } = (await platform.api<{ items: { id: string }[] }>('GET', '/formats')).body
    for (const { id: codec } of items) {
      const mapping = codec === 'mapping' ? 'payload' : null
      await platform.api('POST', '/profiles', { id: `p-${codec}`, codec, entityType: 'sensor', mapping })
      await platform.addDevice(`d-${codec}`, { profile: `p-${codec}`, type: 'sensor' })
      const shown = await platform.api<{ topic: string; payload: string; encoding: 'text' | 'hex' }>(
        'GET',
        `/devices/d-${codec}/snippets?for=mosquitto`,
      )
      const { topic, payload, encoding } = shown.body
      const bytes = Buffer.from(payload, encoding === 'hex' ? 'hex' : 'utf8')
      const { body } = await platform.api<{ readings: unknown[]; rejections: unknown[] }>('POST', '/decode', {
        device: `d-${codec}`,
        topic,
        payload: bytes.toString('base64'),
      })
      assert.deepEqual(body.rejections, [], codec)
      assert.ok(body.readings.length > 0, codec)
    }
  })

  it('name PUBLIC_HOST, and tell when MQTT cannot be reached there', async () => {
    const named = await startPlatformProcess({ PUBLIC_HOST: 'iot.example.org' })
    await named.addDevice('wm-1')
    const { connection, items } = await snippetsOf(named, 'wm-1')
    assert.equal(connection.host, 'iot.example.org')
    assert.equal(connection.isMqttOnLoopbackOnly, true)
    for (const { for: name, text } of items) assert.ok(text.includes('iot.example.org'), name)
  })

  it('name the host that was asked', async () => {
    assert.deepEqual((await platform.api<Snippets['connection']>('GET', '/connection')).body, {
      host: '127.0.0.1',
      httpUrl: platform.http,
      mqttPort: platform.mqttPort,
      mqttsPort: null,
      webSocketUrl: `${platform.http.replace('http', 'ws')}/mqtt`,
      isMqttOnLoopbackOnly: false,
      needsCertificate: false,
    })
    assert.equal((await platform.api('GET', '/devices/nobody/snippets')).status, 404)
  })
})

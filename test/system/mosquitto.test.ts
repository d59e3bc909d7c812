import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { describe, it, onTestFinished } from 'vitest'
import { hasCommand } from '../support/command.ts'
import { freePort } from '../support/free-port.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

const BRIDGE = /```conf\n([\s\S]*?)```/.exec(
  readFileSync(new URL('../../docs/upstreams.md', import.meta.url), 'utf8'),
)

interface Mosquitto {
  readonly port: number
  readonly folder: string
  readonly log: () => string
}

async function startMosquitto(
  lines: string,
  folder = mkdtempSync(join(tmpdir(), 'plumbline-mosquitto-')),
): Promise<Mosquitto> {
  const port = await freePort()
  const config = join(folder, 'mosquitto.conf')
  // As root it would give up its rights, and its folder with them.
  writeFileSync(config, `user root\npersistence_location ${folder}/\nlistener ${port} 127.0.0.1\n${lines}\n`)
  const child: ChildProcess = spawn('mosquitto', ['-c', config, '-v'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stdout?.on('data', (chunk) => {
    log += String(chunk)
  })
  child.stderr?.on('data', (chunk) => {
    log += String(chunk)
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  await until('mosquitto runs', () => {
    assert.equal(child.exitCode, null, log)
    return log.includes('running')
  })
  return { port, folder, log: () => log }
}

async function clientOf({ port }: Mosquitto, more: object = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, more)
  onTestFinished(() => void client.end(true))
  return client
}

async function withMapping(platform: PlatformProcess): Promise<string> {
  await platform.addDevice('wm-1', { externalIds: ['M1'] })
  await platform.api('POST', '/mappings', {
    id: 'plant',
    topic: 'plant/+/meters',
    expression: '{"device": "M1", "time": payload.t, "values": {"water-volume": payload.v}}',
  })
  return platform.addDevice('gw-1', { type: 'sensor', role: 'gateway' })
}

const stored = (platform: PlatformProcess) => platform.metric('plumbline_observations_stored_total')

describe.skipIf(!hasCommand('mosquitto'))('with a mosquitto', () => {
  it('the bridge of the guide forwards to us, and keeps what comes while we are away', async () => {
    const port = String(await freePort())
    const platform = await startPlatformProcess({ MQTT_PORT: port })
    const secret = await withMapping(platform)
    const lines = (BRIDGE?.[1] ?? '')
      .replace('plumbline.example:8883', `127.0.0.1:${port}`)
      .replace(/^bridge_capath .*\n/m, '')
      .replace('SECRET', secret)
    const mosquitto = await startMosquitto(`allow_anonymous true\n${lines}\nrestart_timeout 1`)
    const client = await clientOf(mosquitto)
    const publish = (n: number) =>
      client.publishAsync('sensors/3/meters', JSON.stringify({ t: Date.now() - 60_000 + n, v: n }), {
        qos: 1,
      })
    await publish(1)
    await until('it is stored', async () => (await stored(platform)) === 1)
    const { body } = await platform.api<{ session: string }>('GET', '/entities/gw-1')
    assert.equal(body.session, 'connected')
    await platform.kill('SIGKILL')
    for (const n of [2, 3, 4]) await publish(n)
    const again = await startPlatformProcess({ MQTT_PORT: port, DATA_DIR: platform.dataFolder })
    await until('the rest is stored', async () => (await stored(again)) === 3, 40_000)
    assert.equal(await again.metric('plumbline_observations_rejected_total'), 0)
  })

  it('an upstream says that its password is wrong, and gets what waited there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-mosquitto-'))
    execFileSync('mosquitto_passwd', ['-b', '-c', join(folder, 'users'), 'plumbline', 'right'])
    execFileSync('mosquitto_passwd', ['-b', join(folder, 'users'), 'sensor', 'right'])
    writeFileSync(join(folder, 'rights'), 'user plumbline\ntopic read plant/#\nuser sensor\ntopic write #\n')
    const mosquitto = await startMosquitto(
      `allow_anonymous false\npassword_file ${folder}/users\nacl_file ${folder}/rights`,
      folder,
    )
    const platform = await startPlatformProcess()
    await withMapping(platform)
    const made = await platform.api('POST', '/upstreams', {
      id: 'plant',
      url: `mqtt://127.0.0.1:${mosquitto.port}`,
      username: 'plumbline',
      password: 'wrong',
      device: 'gw-1',
      topics: [{ filter: 'plant/#', qos: 2 }],
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const shown = async () => {
      const { body } = await platform.api<{ items: { state: string; reason: { code: string } | null }[] }>(
        'GET',
        '/upstreams',
      )
      return body.items[0]
    }
    await until('it says why', async () => (await shown())?.reason?.code === 'not_authorized')
    await platform.api('PATCH', '/upstreams/plant', { password: 'right' })
    await until('it is connected', async () => (await shown())?.state === 'connected')
    const client = await clientOf(mosquitto, { username: 'sensor', password: 'right' })
    const publish = (n: number) =>
      client.publishAsync('plant/3/meters', JSON.stringify({ t: Date.now() - 60_000 + n, v: n }), { qos: 2 })
    await publish(1)
    await until('it is stored', async () => (await stored(platform)) === 1)
    assert.equal(await platform.kill('SIGTERM'), 0)
    for (let n = 2; n <= 50; n++) await publish(n)
    const again = await startPlatformProcess({ DATA_DIR: platform.dataFolder })
    await until('the rest is stored', async () => (await stored(again)) === 49)
    assert.equal(await again.metric('plumbline_observations_duplicate_total'), 0)
  })
})

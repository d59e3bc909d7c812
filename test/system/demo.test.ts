import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, it, onTestFinished } from 'vitest'
import { hasCommand } from '../support/command.ts'
import { freshDataFolder } from '../support/data-folder.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

const DEMO = fileURLToPath(new URL('../../demo.ts', import.meta.url))

interface Demo {
  readonly process: ChildProcess
  readonly printed: string
  readonly token: string
  readonly http: string
}

async function startDemo(folder: string): Promise<Demo> {
  const child = spawn(process.execPath, [DEMO], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, HTTP_PORT: '0', MQTT_PORT: '0' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    printed += String(chunk)
  })
  await until('the publish line', () => printed.includes('mosquitto_pub') && printed.includes("}}'"), 40_000)
  const [, http = '', token = ''] = /(http:\S+)\/#token=(\S+)/.exec(printed) ?? []
  return { process: child, printed, token, http }
}

describe('npm run demo', () => {
  it.skipIf(!hasCommand('mosquitto_pub'))(
    'prints a publish line that works as printed, and starts again on its data',
    async () => {
      const folder = freshDataFolder()
      const demo = await startDemo(folder)
      const line = demo.printed.slice(demo.printed.indexOf('mosquitto_pub'), demo.printed.indexOf("}}'") + 3)
      await promisify(execFile)('sh', ['-c', line])
      const flow = async ({ http, token }: Demo) => {
        const response = await fetch(`${http}/api/v1/entities/demo-water-meter`, {
          headers: { authorization: `Bearer ${token}` },
        })
        return ((await response.json()) as { quantities: Record<string, { value: number }> }).quantities[
          'water-flow'
        ]?.value
      }
      assert.equal(await flow(demo), 1.8)
      const gone = new Promise((resolve) => demo.process.once('exit', resolve))
      demo.process.kill('SIGINT')
      assert.equal(await gone, 0)

      const again = await startDemo(folder)
      assert.equal(await flow(again), 1.8)
      assert.notEqual(again.token, demo.token)
      const session = await fetch(`${again.http}/api/v1/session`, {
        headers: { authorization: `Bearer ${again.token}` },
      })
      assert.equal(((await session.json()) as { synthetic: boolean }).synthetic, true)
      assert.equal(
        (await fetch(`${again.http}/api/v1/session`, { headers: { authorization: `Bearer ${demo.token}` } }))
          .status,
        401,
      )
    },
  )

  it('refuses a folder that holds real devices', async () => {
    const platform = await startPlatformProcess()
    await platform.addDevice('wm-1')
    await platform.kill('SIGTERM')
    const child = spawn(process.execPath, [DEMO], {
      env: { PATH: process.env.PATH, DATA_DIR: platform.dataFolder, HTTP_PORT: '0', MQTT_PORT: '0' },
    })
    let printed = ''
    child.stderr.on('data', (chunk) => {
      printed += String(chunk)
    })
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 78)
    assert.match(printed, /holds real devices/)
  })
})

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { answer, hearCommands } from '../support/obedient.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { until } from '../support/until.ts'

const T0 = Date.now() - 3_600_000
const READINGS = 'devices/wm-1/readings'

interface Readiness {
  readonly ready: boolean
  readonly database: string
  readonly warnings: string[]
  readonly spool: { readonly messages: number; readonly bytes: number } | null
}

const readiness = async (platform: PlatformProcess) => {
  const response = await fetch(`${platform.http}/readyz`)
  return { status: response.status, body: (await response.json()) as Readiness }
}

const reading = (n: number) => ({ time: T0 + n, values: { 'water-volume': n } })

async function accountingHolds(platform: PlatformProcess): Promise<void> {
  const [received, stored, duplicate, rejected] = await Promise.all(
    ['received', 'stored', 'duplicate', 'rejected'].map((name) =>
      platform.metric(`plumbline_observations_${name}_total`),
    ),
  )
  assert.equal(received, Number(stored) + Number(duplicate) + Number(rejected))
}

describe.skipIf(postgresBin() === null)('while the database server is away', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  async function start(name: string, env: Record<string, string> = {}) {
    const url = await postgres.createDatabase(name)
    const settings = {
      DATA_DIR: freshDataFolder(),
      DATABASE_URL: url,
      STORE_PLAIN: '1',
      SPOOL_AFTER_MS: '300',
      ...env,
    }
    const platform = await startPlatformProcess(settings)
    return { platform, settings, url }
  }

  const values = async (url: string): Promise<number[]> => {
    const client = new pg.Client(url)
    await client.connect()
    const { rows } = await client.query('select value from observation order by time')
    await client.end()
    return rows.map(({ value }) => Number(value))
  }

  it('readings are acknowledged from the spool, shown by the twin, and stored once when it is back', async () => {
    const { platform, url } = await start('spool_once')
    const secret = await platform.addDevice('wm-1')
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, READINGS, reading(0))
    await postgres.end('SIGQUIT')
    await Promise.all([1, 2, 3].map((n) => publish(client, READINGS, reading(n))))
    await publish(client, READINGS, '{"values":{"no-such-quantity":1}}')
    const away = await readiness(platform)
    assert.equal(away.status, 200)
    assert.equal(away.body.database, 'away')
    assert.equal(away.body.spool?.messages, 4)
    const { body } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/wm-1',
    )
    assert.equal(body.quantities['water-volume']?.value, 3)
    await postgres.start()
    await until('the spool to be empty', async () => (await readiness(platform)).body.spool?.messages === 0)
    assert.deepEqual(await values(url), [0, 1, 2, 3])
    assert.equal(await platform.metric('plumbline_observations_stored_total'), 4)
    assert.equal(await platform.metric('plumbline_observations_rejected_total'), 1)
    await accountingHolds(platform)
    await publish(client, READINGS, reading(4))
    assert.equal(await platform.metric('plumbline_spool_written_total'), 4)
  })

  it('an answer to a command is acknowledged from the spool, and counts once the database is back', async () => {
    const { platform } = await start('spool_answer')
    const secret = await platform.addDevice('valve-1', { type: 'valve' })
    const client = await connectDevice(platform.mqttPort, 'valve-1', secret)
    const received = await hearCommands(client, 'valve-1')
    const order = { name: 'set-position', args: { position: 30 }, expiresInS: 600 }
    const { body } = await platform.api<{ id: string }>('POST', '/entities/valve-1/commands', order)
    const command = await until('the command', () => received[0])
    await postgres.end('SIGQUIT')
    await answer(client, 'valve-1', command)
    assert.equal((await readiness(platform)).body.spool?.messages, 1)
    await postgres.start()
    await until('it to be done', async () => {
      const { body: now } = await platform.api<{ status: string }>('GET', `/commands/${body.id}`)
      return now.status === 'done'
    })
  })

  it('kill -9 loses nothing of the spool, and the next start needs no database', async () => {
    const { platform, settings, url } = await start('spool_killed')
    const secret = await platform.addDevice('wm-1')
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, READINGS, reading(0))
    await postgres.end('SIGQUIT')
    await Promise.all([1, 2].map((n) => publish(client, READINGS, reading(n))))
    await platform.kill('SIGKILL')
    const second = await startPlatformProcess(settings)
    const again = await connectDevice(second.mqttPort, 'wm-1', secret)
    await assert.rejects(connectDevice(second.mqttPort, 'wm-1', 'wrong'))
    await publish(again, READINGS, reading(3))
    // What was sent before is sent again, as after a lost acknowledgement.
    await publish(again, READINGS, reading(2))
    const { body } = await second.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/wm-1',
    )
    assert.equal(body.quantities['water-volume']?.value, 3)
    await postgres.start()
    await until('the spool to be empty', async () => (await readiness(second)).body.spool?.messages === 0)
    assert.deepEqual(await values(url), [0, 1, 2, 3])
    assert.equal(await second.metric('plumbline_observations_duplicate_total'), 1)
    await accountingHolds(second)
    assert.ok(await second.addDevice('wm-2'))
  })

  it('what the database took just before a crash is neither stored nor counted again', async () => {
    const { platform, settings, url } = await start('spool_twice')
    const secret = await platform.addDevice('wm-1')
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await postgres.end('SIGQUIT')
    await publish(client, READINGS, reading(1))
    await publish(client, READINGS, '{"values":{"no-such-quantity":1}}')
    await platform.kill('SIGKILL')
    const before = mkdtempSync(join(tmpdir(), 'plumbline-before-'))
    onTestFinished(() => rmSync(before, { recursive: true, force: true }))
    cpSync(settings.DATA_DIR, before, { recursive: true })
    await postgres.start()
    const second = await startPlatformProcess(settings)
    await until('the spool to be empty', async () => (await readiness(second)).body.spool?.messages === 0)
    assert.equal(await second.metric('plumbline_observations_rejected_total'), 1)
    await second.kill('SIGKILL')
    // As if the crash had come between the database's commit and the spool's own.
    const third = await startPlatformProcess({ ...settings, DATA_DIR: before })
    await until('the spool to be empty', async () => (await readiness(third)).body.spool?.messages === 0)
    assert.deepEqual(await values(url), [1])
    assert.equal(await third.metric('plumbline_observations_received_total'), 0)
    const { body } = await third.api<{ items: { count: number }[] }>('GET', '/rejections')
    assert.deepEqual(
      body.items.map(({ count }) => count),
      [1],
    )
  })

  it('a full spool holds acknowledgements back again, and all of it is stored in the end', async () => {
    const { platform, url } = await start('spool_full', { SPOOL_MEGABYTES_MAX: '1' })
    const secret = await platform.addDevice('wm-1')
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, READINGS, reading(0))
    await postgres.end('SIGQUIT')
    const filler = ' '.repeat(100_000)
    const all = Array.from({ length: 15 }, (_, i) =>
      publish(client, READINGS, JSON.stringify(reading(i + 1)) + filler),
    )
    let acknowledged = 0
    for (const one of all) void one.then(() => acknowledged++)
    await until('the spool to be full', async () => {
      const { status, body } = await readiness(platform)
      return status === 503 && (body.spool?.bytes ?? 0) > 900_000
    })
    assert.ok(acknowledged < all.length, `${acknowledged} acknowledged`)
    await postgres.start()
    await Promise.all(all)
    await until('the spool to be empty', async () => (await readiness(platform)).body.spool?.messages === 0)
    assert.deepEqual(
      await values(url),
      Array.from({ length: 16 }, (_, i) => i),
    )
    await accountingHolds(platform)
  })

  it('a table that is locked is as good as away, and what waited for it is stored once', async () => {
    const { platform, url } = await start('spool_locked')
    const secret = await platform.addDevice('wm-1')
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, READINGS, reading(0))
    const lock = new pg.Client(url)
    await lock.connect()
    await lock.query('begin; lock table observation in access exclusive mode')
    await publish(client, READINGS, reading(1))
    await publish(client, READINGS, reading(2))
    assert.equal((await readiness(platform)).body.spool?.messages, 2)
    await lock.query('rollback')
    await lock.end()
    await until('the spool to be empty', async () => (await readiness(platform)).body.spool?.messages === 0)
    assert.deepEqual(await values(url), [0, 1, 2])
    await accountingHolds(platform)
  })

  it('SIGTERM ends the platform in order, and the spool is there for the next start', async () => {
    const { platform, settings, url } = await start('spool_sigterm')
    const secret = await platform.addDevice('wm-1')
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, READINGS, reading(0))
    await postgres.end('SIGQUIT')
    await publish(client, READINGS, reading(1))
    assert.equal(await platform.kill('SIGTERM'), 0)
    await postgres.start()
    const second = await startPlatformProcess(settings)
    await until('the spool to be empty', async () => (await readiness(second)).body.spool?.messages === 0)
    assert.deepEqual(await values(url), [0, 1])
  })
})
